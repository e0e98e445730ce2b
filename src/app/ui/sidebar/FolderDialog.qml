import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Names a folder: a new one, with a conversation in it or without, or the one that is shown.
AppDialog {
    id: root

    required property string conversationId
    required property Lazy host
    required property bool isNew
    required property ShelfController shelf

    function keep() {
        isNew ? shelf.addFolder(name.text, conversationId) : shelf.renameFolder(name.text);
        close();
    }

    objectName: "folder-dialog"
    title: isNew ? Texts.t["sidebar.new_folder"] : Texts.t["sidebar.rename_folder"]
    visible: true

    contentItem: ColumnLayout {
        spacing: Theme.margin

        TextLine {
            id: name

            Accessible.name: Texts.t["sidebar.folder_name"]
            Layout.fillWidth: true
            focus: true
            maximumLength: 80
            objectName: "folder-name"
            placeholderText: Texts.t["sidebar.folder_name"]
            text: root.isNew ? "" : root.shelf.placeName

            Component.onCompleted: selectAll()
            onAccepted: root.keep()
        }
        TextButton {
            Layout.alignment: Qt.AlignRight
            enabled: name.text.trim() !== ""
            isPrimary: true
            objectName: "folder-save"
            text: Texts.t["folder.save"]

            onClicked: root.keep()
        }
    }

    onClosed: host.isWanted = false
    onOpened: name.forceActiveFocus()
}
