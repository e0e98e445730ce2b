import QtQuick
import QtQuick.Controls.Basic
import Skald
import "../controls"
import "../theme"

// One conversation: opened with a click, renamed in place, with a menu.
ItemDelegate {
    id: root

    required property string conversationId
    required property string folderId
    required property bool isArchived
    required property bool isCurrent
    required property bool isPinned
    property bool isRenaming: false
    required property bool isStreaming
    property bool isTrash: false
    property ShelfController shelf: null
    required property string title

    signal exportRequested
    signal folderRequested
    signal openRequested
    signal purgeRequested
    signal removeRequested
    signal renamed(string title)

    function openFolders() {
        folders.isWanted = true;
    }
    function openMenu() {
        menu.isWanted = true;
    }

    Accessible.name: title
    Accessible.role: Accessible.ListItem
    Accessible.selected: isCurrent
    focusPolicy: Qt.NoFocus
    height: Theme.row
    hoverEnabled: true
    leftPadding: Theme.scaled(12)
    objectName: "conversation"
    text: title

    background: Rectangle {
        color: root.isCurrent ? Theme.colors.selected : root.hovered ? Theme.colors.hover : "transparent"
        radius: Theme.radius

        FocusRing {
            anchors.margins: 1
            shown: root.ListView.isCurrentItem && (root.ListView.view?.activeFocus ?? false)
        }
    }
    contentItem: BodyLabel {
        Accessible.ignored: true
        font.pixelSize: Theme.medium
        rightPadding: root.isStreaming ? Theme.margin : 0
        text: root.title
        verticalAlignment: Text.AlignVCenter
        visible: !root.isRenaming
    }

    Accessible.onPressAction: root.openRequested()
    Keys.onDeletePressed: isTrash ? purgeRequested() : removeRequested()
    Keys.onEnterPressed: root.openRequested()
    Keys.onMenuPressed: root.openMenu()
    Keys.onPressed: event => {
        isRenaming = isRenaming || (event.key === Qt.Key_F2 && !isTrash);
        menu.isWanted = menu.isWanted || (event.key === Qt.Key_F10 && event.modifiers & Qt.ShiftModifier) > 0;
        event.accepted = isRenaming || menu.isWanted;
    }
    Keys.onReturnPressed: root.openRequested()
    onClicked: root.openRequested()
    onDoubleClicked: isRenaming = !isTrash

    TapHandler {
        acceptedButtons: Qt.RightButton

        onTapped: root.openMenu()
    }
    WorkingDot {
        anchors.right: parent.right
        anchors.rightMargin: Theme.scaled(12)
        anchors.verticalCenter: parent.verticalCenter
        visible: root.isStreaming && !root.isRenaming
    }
    Lazy {
        anchors.fill: parent
        file: Qt.resolvedUrl("RenameBox.qml")
        given: ({
                row: root
            })
        isWanted: root.isRenaming
    }
    Lazy {
        id: menu

        file: Qt.resolvedUrl(root.isTrash ? "TrashMenu.qml" : "ConversationMenu.qml")
        given: ({
                row: root
            })
    }
    Lazy {
        id: folders

        file: Qt.resolvedUrl("FolderChoice.qml")
        given: ({
                row: root
            })
    }
}
