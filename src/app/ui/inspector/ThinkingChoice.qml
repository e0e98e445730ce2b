import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Whether the model thinks before it answers, and how long at most; shown for models that know it.
ColumnLayout {
    id: root

    required property ThinkingController thinking

    spacing: Theme.scaled(12)
    visible: thinking.canThink

    RowLayout {
        Layout.fillWidth: true
        visible: root.thinking.canSwitch

        DimLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            text: Texts.t["inspector.thinking"]
        }
        Toggle {
            checked: root.thinking.isOn
            name: Texts.t["inspector.thinking"]
            objectName: "thinking"

            onToggled: root.thinking.isOn = checked
        }
    }
    NumberLine {
        name: Texts.t["inspector.thinking_budget"]
        objectName: "thinking-budget"
        step: 256
        to: 1000000
        value: root.thinking.budget
        zeroText: Texts.t["inspector.no_limit"]

        onModified: value => root.thinking.budget = value
    }
}
