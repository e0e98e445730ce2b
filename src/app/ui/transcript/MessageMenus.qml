import QtQuick
import Skald
import "../controls"

// The menus of the transcript, for the message whose button was pressed last.
Item {
    id: root

    property Item anchor: null
    required property WindowController controller
    property string messageId: ""

    // Only once the menu is closed, which gives the keyboard back to where it was before.
    function edit() {
        Qt.callLater(root.controller.messages.beginEdit, root.messageId);
    }
    function openActions(message: string, button: Item) {
        messageId = message;
        anchor = button;
        actions.isWanted = true;
    }
    function openModels() {
        models.isWanted = true;
    }

    Lazy {
        id: actions

        file: Qt.resolvedUrl("MessageMenu.qml")
        given: ({
                menus: root
            })
    }
    Lazy {
        id: models

        file: Qt.resolvedUrl("RegenerateMenu.qml")
        given: ({
                menus: root
            })
    }
}
