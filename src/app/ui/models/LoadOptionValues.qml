pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Every option of the engine for one model.
ColumnLayout {
    id: root

    required property Lazy host
    required property LoadOptionsController options

    spacing: Theme.scaled(12)

    Component.onCompleted: root.options.findDevices()

    LoadChoice {
        choices: root.options.devices
        name: Texts.t["load_options.device"]
        objectName: "load-device"
        option: "device"
        options: root.options
    }
    LoadChoice {
        choices: root.options.cacheTypes
        name: Texts.t["load_options.cache_k"]
        note: Texts.t["load_options.cache_note"]
        objectName: "load-cache-k"
        option: "cache_type_k"
        options: root.options
    }
    LoadChoice {
        choices: root.options.cacheTypes
        name: Texts.t["load_options.cache_v"]
        objectName: "load-cache-v"
        option: "cache_type_v"
        options: root.options
    }
    LoadChoice {
        choices: root.options.flashChoices
        name: Texts.t["load_options.flash"]
        objectName: "load-flash"
        option: "flash_attention"
        options: root.options
    }
    DimLabel {
        Layout.fillWidth: true
        color: Theme.colors.error
        elide: Text.ElideNone
        objectName: "load-warning"
        text: root.options.warning
        visible: text !== ""
        wrapMode: Text.Wrap
    }
    LoadNumber {
        name: Texts.t["load_options.batch"]
        note: Texts.t["load_options.batch_note"]
        objectName: "load-batch"
        option: "n_batch"
        options: root.options
    }
    LoadNumber {
        name: Texts.t["load_options.ubatch"]
        objectName: "load-ubatch"
        option: "n_ubatch"
        options: root.options
    }
    LoadSwitch {
        name: Texts.t["load_options.mmap"]
        note: Texts.t["load_options.mmap_note"]
        objectName: "load-mmap"
        option: "use_mmap"
        options: root.options
    }
    LoadSwitch {
        name: Texts.t["load_options.mlock"]
        note: Texts.t["load_options.mlock_note"]
        objectName: "load-mlock"
        option: "use_mlock"
        options: root.options
    }
    LoadChoice {
        choices: root.options.ropeKinds
        name: Texts.t["load_options.rope"]
        note: Texts.t["load_options.rope_note"]
        objectName: "load-rope"
        option: "kind"
        options: root.options
    }
    Repeater {
        model: root.options.values["kind"] === "yarn" ? ["freq_base", "freq_scale", "ext_factor", "attn_factor", "beta_fast", "beta_slow", "original_context"] : ["freq_base", "freq_scale"]

        SettingRow {
            id: row

            required property string modelData

            Layout.leftMargin: Theme.margin
            name: root.options.ropeNames[modelData]

            TextLine {
                Accessible.name: row.name
                implicitWidth: Theme.scaled(150)
                objectName: "load-rope-" + row.modelData
                placeholderText: Texts.t["load_options.rope_file"]
                text: root.options.numbers[row.modelData]

                onEditingFinished: root.options.write(row.modelData, text)
            }
        }
    }
    AdapterList {
        Layout.fillWidth: true
        options: root.options
    }
}
