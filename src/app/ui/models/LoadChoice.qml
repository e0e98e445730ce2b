import QtQuick
import Skald
import "../controls"

// One option of the engine with a few values.
SettingRow {
    id: root

    required property var choices
    required property string option
    required property LoadOptionsController options

    ChoiceBox {
        name: root.name
        objectName: root.objectName + "-box"
        options: root.choices
        value: root.options.values[root.option]

        onChosen: value => root.options.choose(root.option, value)
    }
}
