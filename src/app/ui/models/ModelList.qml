pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The model files that can be chosen, over the window.
Popup {
    id: root

    required property Lazy host
    required property ModelPicker owner
    readonly property ModelPickerController picker: owner.picker

    function choose(name: string) {
        picker.choose(name);
        close();
    }

    focus: true
    margins: Theme.gap
    objectName: "model-list"
    padding: Theme.scaled(6)
    visible: true
    width: Theme.scaled(320)

    background: PopupCard {
    }
    contentItem: ColumnLayout {
        spacing: 2

        ListView {
            id: list

            Accessible.name: Texts.t["models.library"]
            Accessible.role: Accessible.List
            Layout.fillWidth: true
            Layout.maximumHeight: Theme.scaled(280)
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            focus: true
            implicitHeight: contentHeight
            keyNavigationEnabled: true
            model: root.picker.models
            objectName: "model-choices"

            ScrollBar.vertical: ScrollTrack {
            }
            delegate: ModelChoice {
                width: list.width

                onClicked: root.choose(name)
            }
        }
        Separator {
            Layout.bottomMargin: Theme.scaled(3)
            Layout.fillWidth: true
            Layout.topMargin: Theme.scaled(3)
        }
        TextButton {
            Layout.fillWidth: true
            alignment: Text.AlignLeft
            iconName: "folder"
            isQuiet: true
            objectName: "pick-model-file"
            text: Texts.t["models.open_file"]

            onClicked: dialog.isWanted = true
        }
        TextButton {
            Layout.fillWidth: true
            alignment: Text.AlignLeft
            iconName: "models"
            isQuiet: true
            objectName: "all-models"
            text: Texts.t["models.all"]

            onClicked: {
                root.close();
                root.owner.pageRequested();
            }
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

    onClosed: host.isWanted = false
}
