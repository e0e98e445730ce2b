import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../composer"
import "../controls"
import "../theme"

// A message while it is edited: Enter keeps it, Shift+Enter begins a line, Esc leaves it as it was.
TranscriptRow {
    id: root

    required property string facts
    required property string remedyText
    required property string text

    signal abandoned
    signal edited(string text)
    signal saved(string text)

    function begin() {
        box.text = text;
        box.cursorPosition = box.length;
        box.forceActiveFocus();
    }

    Component.onCompleted: begin()
    ListView.onReused: begin()

    Item {
        height: card.height + Theme.scaled(20)
        width: root.columnWidth

        Rectangle {
            id: card

            border.color: box.activeFocus ? Theme.colors.accent : Theme.colors.line
            border.width: box.activeFocus ? 2 : 1
            color: Theme.colors.raised
            height: column.implicitHeight + Theme.scaled(14)
            radius: Theme.scaled(14)
            width: parent.width
            y: Theme.scaled(10)

            ColumnLayout {
                id: column

                anchors.fill: parent
                anchors.margins: Theme.scaled(7)
                spacing: Theme.scaled(4)

                ScrollView {
                    Layout.fillWidth: true
                    Layout.preferredHeight: Math.min(box.contentHeight + box.topPadding + box.bottomPadding, Theme.scaled(360))
                    ScrollBar.horizontal.policy: ScrollBar.AlwaysOff

                    MessageBox {
                        id: box

                        Accessible.name: Texts.t["message.editor"]
                        objectName: "editor"
                        placeholderText: ""

                        Keys.onEscapePressed: root.abandoned()
                        Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape
                        onSubmitted: root.saved(text)
                        onTextChanged: root.edited(text)
                    }
                }
                RowLayout {
                    Layout.leftMargin: Theme.scaled(10)
                    spacing: Theme.gap

                    DimLabel {
                        Layout.fillWidth: true
                        elide: Text.ElideNone
                        text: root.facts
                        wrapMode: Text.Wrap
                    }
                    TextButton {
                        isQuiet: true
                        objectName: "editor-cancel"
                        text: Texts.t["message.cancel"]

                        onClicked: root.abandoned()
                    }
                    TextButton {
                        enabled: box.text.trim() !== ""
                        isPrimary: true
                        objectName: "editor-save"
                        text: root.remedyText

                        onClicked: root.saved(box.text)
                    }
                }
            }
        }
    }
}
