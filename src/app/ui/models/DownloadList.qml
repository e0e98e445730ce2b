pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The downloads that are under way, wait, or need the person.
ColumnLayout {
    id: root

    required property DownloadListModel downloads

    spacing: Theme.gap
    visible: downloads.count > 0

    BodyLabel {
        Accessible.role: Accessible.Heading
        font.pixelSize: Theme.medium
        font.weight: Font.DemiBold
        text: Texts.t["downloads.title"]
    }
    ColumnLayout {
        Accessible.name: Texts.t["downloads.title"]
        Accessible.role: Accessible.List
        Layout.fillWidth: true
        objectName: "downloads"
        spacing: Theme.gap

        Repeater {
            model: root.downloads

            DownloadRow {
                Layout.fillWidth: true

                onCancelRequested: root.downloads.cancel(downloadId)
                onMoveUpRequested: root.downloads.moveUp(downloadId)
                onPauseRequested: root.downloads.pause(downloadId)
                onResumeRequested: root.downloads.resume(downloadId)
            }
        }
    }
}
