import QtQuick
import QtQuick.Layouts
import Skald
import "controls"
import "theme"

// What was done, and the button that undoes it.
Rectangle {
    id: root

    required property Notifier notifier

    Accessible.name: notifier.text
    Accessible.role: Accessible.AlertMessage
    border.color: Theme.colors.line
    color: Theme.dark ? Theme.colors.selected : Theme.colors.text
    implicitHeight: line.implicitHeight + Theme.scaled(12)
    implicitWidth: line.implicitWidth + Theme.scaled(24)
    objectName: "toast"
    radius: Theme.scaled(10)
    visible: notifier.isVisible

    RowLayout {
        id: line

        anchors.fill: parent
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.scaled(6)
        spacing: Theme.gap

        BodyLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            color: Theme.dark ? Theme.colors.text : Theme.colors.window
            font.pixelSize: Theme.medium
            maximumLineCount: 3
            text: root.notifier.text
            wrapMode: Text.Wrap
        }
        TextButton {
            objectName: "toast-action"
            text: root.notifier.actionText
            visible: text !== ""

            onClicked: root.notifier.act()
        }
        IconButton {
            iconName: "close"
            iconSize: Theme.scaled(15)
            objectName: "toast-close"
            text: Texts.t["header.dismiss"]
            tint: Theme.dark ? Theme.colors.text : Theme.colors.window

            onClicked: root.notifier.dismiss()
        }
    }
}
