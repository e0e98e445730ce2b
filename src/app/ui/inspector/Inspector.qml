import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The right pane: the model and its memory, and how this conversation is answered.
Flickable {
    id: root

    required property WindowController controller
    required property Lazy host
    readonly property InspectorController inspector: controller.inspector

    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: column.height + Theme.scaled(32)
    flickDeceleration: Theme.deceleration

    ScrollBar.vertical: ScrollTrack {
    }

    FocusFollower {
        content: column
        view: root
    }
    ColumnLayout {
        id: column

        spacing: Theme.scaled(14)
        width: root.width - Theme.scaled(32)
        x: Theme.margin
        y: Theme.margin

        PresetPicker {
            Layout.fillWidth: true
            presets: root.controller.presets
        }
        Separator {
            Layout.fillWidth: true
        }
        ModelState {
            Layout.fillWidth: true
            picker: root.controller.picker
        }
        DimLabel {
            Layout.fillWidth: true
            color: Theme.colors.warning
            elide: Text.ElideNone
            objectName: "template-notice"
            text: root.controller.templateNotice
            visible: text !== ""
            wrapMode: Text.Wrap
        }
        ContextSettings {
            Layout.fillWidth: true
            context: root.controller.context
        }
        ThinkingChoice {
            Layout.fillWidth: true
            thinking: root.controller.thinking
        }
        Separator {
            Layout.fillWidth: true
        }
        SystemPrompt {
            Layout.fillWidth: true
            inspector: root.inspector
        }
        Separator {
            Layout.fillWidth: true
        }
        PresetChoice {
            Layout.fillWidth: true
            inspector: root.inspector
        }
        SamplingNumbers {
            Layout.fillWidth: true
            inspector: root.inspector
            numbers: root.inspector.common
        }
        FurtherSampling {
            Layout.fillWidth: true
            inspector: root.inspector
        }
        TextButton {
            Layout.fillWidth: true
            Layout.leftMargin: -Theme.gap
            Layout.minimumWidth: 0
            alignment: Text.AlignLeft
            iconName: "undo"
            isQuiet: true
            objectName: "reset-sampling"
            text: Texts.t["inspector.reset"]

            onClicked: root.inspector.reset()
        }
        TextButton {
            Layout.fillWidth: true
            Layout.leftMargin: -Theme.gap
            Layout.minimumWidth: 0
            alignment: Text.AlignLeft
            iconName: "check"
            isQuiet: true
            objectName: "keep-model-defaults"
            text: Texts.t["model_settings.keep"]

            onClicked: root.controller.keepModelDefaults()
        }
    }
}
