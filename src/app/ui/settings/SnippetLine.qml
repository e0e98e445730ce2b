import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// One snippet on the Settings page: its name, how it begins, and what can be done with it.
RowLayout {
    id: root

    required property string detail
    required property string name
    required property string snippetId
    required property string text

    signal changeRequested
    signal removed

    Accessible.description: detail
    Accessible.name: name
    Accessible.role: Accessible.ListItem
    Layout.fillWidth: true
    objectName: "snippet-line"
    spacing: Theme.gap

    BodyLabel {
        Accessible.ignored: true
        Layout.maximumWidth: Theme.scaled(200)
        font.pixelSize: Theme.medium
        text: "/" + root.name
    }
    DimLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        Layout.minimumWidth: 0
        text: root.detail
    }
    IconButton {
        iconName: "rename"
        objectName: "snippet-edit"
        text: Texts.t["snippets.edit"].replace("{name}", root.name)

        onClicked: root.changeRequested()
    }
    IconButton {
        iconName: "trash"
        objectName: "snippet-remove"
        text: Texts.t["snippets.remove"].replace("{name}", root.name)

        onClicked: root.removed()
    }
}
