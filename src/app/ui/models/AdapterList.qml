pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The LoRA adapters of one model.
ColumnLayout {
    id: root

    required property LoadOptionsController options

    spacing: Theme.gap

    SettingRow {
        name: Texts.t["load_options.adapters"]
        note: Texts.t["load_options.adapters_note"]

        TextButton {
            enabled: root.options.canAddAdapter
            objectName: "adapter-add"
            text: Texts.t["load_options.adapter_add"]

            onClicked: dialog.isWanted = true
        }
    }
    Repeater {
        model: root.options.adapters

        RowLayout {
            id: row

            required property int index
            required property var modelData

            Layout.fillWidth: true
            spacing: Theme.gap

            DimLabel {
                Layout.fillWidth: true
                text: row.modelData.name
            }
            TextLine {
                Accessible.name: Texts.t["load_options.adapter_scale"] + " " + row.modelData.name
                implicitWidth: Theme.scaled(80)
                objectName: "adapter-scale-" + row.index
                text: row.modelData.scale

                onEditingFinished: root.options.scaleAdapter(row.index, text)
            }
            IconButton {
                iconName: "close"
                objectName: "adapter-remove-" + row.index
                text: Texts.t["load_options.adapter_remove"].replace("{name}", row.modelData.name)

                onClicked: root.options.removeAdapter(row.index)
            }
        }
    }
    Lazy {
        id: dialog

        file: Qt.resolvedUrl("AdapterFileDialog.qml")
        given: ({
                target: root.options
            })
        visible: false
    }
}
