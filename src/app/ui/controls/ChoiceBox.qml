pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// One of several values; options are {value, text}.
ComboBox {
    id: root

    required property string name
    required property var options
    required property var value

    signal chosen(var value)

    Accessible.name: name
    currentIndex: options.findIndex(option => option.value === root.value)
    focusPolicy: Qt.StrongFocus
    font.pixelSize: Theme.medium
    implicitHeight: Theme.control
    implicitWidth: Theme.scaled(220)
    model: options
    textRole: "text"
    valueRole: "value"

    background: Rectangle {
        border.color: Theme.colors.line
        color: root.hovered ? Theme.colors.hover : Theme.colors.raised
        radius: Theme.radius

        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: BodyLabel {
        Accessible.ignored: true
        font.pixelSize: Theme.medium
        leftPadding: Theme.scaled(10)
        rightPadding: Theme.scaled(30)
        text: root.displayText
        verticalAlignment: Text.AlignVCenter
    }
    delegate: MenuRow {
        id: option

        required property int index
        required property var modelData

        Accessible.role: Accessible.ListItem
        Accessible.selected: index === root.currentIndex
        highlighted: root.highlightedIndex === index
        objectName: "option"
        text: modelData.text
        width: ListView.view ? ListView.view.width : implicitWidth
    }
    indicator: Icon {
        name: "chevron-down"
        size: Theme.scaled(16)
        x: root.width - width - Theme.scaled(10)
        y: (root.height - height) / 2
    }

    Accessible.onPressAction: root.popup.open()
    onActivated: index => root.chosen(root.options[index].value)
}
