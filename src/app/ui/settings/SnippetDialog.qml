import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The name and the text of a snippet.
AppDialog {
    id: root

    readonly property bool canSave: box.text.trim() !== "" && area.text.trim() !== "" && problem === ""
    required property Lazy host
    property string oldName: ""
    property string oldText: ""
    readonly property string problem: snippets.problemOf(snippetId, box.text)
    property string snippetId: ""
    required property SnippetController snippets

    function save() {
        snippets.save(snippetId, box.text, area.text);
        close();
    }

    objectName: "snippet-dialog"
    title: snippetId ? Texts.t["snippets.edit_title"] : Texts.t["snippets.add_title"]
    visible: true
    width: Math.min(Theme.scaled(560), parent.width - Theme.scaled(32))

    contentItem: DialogColumn {
        highest: root.parent.height - Theme.scaled(120)

        TextLine {
            id: box

            Accessible.name: Texts.t["snippets.name"]
            Layout.fillWidth: true
            focus: true
            maximumLength: 80
            objectName: "snippet-name"
            placeholderText: Texts.t["snippets.name"]

            Component.onCompleted: text = root.oldName
        }
        WarningLine {
            objectName: "snippet-problem"
            text: root.problem
        }
        TextBox {
            id: area

            Layout.fillWidth: true
            areaName: "snippet-text"
            implicitHeight: Theme.scaled(160)
            name: Texts.t["snippets.text"]
            placeholderText: Texts.t["snippets.text"]

            Component.onCompleted: text = root.oldText
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: Texts.t["snippets.note"]
            wrapMode: Text.Wrap
        }
        TextButton {
            Layout.alignment: Qt.AlignRight
            enabled: root.canSave
            isPrimary: true
            objectName: "snippet-save"
            text: Texts.t["presets.save"]

            onClicked: root.save()
        }
    }

    onClosed: host.isWanted = false
    onOpened: box.forceActiveFocus()
}
