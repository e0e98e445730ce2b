pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The model files of the library, the downloads, and what can be downloaded.
AppPage {
    id: root

    readonly property HubController hub: controller.hub
    readonly property ModelPickerController picker: controller.picker

    intro: Texts.t["models.intro"]
    name: Texts.t["models.title"]
    objectName: "page-models"

    DownloadList {
        Layout.fillWidth: true
        downloads: root.hub.downloads
    }
    BodyLabel {
        Accessible.role: Accessible.Heading
        Layout.bottomMargin: -Theme.scaled(12)
        font.pixelSize: Theme.medium
        font.weight: Font.DemiBold
        text: Texts.t["models.on_this_machine"]
    }
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

                onFolderRequested: root.picker.showFolder(path)
                onMoveRequested: root.picker.moveIn(name)
                onRemoveRequested: root.picker.remove(name)
                onSettingsRequested: {
                    root.controller.modelSettings.open(name);
                    settingsDialog.isWanted = true;
                }
                onUseRequested: root.picker.choose(name)
            }
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap
        visible: root.picker.diskText !== "" || root.picker.trashText !== ""

        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            objectName: "disk-use"
            text: [root.picker.diskText, root.picker.trashText].filter(text => text !== "").join(" · ")
            wrapMode: Text.Wrap
        }
        TextButton {
            iconName: "trash"
            isQuiet: true
            objectName: "empty-trash"
            text: Texts.t["models.empty_trash"]
            visible: root.picker.trashText !== ""

            onClicked: root.picker.emptyTrash()
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
    OfferList {
        Layout.fillWidth: true
        Layout.topMargin: Theme.gap
        hub: root.hub
        privacy: root.controller.privacy
    }
    Lazy {
        id: settingsDialog

        file: Qt.resolvedUrl("ModelSettingsDialog.qml")
        given: ({
                settings: root.controller.modelSettings
            })
        visible: false
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
