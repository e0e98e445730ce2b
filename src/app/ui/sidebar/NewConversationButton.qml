import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../controls"
import "../theme"

// Begins a new conversation; shows its shortcut.
AbstractButton {
    id: root

    Accessible.name: text
    Accessible.role: Accessible.Button
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: Math.max(Theme.scaled(38), title.implicitHeight + Theme.scaled(12))
    leftPadding: Theme.scaled(10)
    objectName: "new-conversation"
    rightPadding: Theme.scaled(10)
    text: Texts.t["sidebar.new"]

    background: Rectangle {
        border.color: Theme.colors.line
        color: root.down ? Theme.colors.selected : root.hovered ? Theme.colors.hover : Theme.colors.raised
        radius: Theme.scaled(10)

        FocusRing {
            radius: Theme.scaled(12)
            shown: root.visualFocus
        }
    }
    contentItem: RowLayout {
        spacing: Theme.gap

        Icon {
            color: Theme.colors.text
            name: "plus"
            size: Theme.scaled(16)
        }
        BodyLabel {
            id: title

            Accessible.ignored: true
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            font.weight: Font.Medium
            text: root.text
            wrapMode: Text.Wrap
        }
        DimLabel {
            Accessible.ignored: true
            font.pixelSize: Theme.tiny
            text: Qt.platform.os === "osx" ? "⌘ N" : "Ctrl N"
            visible: root.availableWidth > title.implicitWidth + implicitWidth + Theme.scaled(44)
        }
    }

    Accessible.onPressAction: root.clicked()
}
