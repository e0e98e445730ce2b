import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// What a folder is for, its size, its path, and the button that shows it.
GridLayout {
    id: root

    required property string name
    required property string path
    required property string sizeText

    signal openRequested

    Accessible.description: path
    Accessible.name: name + ", " + sizeText
    Accessible.role: Accessible.ListItem
    Layout.fillWidth: true
    columnSpacing: Theme.margin
    columns: width < Theme.scaled(420) ? 1 : 2
    objectName: "folder"
    rowSpacing: Theme.scaled(6)

    ColumnLayout {
        Layout.fillWidth: true
        spacing: 2

        BodyLabel {
            Layout.fillWidth: true
            text: root.name + " · " + root.sizeText
            wrapMode: Text.Wrap
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: root.path
            wrapMode: Text.WrapAnywhere
        }
    }
    TextButton {
        Accessible.description: root.name
        iconName: "folder"
        objectName: "open-folder"
        text: Texts.t["settings.open_folder"]

        onClicked: root.openRequested()
    }
}
