import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// What the reply must look like, and which words are likelier; what is wrong is said while it is typed.
ColumnLayout {
    id: root

    required property OutputController output

    spacing: Theme.gap

    DimLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        text: Texts.t["output.title"]
    }
    ChoiceBox {
        Layout.fillWidth: true
        Layout.maximumWidth: Number.POSITIVE_INFINITY
        name: Texts.t["output.title"]
        objectName: "output-kind"
        options: root.output.kinds
        value: root.output.kind

        onChosen: value => root.output.kind = value
    }
    TextBox {
        Layout.fillWidth: true
        areaName: "output-text"
        name: root.output.kind === "grammar" ? Texts.t["output.grammar"] : Texts.t["output.json_schema"]
        placeholderText: root.output.kind === "grammar" ? Texts.t["output.grammar_hint"] : Texts.t["output.json_schema_hint"]
        text: root.output.text
        visible: root.output.kind !== "free"

        onEdited: text => root.output.text = text
    }
    WarningLine {
        objectName: "output-error"
        text: root.output.error
    }
    DimLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        Layout.topMargin: Theme.gap
        text: Texts.t["output.biases"]
    }
    TextBox {
        Layout.fillWidth: true
        areaName: "logit-bias"
        implicitHeight: Theme.scaled(72)
        name: Texts.t["output.biases"]
        placeholderText: Texts.t["output.biases_hint"]
        text: root.output.biases

        onEdited: text => root.output.biases = text
    }
    WarningLine {
        objectName: "logit-bias-error"
        text: root.output.biasError
    }
}
