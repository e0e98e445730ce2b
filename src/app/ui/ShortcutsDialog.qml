pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import "controls"
import "theme"

// Every shortcut with what it does.
AppDialog {
    id: root

    required property list<Command> commands
    required property Lazy host

    objectName: "shortcuts-dialog"
    title: Texts.t["shortcuts.title"]
    visible: true

    contentItem: ListView {
        id: list

        Accessible.name: Texts.t["shortcuts.title"]
        Accessible.role: Accessible.List
        activeFocusOnTab: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        focus: true
        implicitHeight: Math.min(contentHeight, Theme.scaled(480))
        keyNavigationEnabled: true
        model: root.commands
        objectName: "shortcuts-list"

        ScrollBar.vertical: ScrollTrack {
        }
        delegate: ShortcutLine {
            required property Command modelData

            keysText: modelData.nativeText
            label: modelData.label
            width: list.width
        }
        header: Column {
            width: list.width

            ShortcutLine {
                keysText: Texts.t["shortcuts.key_enter"]
                label: Texts.t["shortcuts.send"]
                width: parent.width
            }
            ShortcutLine {
                keysText: Texts.t["shortcuts.key_shift_enter"]
                label: Texts.t["shortcuts.newline"]
                width: parent.width
            }
            ShortcutLine {
                keysText: "F2"
                label: Texts.t["shortcuts.rename"]
                width: parent.width
            }
        }
    }

    onClosed: host.isWanted = false
}
