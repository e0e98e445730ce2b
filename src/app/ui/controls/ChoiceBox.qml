pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

// One of several values; options are {value, text}.
ComboBox {
    id: root

    required property string name
    required property var options
    required property var value

    signal chosen(var value)

    Accessible.name: name
    Layout.fillWidth: true
    Layout.maximumWidth: implicitWidth
    currentIndex: options.findIndex(option => option.value === root.value)
    focusPolicy: Qt.StrongFocus
    font.pixelSize: Theme.medium
    implicitHeight: Math.max(Theme.control, implicitContentHeight + Theme.scaled(12))
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
        elide: Text.ElideNone
        font.pixelSize: Theme.medium
        leftPadding: Theme.scaled(10)
        rightPadding: Theme.scaled(30)
        text: root.displayText
        verticalAlignment: Text.AlignVCenter
        wrapMode: Text.Wrap
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
