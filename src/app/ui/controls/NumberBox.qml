import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// A whole number; zero can be said with a word.
SpinBox {
    id: root

    required property string name
    property string zeroText: ""

    Accessible.name: name
    Accessible.role: Accessible.SpinBox
    editable: true
    font.pixelSize: Theme.medium
    implicitHeight: Theme.control
    implicitWidth: Theme.scaled(150)
    leftPadding: Theme.scaled(10)
    rightPadding: Theme.scaled(56)
    textFromValue: value => value === 0 && zeroText !== "" ? zeroText : String(value)
    valueFromText: text => parseInt(text) || 0

    background: Rectangle {
        border.color: root.activeFocus ? Theme.colors.accent : Theme.colors.line
        border.width: root.activeFocus ? 2 : 1
        color: Theme.colors.raised
        radius: Theme.radius
    }
    contentItem: TextInput {
        Accessible.name: root.name
        color: Theme.colors.text
        font: root.font
        objectName: root.objectName + "-text"
        selectByMouse: true
        selectedTextColor: Theme.colors.accentText
        selectionColor: Theme.colors.accent
        text: root.displayText
        verticalAlignment: Text.AlignVCenter
    }
    down.indicator: StepButton {
        isDown: root.down.pressed
        isHovered: root.down.hovered
        sign: "−"
        x: root.width - width * 2 - 2
    }
    up.indicator: StepButton {
        isDown: root.up.pressed
        isHovered: root.up.hovered
        sign: "+"
        x: root.width - width - 2
    }
}
