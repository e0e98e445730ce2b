pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Skald
import "../controls"
import "../theme"

// The conversations by day; arrows move, Enter opens, F2 renames, Delete deletes.
ListView {
    id: root

    required property ConversationListModel conversations
    required property ExchangeController exchange
    property string exported: ""
    required property ShelfController shelf

    signal folderRequested(string conversationId)
    signal opened
    signal purgeRequested(string conversationId)

    function open(conversationId: string) {
        conversations.open(conversationId);
        opened();
    }

    Accessible.name: Texts.t["sidebar.conversations"]
    Accessible.role: Accessible.List
    activeFocusOnTab: true
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    currentIndex: conversations.currentIndex
    flickDeceleration: Theme.deceleration
    highlightMoveDuration: 0
    keyNavigationEnabled: true
    model: conversations
    objectName: "conversations"
    section.property: "day"
    spacing: 1

    ScrollBar.vertical: ScrollTrack {
    }
    delegate: ConversationRow {
        isTrash: root.shelf.isTrash
        rightPadding: Theme.scaled(12)
        shelf: root.shelf
        width: root.width

        onExportRequested: {
            root.exported = conversationId;
            exportDialog.isWanted = true;
        }
        onFolderRequested: root.folderRequested(conversationId)
        onOpenRequested: root.shelf.isTrash ? openMenu() : root.open(conversationId)
        onPurgeRequested: root.purgeRequested(conversationId)
        onRemoveRequested: root.conversations.remove(conversationId)
        onRenamed: title => root.conversations.rename(conversationId, title)
    }
    section.delegate: DayHeading {
        width: root.width
    }

    FocusRing {
        anchors.margins: 1
        parent: root
        shown: root.activeFocus && root.count === 0
    }
    DimLabel {
        anchors.horizontalCenter: parent.horizontalCenter
        text: Texts.t["sidebar.no_conversations"]
        topPadding: Theme.margin
        visible: root.count === 0
    }
    Lazy {
        id: exportDialog

        file: Qt.resolvedUrl("ExportFileDialog.qml")
        given: ({
                conversationId: root.exported,
                exchange: root.exchange
            })
        visible: false
    }
}
