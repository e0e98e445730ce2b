pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// What leaves this computer: only what a search and a download ask, and here is all of it.
Section {
    id: root

    required property PrivacyController privacy
    required property RequestListModel requests

    name: Texts.t["settings.privacy"]

    Component.onCompleted: requests.refresh()

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.scaled(10)

        Icon {
            Layout.alignment: Qt.AlignTop
            color: Theme.colors.good
            name: "lock"
        }
        BodyLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            objectName: "privacy-note"
            text: Texts.t["settings.privacy_note"]
            wrapMode: Text.Wrap
        }
    }
    SettingRow {
        name: Texts.t["settings.network_forbidden"]
        note: Texts.t["settings.network_forbidden_note"]

        Toggle {
            checked: root.privacy.networkForbidden
            name: Texts.t["settings.network_forbidden"]
            objectName: "network-forbidden"

            onToggled: root.privacy.networkForbidden = checked
        }
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        objectName: "requests-heading"
        text: root.requests.heading
        wrapMode: Text.Wrap
    }
    ColumnLayout {
        Accessible.name: Texts.t["settings.requests"]
        Accessible.role: Accessible.List
        Layout.fillWidth: true
        objectName: "requests"
        spacing: 2

        Repeater {
            model: root.requests

            DimLabel {
                required property string line

                Accessible.role: Accessible.ListItem
                Layout.fillWidth: true
                elide: Text.ElideMiddle
                font.pixelSize: Theme.tiny
                text: line
            }
        }
    }
}
