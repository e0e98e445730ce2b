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

    ScrollBar.vertical: ScrollTrack {
    }

    ColumnLayout {
        id: column

        spacing: Theme.scaled(14)
        width: root.width - Theme.scaled(32)
        x: Theme.margin
        y: Theme.margin

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
        ContextUse {
            Layout.fillWidth: true
            composer: root.controller.composer
        }
        ValueSlider {
            Layout.fillWidth: true
            from: 0
            name: Texts.t["inspector.temperature"]
            note: Texts.t["inspector.temperature_note"]
            sliderName: "temperature"
            to: 2
            value: root.inspector.temperature

            onMoved: value => root.inspector.temperature = value
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
        FurtherSampling {
            Layout.fillWidth: true
            inspector: root.inspector
        }
        TextButton {
            Layout.leftMargin: -Theme.gap
            iconName: "check"
            isQuiet: true
            objectName: "keep-model-defaults"
            text: Texts.t["model_settings.keep"]

            onClicked: root.controller.keepModelDefaults()
        }
    }
}
