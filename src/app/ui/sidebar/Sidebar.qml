import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The left pane: a new conversation, the search, the list, the pages.
Rectangle {
    id: root

    required property WindowController controller

    signal closed
    signal newRequested
    signal opened

    function focusSearch() {
        search.forceActiveFocus();
    }

    color: Theme.colors.pane

    MouseArea {
        anchors.fill: parent
    }
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: Theme.scaled(12)
        spacing: Theme.gap

        Brand {
            Layout.fillWidth: true

            onCollapsed: root.closed()
        }
        NewConversationButton {
            Layout.fillWidth: true

            onClicked: root.newRequested()
        }
        SearchBox {
            id: search

            Layout.fillWidth: true
            text: root.controller.conversations.query

            Keys.onDownPressed: list.forceActiveFocus()
            onAbandoned: root.controller.conversations.query = ""
            onTextEdited: root.controller.conversations.query = text
        }
        ConversationList {
            id: list

            Layout.fillHeight: true
            Layout.fillWidth: true
            conversations: root.controller.conversations
            exchange: root.controller.exchange

            onOpened: root.opened()
        }
        Separator {
            Layout.fillWidth: true
        }
        SidebarFoot {
            Layout.fillWidth: true
            page: root.controller.page

            onPageRequested: page => root.controller.showPage(page)
        }
    }
    Separator {
        anchors.bottom: parent.bottom
        anchors.right: parent.right
        anchors.top: parent.top
    }
}
