import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// On or off.
Switch {
    id: root

    required property string name

    function press() {
        toggle();
        toggled();
    }

    Accessible.name: name
    Accessible.role: Accessible.CheckBox
    focusPolicy: Qt.StrongFocus
    implicitHeight: Theme.scaled(24)
    implicitWidth: Theme.scaled(40)
    padding: 0

    indicator: Rectangle {
        border.color: root.checked ? Theme.colors.accent : Theme.colors.dim
        color: root.checked ? Theme.colors.accent : Theme.colors.selected
        height: Theme.scaled(22)
        radius: height / 2
        width: Theme.scaled(38)

        Rectangle {
            color: root.checked ? Theme.colors.accentText : Theme.colors.dim
            height: Theme.scaled(14)
            radius: height / 2
            width: height
            x: root.checked ? parent.width - width - Theme.scaled(4) : Theme.scaled(4)
            y: (parent.height - height) / 2
        }
        FocusRing {
            radius: height / 2
            shown: root.visualFocus
        }
    }

    Accessible.onPressAction: press()
    Accessible.onToggleAction: press()
}
