import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Length, seed, format, and the numbers that few people set.
ColumnLayout {
    id: root

    required property Lazy host
    required property InspectorController inspector

    spacing: Theme.scaled(12)

    NumberLine {
        name: Texts.t["inspector.max_tokens"]
        objectName: "max-tokens"
        step: 64
        to: 1000000
        value: root.inspector.maxTokens
        zeroText: Texts.t["inspector.no_limit"]

        onModified: value => root.inspector.maxTokens = value
    }
    RowLayout {
        Layout.fillWidth: true

        DimLabel {
            Layout.fillWidth: true
            text: Texts.t["inspector.seed"]
        }
        TextLine {
            Accessible.name: Texts.t["inspector.seed"]
            implicitWidth: Theme.scaled(130)
            inputMethodHints: Qt.ImhDigitsOnly
            objectName: "seed"
            placeholderText: Texts.t["inspector.random"]
            text: root.inspector.seed

            onTextEdited: root.inspector.seed = text
        }
    }
    OutputFormat {
        Layout.fillWidth: true
        output: root.inspector.output
    }
    SamplingNumbers {
        Layout.fillWidth: true
        inspector: root.inspector
        numbers: root.inspector.further
    }
}
