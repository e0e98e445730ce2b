import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// How full the context window is, and what happens to this conversation when it is full.
ColumnLayout {
    id: root

    required property ContextController context

    spacing: Theme.gap

    BodyLabel {
        Accessible.role: Accessible.Heading
        font.pixelSize: Theme.medium
        font.weight: Font.DemiBold
        text: Texts.t["inspector.context"]
    }
    ContextUse {
        Layout.fillWidth: true
        usage: root.context.usage
    }
    DimLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        elide: Text.ElideNone
        text: Texts.t["context.policy"]
        wrapMode: Text.Wrap
    }
    PolicyBox {
        Layout.fillWidth: true
        Layout.maximumWidth: Number.POSITIVE_INFINITY
        objectName: "context-policy"
        value: root.context.policy

        onChosen: value => root.context.policy = value
    }
    NumberLine {
        name: Texts.t["context.pinned"]
        objectName: "pinned-messages"
        to: 100
        value: root.context.pinned
        zeroText: Texts.t["context.pinned_none"]

        onModified: value => root.context.pinned = value
    }
}
