import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// A preset for all numbers at once, and the way back.
ColumnLayout {
    id: root

    required property InspectorController inspector

    spacing: Theme.gap

    DimLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        text: Texts.t["inspector.preset"]
    }
    ChoiceBox {
        Layout.fillWidth: true
        Layout.maximumWidth: Number.POSITIVE_INFINITY
        name: Texts.t["inspector.preset"]
        objectName: "sampling-preset"
        options: root.inspector.presets
        value: root.inspector.preset

        onChosen: value => root.inspector.choosePreset(value)
    }
}
