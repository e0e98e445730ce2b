import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// What the model is told before the conversation.
ColumnLayout {
    id: root

    required property InspectorController inspector

    spacing: Theme.gap

    BodyLabel {
        Accessible.role: Accessible.Heading
        font.pixelSize: Theme.medium
        font.weight: Font.DemiBold
        text: Texts.t["inspector.system_prompt"]
    }
    TextBox {
        Layout.fillWidth: true
        areaName: "system-prompt"
        name: Texts.t["inspector.system_prompt"]
        placeholderText: Texts.t["inspector.system_prompt_hint"]
        text: root.inspector.systemPrompt

        onEdited: text => root.inspector.systemPrompt = text
    }
}
