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

    signal opened

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
        rightPadding: Theme.scaled(12)
        width: root.width

        onOpenRequested: root.open(conversationId)
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
        text: root.conversations.query !== "" ? Texts.t["sidebar.nothing_found"] : Texts.t["sidebar.no_conversations"]
        topPadding: Theme.margin
        visible: root.count === 0
    }
}
