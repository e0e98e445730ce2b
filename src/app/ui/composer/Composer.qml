import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The message box with Send or Stop and the context gauge.
Rectangle {
    id: root

    readonly property AttachmentsController attachments: composer.attachments
    required property ComposerController composer
    required property SnippetMenu snippets
    required property ContextUsage usage

    signal rollRequested

    function focusBox() {
        box.forceActiveFocus();
    }
    function submit() {
        if (composer.send(box.text))
            box.clear();
    }

    border.color: box.activeFocus ? Theme.colors.accent : Theme.colors.line
    border.width: box.activeFocus ? 2 : 1
    color: Theme.colors.raised
    implicitHeight: column.implicitHeight + Theme.scaled(14)
    radius: Theme.scaled(18)

    ColumnLayout {
        id: column

        anchors.fill: parent
        anchors.margins: Theme.scaled(7)
        spacing: 0

        AttachmentFlow {
            Layout.bottomMargin: Theme.scaled(4)
            Layout.fillWidth: true
            Layout.leftMargin: Theme.scaled(6)
            Layout.rightMargin: Theme.scaled(6)
            Layout.topMargin: Theme.scaled(4)
            attachments: root.attachments
            visible: root.attachments.files.count > 0
        }
        ScrollView {
            Layout.fillWidth: true
            Layout.preferredHeight: Math.min(box.contentHeight + box.topPadding + box.bottomPadding, Theme.scaled(180))
            ScrollBar.horizontal.policy: ScrollBar.AlwaysOff

            MessageBox {
                id: box

                focus: true
                isListOpen: root.snippets.isOpen
                takesPaste: () => root.attachments.paste()

                onListChosen: root.snippets.chooseCurrent()
                onListClosed: root.snippets.close()
                onListStepped: by => root.snippets.step(by)
                onSubmitted: root.submit()
                onTextChanged: {
                    root.composer.saveDraft(text);
                    root.snippets.look(text);
                }
            }
        }
        ContextNotice {
            Layout.fillWidth: true
            Layout.leftMargin: Theme.scaled(10)
            Layout.rightMargin: Theme.scaled(10)
            usage: root.usage
            visible: root.usage.notice !== ""

            onRollRequested: root.rollRequested()
        }
        RowLayout {
            Layout.leftMargin: Theme.scaled(4)
            spacing: Theme.scaled(10)

            IconButton {
                iconName: "attach"
                objectName: "attach"
                text: Texts.t["composer.attach"]

                onClicked: fileDialog.isWanted = true
            }
            DimLabel {
                Layout.fillWidth: true
                Layout.minimumWidth: 0
                objectName: "composer-status"
                text: root.composer.status
            }
            ContextGauge {
                usage: root.usage
            }
            SendButton {
                canSend: root.composer.canSend && (box.text.trim() !== "" || root.attachments.files.count > 0)
                isGenerating: root.composer.isGenerating

                onSendRequested: root.submit()
                onStopRequested: root.composer.stop()
            }
        }
    }
    Connections {
        function onDraftRestored() {
            box.text = root.composer.draft;
            box.cursorPosition = box.length;
        }

        target: root.composer
    }
    Connections {
        function onTextInserted(text: string) {
            box.insert(box.cursorPosition, text);
        }

        target: root.attachments
    }
    Connections {
        function onInserted(text: string, cursor: int) {
            box.replaceAll(text, cursor);
        }

        target: root.snippets
    }
    Lazy {
        id: fileDialog

        file: Qt.resolvedUrl("AttachmentFileDialog.qml")
        given: ({
                attachments: root.attachments
            })
    }
    Lazy {
        anchors.bottom: parent.top
        anchors.bottomMargin: Theme.gap
        anchors.left: parent.left
        file: Qt.resolvedUrl("SnippetList.qml")
        given: ({
                owner: root
            })
        isWanted: root.snippets.isOpen
    }
}
