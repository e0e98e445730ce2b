import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Why the draft cannot be sent as it is, and the button that helps if there is one.
RowLayout {
    id: root

    required property ContextUsage usage

    signal rollRequested

    spacing: Theme.gap

    Icon {
        color: Theme.colors.warning
        name: "warning"
        size: Theme.scaled(16)
    }
    DimLabel {
        Layout.fillWidth: true
        Layout.minimumWidth: 0
        color: Theme.colors.text
        elide: Text.ElideNone
        objectName: "context-notice"
        text: root.usage.notice
        wrapMode: Text.Wrap
    }
    TextButton {
        objectName: "roll-context"
        text: Texts.t["composer.roll"]
        visible: root.usage.canRoll

        onClicked: root.rollRequested()
    }
}
