import QtQuick
import QtQuick.Controls.Basic
import "../controls"
import "../theme"

// One conversation: opened with a click, renamed in place, with a menu.
ItemDelegate {
    id: root

    required property string conversationId
    required property bool isCurrent
    property bool isRenaming: false
    required property bool isStreaming
    required property string title

    signal openRequested
    signal removeRequested
    signal renamed(string title)

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
    Keys.onDeletePressed: root.removeRequested()
    Keys.onEnterPressed: root.openRequested()
    Keys.onMenuPressed: root.openMenu()
    Keys.onPressed: event => {
        event.accepted = event.key === Qt.Key_F2;
        root.isRenaming = root.isRenaming || event.accepted;
    }
    Keys.onReturnPressed: root.openRequested()
    onClicked: root.openRequested()
    onDoubleClicked: root.isRenaming = true

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

        file: Qt.resolvedUrl("ConversationMenu.qml")
        given: ({
                row: root
            })
    }
}
