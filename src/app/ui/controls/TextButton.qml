import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

// A button with a word, and an icon where one helps.
AbstractButton {
    id: root

    property int alignment: Text.AlignHCenter
    property string iconName: ""
    readonly property color ink: isPrimary ? Theme.colors.accentText : isQuiet && !checked ? Theme.colors.dim : Theme.colors.text
    property bool isPrimary: false
    property bool isQuiet: false

    Accessible.name: text
    Accessible.role: Accessible.Button
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: Math.max(isQuiet ? Theme.scaled(28) : Theme.control, implicitContentHeight + Theme.gap)
    implicitWidth: implicitContentWidth + leftPadding + rightPadding
    leftPadding: isQuiet ? Theme.gap : Theme.scaled(14)
    opacity: enabled ? 1 : 0.45
    rightPadding: leftPadding

    background: Rectangle {
        border.color: root.isPrimary || root.isQuiet ? "transparent" : Theme.colors.line
        color: root.isPrimary ? Theme.colors.accent : root.checked ? Theme.colors.selected : root.hovered ? Theme.colors.hover : root.isQuiet ? "transparent" : Theme.colors.raised
        opacity: root.down ? 0.8 : 1
        radius: Theme.radius

        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: RowLayout {
        spacing: Theme.scaled(6)

        Icon {
            color: root.ink
            name: root.iconName || "plus"
            size: Theme.scaled(16)
            visible: root.iconName !== ""
        }
        BodyLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            color: root.ink
            elide: Text.ElideNone
            font.pixelSize: root.isQuiet ? Theme.small : Theme.medium
            font.weight: Font.Medium
            horizontalAlignment: root.alignment
            text: root.text
            wrapMode: Text.Wrap
        }
    }

    Accessible.onPressAction: root.clicked()
}
