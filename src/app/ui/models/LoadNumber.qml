import QtQuick
import Skald
import "../controls"

// One option of the engine that is a count of tokens.
SettingRow {
    id: root

    required property string option
    required property LoadOptionsController options

    NumberBox {
        from: 1
        name: root.name
        objectName: root.objectName + "-box"
        stepSize: 64
        to: 16384
        value: root.options.values[root.option]

        onValueModified: root.options.choose(root.option, value)
    }
}
