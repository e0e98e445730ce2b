import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The model of this conversation: its state, its load progress, its memory; opens the list of model files.
AbstractButton {
    id: root

    property bool isCompact: false
    readonly property bool isLoading: picker.state === "loading"
    property bool isWhole: false
    required property ModelPickerController picker

    signal pageRequested

    function openList() {
        list.isWanted = true;
    }

    Accessible.description: picker.currentName + ", " + picker.stateText
    Accessible.name: Texts.t["models.picker"]
    Accessible.role: Accessible.ButtonMenu
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    implicitHeight: Theme.control
    implicitWidth: Math.min(implicitContentWidth + leftPadding + rightPadding, isWhole ? 10000 : Theme.scaled(isCompact ? 130 : 280))
    leftPadding: Theme.scaled(10)
    objectName: "model-picker"
    rightPadding: Theme.scaled(8)

    background: Rectangle {
        border.color: Theme.colors.line
        color: root.hovered || root.down ? Theme.colors.hover : Theme.colors.raised
        radius: Theme.radius

        Rectangle {
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 1
            anchors.left: parent.left
            anchors.leftMargin: Theme.scaled(6)
            color: Theme.colors.accent
            height: Theme.scaled(2)
            visible: root.isLoading
            width: root.picker.progress * (parent.width - Theme.scaled(12))
        }
        FocusRing {
            shown: root.visualFocus
        }
    }
    contentItem: RowLayout {
        spacing: Theme.scaled(7)

        StateDot {
            modelState: root.picker.state
        }
        BodyLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            font.pixelSize: Theme.medium
            text: root.picker.currentName || Texts.t["models.choose"]
        }
        DimLabel {
            Accessible.ignored: true
            objectName: "model-memory"
            text: root.isLoading ? root.picker.stateText : root.picker.memoryText
            visible: text !== "" && !root.isCompact
        }
        Icon {
            name: "chevron-down"
            size: Theme.scaled(16)
        }
    }

    Accessible.onPressAction: root.clicked()
    onClicked: root.openList()

    Lazy {
        id: list

        file: Qt.resolvedUrl("ModelList.qml")
        given: ({
                owner: root
            })
        y: root.height + Theme.scaled(4)
    }
}
