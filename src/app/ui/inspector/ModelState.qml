import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../models"
import "../theme"

// The model in use, whether it is loaded, and the memory it takes.
ColumnLayout {
    id: root

    readonly property bool isLoading: picker.state === "loading"
    readonly property bool isReady: picker.state === "ready"
    required property ModelPickerController picker

    spacing: Theme.gap

    BodyLabel {
        Accessible.role: Accessible.Heading
        font.pixelSize: Theme.medium
        font.weight: Font.DemiBold
        text: Texts.t["inspector.model"]
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 2

            BodyLabel {
                Layout.fillWidth: true
                elide: Text.ElideNone
                text: root.picker.currentName || Texts.t["models.choose"]
                wrapMode: Text.WrapAtWordBoundaryOrAnywhere
            }
            DimLabel {
                Layout.fillWidth: true
                elide: Text.ElideNone
                text: root.picker.currentDetail
                visible: text !== ""
                wrapMode: Text.Wrap
            }
        }
        TextButton {
            objectName: "unload"
            text: Texts.t["inspector.unload"]
            visible: root.isReady

            onClicked: root.picker.unload()
        }
        TextButton {
            objectName: "cancel-load"
            text: Texts.t["inspector.cancel_load"]
            visible: root.isLoading

            onClicked: root.picker.cancelLoad()
        }
        TextButton {
            objectName: "load"
            text: Texts.t["inspector.load"]
            visible: !root.isReady && !root.isLoading && root.picker.currentName !== ""

            onClicked: root.picker.load()
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.scaled(7)

        StateDot {
            modelState: root.picker.state
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            objectName: "model-state"
            text: root.picker.stateText
            wrapMode: Text.Wrap
        }
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        objectName: "load-notice"
        text: root.picker.loadNotice
        visible: root.isReady && text !== ""
        wrapMode: Text.Wrap
    }
    Meter {
        Accessible.name: Texts.t["inspector.loading"]
        Layout.fillWidth: true
        objectName: "load-progress"
        value: root.picker.progress
        visible: root.isLoading
    }
    RowLayout {
        Layout.fillWidth: true

        DimLabel {
            Layout.fillWidth: true
            text: Texts.t["inspector.memory"]
        }
        DimLabel {
            color: Theme.colors.text
            text: root.picker.memoryText || "–"
        }
    }
    Meter {
        Accessible.description: root.picker.memoryText
        Accessible.name: Texts.t["inspector.memory"]
        Layout.fillWidth: true
        objectName: "memory"
        tint: Theme.colors.good
        value: root.picker.memoryFraction
    }
}
