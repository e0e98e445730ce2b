pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Skald
import "../controls"
import "../theme"

// What a message that begins with / can become; the keyboard stays in the message box.
PopupCard {
    id: root

    required property Lazy host
    required property Composer owner
    readonly property SnippetMenu snippets: owner.snippets

    implicitHeight: list.height + Theme.scaled(12)
    implicitWidth: Math.min(owner.width, Theme.scaled(440))
    objectName: "snippets"

    Component.onCompleted: list.Accessible.announce(snippets.currentText)

    ListView {
        id: list

        Accessible.description: root.snippets.currentText
        Accessible.name: Texts.t["snippets.list"]
        Accessible.role: Accessible.List
        anchors.left: parent.left
        anchors.margins: Theme.scaled(6)
        anchors.right: parent.right
        anchors.top: parent.top
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        currentIndex: root.snippets.currentIndex
        height: Math.min(contentHeight, Theme.scaled(260), Math.max(root.owner.y - Theme.scaled(28), Theme.control))
        highlightMoveDuration: 0
        model: root.snippets

        ScrollBar.vertical: ScrollTrack {
        }
        delegate: SnippetRow {
            width: list.width

            onClicked: root.snippets.choose(index)
        }

        onCurrentIndexChanged: list.Accessible.announce(root.snippets.currentText)
    }
}
