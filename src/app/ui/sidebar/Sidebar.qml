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
    signal temporaryRequested

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
        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.scaled(4)

            NewConversationButton {
                Layout.fillWidth: true

                onClicked: root.newRequested()
            }
            IconButton {
                checked: root.controller.isTemporary
                iconName: "temporary"
                objectName: "temporary"
                text: Texts.t["sidebar.temporary"]

                onClicked: root.temporaryRequested()
            }
        }
        SearchBox {
            id: search

            Layout.fillWidth: true
            text: root.controller.search.query

            Keys.onDownPressed: (results.visible ? results : list).forceActiveFocus()
            onAbandoned: root.controller.search.query = ""
            onAccepted: results.open(0)
            onTextEdited: root.controller.search.query = text
        }
        PlaceRow {
            id: places

            Layout.fillWidth: true
            shelf: root.controller.shelf
            visible: !results.visible
        }
        SearchResults {
            id: results

            Layout.fillHeight: true
            Layout.fillWidth: true
            search: root.controller.search
            visible: root.controller.search.isActive

            onOpened: root.opened()
        }
        ConversationList {
            id: list

            Layout.fillHeight: true
            Layout.fillWidth: true
            conversations: root.controller.conversations
            exchange: root.controller.exchange
            shelf: root.controller.shelf
            visible: !results.visible

            onFolderRequested: conversationId => places.askName(conversationId, true)
            onOpened: root.opened()
            onPurgeRequested: conversationId => places.askPurge(conversationId)
        }
        Separator {
            Layout.fillWidth: true
        }
        SidebarFoot {
            Layout.fillWidth: true
            isCompact: root.height < Theme.scaled(500)
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
