import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// What is set for one model: how it is loaded, and how a new conversation with it begins.
AppDialog {
    id: root

    required property Lazy host
    required property ModelSettingsController settings

    objectName: "model-settings"
    title: root.settings.title
    visible: true
    width: Math.min(Theme.scaled(560), parent.width - Theme.scaled(32))

    contentItem: Flickable {
        id: scroller

        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: column.height
        implicitHeight: Math.min(column.height, root.parent.height - Theme.scaled(140))

        ScrollBar.vertical: ScrollTrack {
        }

        FocusFollower {
            content: column
            view: scroller
        }
        ColumnLayout {
            id: column

            spacing: Theme.scaled(12)
            width: scroller.width - Theme.scaled(12)

            SettingRow {
                name: Texts.t["settings.context_length"]
                note: Texts.t["model_settings.context_note"]

                NumberBox {
                    from: 0
                    name: Texts.t["settings.context_length"]
                    objectName: "model-context"
                    stepSize: 512
                    to: 1048576
                    value: root.settings.contextLength
                    zeroText: Texts.t["model_settings.general"]

                    onValueModified: root.settings.contextLength = value
                }
            }
            SettingRow {
                name: Texts.t["model_settings.layers"]
                note: Texts.t["model_settings.layers_note"]

                Toggle {
                    checked: root.settings.hasGpuLayers
                    name: Texts.t["model_settings.layers_own"]
                    objectName: "model-has-layers"

                    onToggled: root.settings.hasGpuLayers = checked
                }
                NumberBox {
                    from: 0
                    name: Texts.t["model_settings.layers"]
                    objectName: "model-layers"
                    to: 1000
                    value: root.settings.gpuLayers
                    visible: root.settings.hasGpuLayers
                    zeroText: Texts.t["model_settings.layers_none"]

                    onValueModified: root.settings.gpuLayers = value
                }
            }
            LoadOptions {
                Layout.fillWidth: true
                options: root.settings.options
            }
            BodyLabel {
                Layout.fillWidth: true
                text: Texts.t["inspector.system_prompt"]
            }
            TextBox {
                Layout.fillWidth: true
                areaName: "model-system-prompt"
                name: Texts.t["inspector.system_prompt"]
                placeholderText: Texts.t["model_settings.general"]
                text: root.settings.systemPrompt

                onEdited: text => root.settings.systemPrompt = text
            }
            SettingRow {
                name: Texts.t["model_settings.sampling_title"]
                note: root.settings.samplingText

                TextButton {
                    enabled: root.settings.hasSampling
                    objectName: "model-reset-sampling"
                    text: Texts.t["inspector.reset"]

                    onClicked: root.settings.resetSampling()
                }
            }
        }
    }

    onClosed: host.isWanted = false
}
