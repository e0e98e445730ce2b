import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The name of a preset that is saved or renamed, and what is saved with it.
AppDialog {
    id: root

    readonly property bool canSave: box.text.trim() !== "" && problem === "" && !(isRenaming && isTaken)
    required property Lazy host
    readonly property bool isRenaming: presetId !== ""
    readonly property bool isTaken: presets.isTaken(box.text, presetId)
    property string oldName: presets.suggestion.name
    property string presetId: ""
    required property PresetController presets
    readonly property string problem: isRenaming && isTaken ? Texts.t["presets.taken"] : presets.problemOf(box.text)

    function save() {
        isRenaming ? presets.rename(presetId, box.text) : presets.save(box.text, sampling.checked, model.checked, context.checked);
        close();
    }

    objectName: "preset-dialog"
    title: isRenaming ? Texts.t["presets.rename_title"] : Texts.t["presets.save_title"]
    visible: true

    contentItem: DialogColumn {
        highest: root.parent.height - Theme.scaled(120)

        TextLine {
            id: box

            Accessible.name: Texts.t["presets.name"]
            Layout.fillWidth: true
            focus: true
            maximumLength: 80
            objectName: "preset-name"
            placeholderText: Texts.t["presets.name"]

            Component.onCompleted: {
                text = root.oldName;
                selectAll();
            }
            onAccepted: if (root.canSave)
                root.save()
        }
        WarningLine {
            objectName: "preset-problem"
            text: root.problem
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: Texts.t["presets.include_note"]
            visible: !root.isRenaming
            wrapMode: Text.Wrap
        }
        SettingRow {
            name: Texts.t["presets.include_sampling"]
            visible: !root.isRenaming

            Toggle {
                id: sampling

                checked: root.presets.suggestion.hasSampling
                name: Texts.t["presets.include_sampling"]
                objectName: "preset-with-sampling"
            }
        }
        SettingRow {
            name: Texts.t["presets.include_model"]
            visible: !root.isRenaming

            Toggle {
                id: model

                checked: root.presets.suggestion.hasModel
                name: Texts.t["presets.include_model"]
                objectName: "preset-with-model"
            }
        }
        SettingRow {
            name: Texts.t["presets.include_context"]
            visible: !root.isRenaming

            Toggle {
                id: context

                checked: root.presets.suggestion.hasContext
                name: Texts.t["presets.include_context"]
                objectName: "preset-with-context"
            }
        }
        TextButton {
            Layout.alignment: Qt.AlignRight
            enabled: root.canSave
            isPrimary: true
            objectName: "preset-save"
            text: root.isTaken && !root.isRenaming ? Texts.t["presets.replace"] : Texts.t["presets.save"]

            onClicked: root.save()
        }
    }

    onClosed: host.isWanted = false
    onOpened: box.forceActiveFocus()
}
