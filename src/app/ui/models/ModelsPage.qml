pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The model files of the library: use one, open another, remove one.
AppPage {
    id: root

    readonly property ModelPickerController picker: controller.picker

    intro: Texts.t["models.intro"]
    name: Texts.t["models.title"]
    objectName: "page-models"

    ColumnLayout {
        Accessible.name: Texts.t["models.library"]
        Accessible.role: Accessible.List
        Layout.fillWidth: true
        objectName: "model-files"
        spacing: Theme.gap

        Repeater {
            model: root.picker.models

            ModelRow {
                Layout.fillWidth: true

                onRemoveRequested: root.picker.remove(name)
                onUseRequested: root.picker.choose(name)
            }
        }
    }
    TextButton {
        iconName: "folder"
        objectName: "open-model-file"
        text: Texts.t["models.open_file"]

        onClicked: dialog.isWanted = true
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        text: Texts.t["models.drop_note"]
        wrapMode: Text.Wrap
    }
    Lazy {
        id: dialog

        file: Qt.resolvedUrl("ModelFileDialog.qml")
        given: ({
                picker: root.picker
            })
        visible: false
    }
}
