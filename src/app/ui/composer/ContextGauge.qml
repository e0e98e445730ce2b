import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// How much of the context window the conversation uses.
Meter {
    id: root

    readonly property bool isNearlyFull: usage.fraction > 0.85
    required property ContextUsage usage

    Accessible.description: usage.leftText ? usage.text + " · " + usage.leftText : usage.text
    Accessible.name: Texts.t["composer.context"]
    Layout.fillWidth: true
    Layout.maximumWidth: implicitWidth
    implicitHeight: Math.max(Theme.control, implicitContentHeight)
    implicitWidth: Math.ceil(label.implicitWidth) + ring.width + Theme.gap + Theme.scaled(2)
    objectName: "context-gauge"
    to: Math.max(1, usage.size)
    value: usage.used

    background: Item {
    }
    contentItem: RowLayout {
        spacing: Theme.gap

        Rectangle {
            id: ring

            color: Theme.colors.selected
            implicitHeight: Theme.scaled(5)
            implicitWidth: Theme.scaled(44)
            radius: height / 2

            Rectangle {
                color: root.isNearlyFull ? Theme.colors.warning : Theme.colors.accent
                height: parent.height
                radius: height / 2
                width: root.usage.fraction * parent.width
            }
        }
        DimLabel {
            id: label

            Accessible.ignored: true
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: root.Accessible.description
            wrapMode: Text.Wrap
        }
    }
}
