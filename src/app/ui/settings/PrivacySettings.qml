import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// What leaves this computer: nothing.
Section {
    id: root

    name: Texts.t["settings.privacy"]

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
}
