pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The daily copies of everything, and the way back to one.
Section {
    id: root

    required property BackupController backups

    name: Texts.t["backups.title"]

    Component.onCompleted: backups.refresh()

    SettingRow {
        name: Texts.t["backups.newest"]
        note: Texts.t["backups.note"]

        TextButton {
            enabled: !root.backups.isBusy
            objectName: "back-up-now"
            text: Texts.t["backups.back_up_now"]

            onClicked: root.backups.makeNow()
        }
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        text: Texts.t["backups.none"]
        visible: root.backups.entries.length === 0
        wrapMode: Text.Wrap
    }
    ColumnLayout {
        Accessible.name: Texts.t["backups.title"]
        Accessible.role: Accessible.List
        Layout.fillWidth: true
        objectName: "backups"
        spacing: Theme.scaled(4)
        visible: root.backups.entries.length > 0

        Repeater {
            model: root.backups.entries

            RowLayout {
                id: entry

                required property var modelData

                Accessible.name: modelData.when + ", " + modelData.size
                Accessible.role: Accessible.ListItem
                Layout.fillWidth: true
                objectName: "backup"
                spacing: Theme.gap

                BodyLabel {
                    Accessible.ignored: true
                    Layout.fillWidth: true
                    text: entry.modelData.when
                }
                DimLabel {
                    Accessible.ignored: true
                    text: entry.modelData.size
                }
                TextButton {
                    Accessible.name: Texts.t["backups.restore_of"].replace("{when}", entry.modelData.when)
                    enabled: !root.backups.isBusy
                    isQuiet: true
                    objectName: "restore-backup"
                    text: Texts.t["backups.restore"]

                    onClicked: root.backups.restore(entry.modelData.name)
                }
            }
        }
    }
}
