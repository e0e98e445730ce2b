import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// How replies are sampled: all numbers at once.
ColumnLayout {
    id: root

    required property InspectorController inspector

    spacing: Theme.gap

    DimLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        text: Texts.t["inspector.sampling"]
    }
    ChoiceBox {
        Layout.fillWidth: true
        Layout.maximumWidth: Number.POSITIVE_INFINITY
        name: Texts.t["inspector.sampling"]
        objectName: "sampling-preset"
        options: root.inspector.presets
        value: root.inspector.preset

        onChosen: value => root.inspector.choosePreset(value)
    }
}
