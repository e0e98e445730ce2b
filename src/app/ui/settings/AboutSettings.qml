import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Versions for a report, and the licences of what Skald is made of.
Section {
    id: root

    required property PreferencesController preferences

    name: Texts.t["settings.about"]

    BodyLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        font.family: Theme.monospace
        font.pixelSize: Theme.small
        lineHeight: 1.3
        objectName: "versions"
        text: root.preferences.versions
        wrapMode: Text.Wrap
    }
    TextButton {
        iconName: "copy"
        objectName: "copy-versions"
        text: Texts.t["settings.copy_versions"]

        onClicked: root.preferences.copyVersions()
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        objectName: "notices"
        text: root.preferences.notices
        visible: text !== ""
        wrapMode: Text.Wrap
    }
}
