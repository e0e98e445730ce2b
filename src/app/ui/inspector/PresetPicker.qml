import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Which preset the conversation has, and the list to choose, save and change them.
ColumnLayout {
    id: root

    required property PresetController presets

    function edit(given: var) {
        dialog.given = given;
        dialog.isWanted = true;
    }

    spacing: Theme.gap

    BodyLabel {
        Accessible.role: Accessible.Heading
        font.pixelSize: Theme.medium
        font.weight: Font.DemiBold
        text: Texts.t["presets.picker"]
    }
    AbstractButton {
        id: button

        Accessible.description: root.presets.currentName
        Accessible.name: Texts.t["presets.picker"]
        Accessible.role: Accessible.ButtonMenu
        Layout.fillWidth: true
        focusPolicy: Qt.StrongFocus
        hoverEnabled: true
        implicitHeight: Theme.control
        leftPadding: Theme.scaled(10)
        objectName: "preset-picker"
        rightPadding: Theme.scaled(10)

        background: Rectangle {
            border.color: Theme.colors.line
            color: button.hovered || button.down ? Theme.colors.hover : Theme.colors.raised
            radius: Theme.radius

            FocusRing {
                shown: button.visualFocus
            }
        }
        contentItem: RowLayout {
            spacing: Theme.gap

            BodyLabel {
                Accessible.ignored: true
                Layout.fillWidth: true
                color: root.presets.currentName ? Theme.colors.text : Theme.colors.dim
                font.pixelSize: Theme.medium
                objectName: "preset-current"
                text: root.presets.currentName || Texts.t["presets.apply_hint"]
            }
            Icon {
                name: "chevron-down"
                size: Theme.scaled(16)
            }
        }

        Accessible.onPressAction: button.clicked()
        onClicked: list.isWanted = true

        Lazy {
            id: list

            file: Qt.resolvedUrl("PresetList.qml")
            given: ({
                    owner: root
                })
            y: button.height + Theme.scaled(4)
        }
    }
    Lazy {
        id: dialog

        file: Qt.resolvedUrl("PresetDialog.qml")
        visible: false
    }
}
