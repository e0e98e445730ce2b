import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The text of an attached file, as the model reads it.
AppDialog {
    id: root

    readonly property AttachmentsController attachments: controller.composer.attachments
    required property WindowController controller
    required property Lazy host

    objectName: "attachment-dialog"
    title: attachments.previewName
    visible: true
    width: Math.min(Theme.scaled(720), (Overlay.overlay?.width ?? 720) - Theme.scaled(32))

    contentItem: ColumnLayout {
        spacing: Theme.margin

        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: root.attachments.previewFacts
            wrapMode: Text.Wrap
        }
        ScrollView {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(shown.implicitHeight, Theme.scaled(420), (root.Overlay.overlay?.height ?? 640) - Theme.scaled(220))
            ScrollBar.horizontal.policy: ScrollBar.AlwaysOff

            background: Rectangle {
                border.color: shown.activeFocus ? Theme.colors.accent : Theme.colors.line
                color: Theme.colors.pane
                radius: Theme.radius
            }

            TextArea {
                id: shown

                Accessible.name: Texts.t["attachments.preview"]
                background: null
                color: Theme.colors.text
                font.family: Theme.monospace
                font.pixelSize: Theme.medium
                objectName: "attachment-text"
                padding: Theme.scaled(12)
                readOnly: true
                selectByMouse: true
                selectedTextColor: Theme.colors.accentText
                selectionColor: Theme.colors.accent
                text: root.attachments.previewText
                textFormat: TextEdit.PlainText
                wrapMode: TextEdit.Wrap
            }
        }
        Flow {
            Layout.fillWidth: true
            layoutDirection: Qt.RightToLeft
            spacing: Theme.gap

            TextButton {
                focus: true
                objectName: "attachment-close"
                text: Texts.t["attachments.close"]

                onClicked: root.close()
            }
            TextButton {
                objectName: "attachment-copy"
                text: Texts.t["attachments.copy"]

                onClicked: root.controller.copyAttachment()
            }
        }
    }

    onClosed: attachments.closePreview()
}
