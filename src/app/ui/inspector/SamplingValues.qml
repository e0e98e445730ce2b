import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Top-p, top-k, min-p, repeat penalty, length and seed.
ColumnLayout {
    id: root

    required property Lazy host
    required property InspectorController inspector

    spacing: Theme.scaled(12)

    ValueSlider {
        Layout.fillWidth: true
        from: 0
        name: Texts.t["inspector.top_p"]
        sliderName: "top-p"
        to: 1
        value: root.inspector.topP

        onMoved: value => root.inspector.topP = value
    }
    ValueSlider {
        Layout.fillWidth: true
        from: 0
        name: Texts.t["inspector.min_p"]
        sliderName: "min-p"
        step: 0.01
        to: 1
        value: root.inspector.minP

        onMoved: value => root.inspector.minP = value
    }
    ValueSlider {
        Layout.fillWidth: true
        from: 1
        name: Texts.t["inspector.repeat_penalty"]
        sliderName: "repeat-penalty"
        step: 0.01
        to: 2
        value: root.inspector.repeatPenalty

        onMoved: value => root.inspector.repeatPenalty = value
    }
    NumberLine {
        name: Texts.t["inspector.top_k"]
        objectName: "top-k"
        to: 1000
        value: root.inspector.topK
        zeroText: Texts.t["inspector.off"]

        onModified: value => root.inspector.topK = value
    }
    NumberLine {
        name: Texts.t["inspector.max_tokens"]
        objectName: "max-tokens"
        step: 64
        to: 1048576
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
    TextButton {
        iconName: "undo"
        isQuiet: true
        objectName: "reset-sampling"
        text: Texts.t["inspector.reset"]

        onClicked: root.inspector.reset()
    }
}
