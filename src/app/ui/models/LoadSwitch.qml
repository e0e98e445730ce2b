import QtQuick
import Skald
import "../controls"

// One option of the engine that is on or off.
SettingRow {
    id: root

    required property string option
    required property LoadOptionsController options

    Toggle {
        checked: root.options.values[root.option]
        name: root.name
        objectName: root.objectName + "-box"

        onToggled: root.options.choose(root.option, checked)
    }
}
