import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// What the list shows: all conversations, a folder, the archive or the trash; and what can be done with that.
RowLayout {
    id: root

    property string askedConversation: ""
    property bool isFolderNew: true
    required property ShelfController shelf

    function askName(conversationId: string, isNew: bool) {
        askedConversation = conversationId;
        isFolderNew = isNew;
        dialog.isWanted = true;
    }
    function askPurge(conversationId: string) {
        askedConversation = conversationId;
        question.isWanted = true;
    }

    spacing: Theme.scaled(4)

    ChoiceBox {
        Layout.fillWidth: true
        name: Texts.t["sidebar.place"]
        objectName: "place"
        options: root.shelf.places
        value: root.shelf.place

        onChosen: value => root.shelf.place = value
    }
    IconButton {
        iconName: "more"
        objectName: "place-actions"
        text: Texts.t["sidebar.folder_actions"]

        onClicked: menu.isWanted = true

        Lazy {
            id: menu

            file: Qt.resolvedUrl("PlaceMenu.qml")
            given: ({
                    row: root
                })
        }
        Lazy {
            id: dialog

            file: Qt.resolvedUrl("FolderDialog.qml")
            given: ({
                    conversationId: root.askedConversation,
                    isNew: root.isFolderNew,
                    shelf: root.shelf
                })
        }
        Lazy {
            id: question

            file: Qt.resolvedUrl("PurgeDialog.qml")
            given: ({
                    conversationId: root.askedConversation,
                    shelf: root.shelf
                })
        }
    }
}
