import QtQuick
import Skald
import "theme"

// The shortcuts of the window, in the order in which they are listed.
Item {
    id: root

    readonly property list<Command> all: [newConversation, temporary, search, find, pickModel, copyReply, remove, stop, sidebar, inspector, settings, zoomIn, zoomOut, zoomReset, list]
    required property WindowController controller

    signal inspectorToggled
    signal listRequested
    signal newRequested
    signal pickerRequested
    signal searchRequested
    signal sidebarToggled
    signal temporaryRequested

    Command {
        id: newConversation

        label: Texts.t["shortcuts.new"]
        sequence: "Ctrl+N"

        onActivated: root.newRequested()
    }
    Shortcut {
        sequence: "Ctrl+Shift+O"

        onActivated: root.newRequested()
    }
    Command {
        id: temporary

        label: Texts.t["sidebar.temporary"]
        sequence: "Ctrl+Shift+N"

        onActivated: root.temporaryRequested()
    }
    Command {
        id: search

        label: Texts.t["shortcuts.search"]
        sequence: "Ctrl+K"

        onActivated: root.searchRequested()
    }
    Command {
        id: find

        enabled: root.controller.page === "conversation"
        label: Texts.t["shortcuts.find"]
        sequence: "Ctrl+F"

        onActivated: root.controller.find.open()
    }
    Shortcut {
        enabled: root.controller.find.isOpen
        sequence: "F3"

        onActivated: root.controller.find.step(false)
    }
    Shortcut {
        enabled: root.controller.find.isOpen
        sequence: "Shift+F3"

        onActivated: root.controller.find.step(true)
    }
    Command {
        id: pickModel

        label: Texts.t["shortcuts.model"]
        sequence: "Ctrl+L"

        onActivated: root.pickerRequested()
    }
    Command {
        id: copyReply

        label: Texts.t["shortcuts.copy_reply"]
        sequence: "Ctrl+Shift+C"

        onActivated: root.controller.copyLastReply()
    }
    Command {
        id: remove

        label: Texts.t["shortcuts.delete"]
        sequence: "Ctrl+Shift+D"

        onActivated: root.controller.deleteCurrent()
    }
    Command {
        id: stop

        enabled: root.controller.composer.isGenerating
        label: Texts.t["shortcuts.stop"]
        sequence: "Esc"

        onActivated: root.controller.composer.stop()
    }
    Shortcut {
        enabled: !stop.enabled && root.controller.page !== "conversation"
        sequence: "Esc"

        onActivated: root.controller.showPage("conversation")
    }
    Shortcut {
        enabled: root.controller.isEmpty && root.controller.firstRun.isShown && root.controller.page === "conversation"
        sequence: "Esc"

        onActivated: root.controller.firstRun.finish()
    }
    Command {
        id: sidebar

        label: Texts.t["shortcuts.sidebar"]
        sequence: "Ctrl+B"

        onActivated: root.sidebarToggled()
    }
    Command {
        id: inspector

        label: Texts.t["shortcuts.inspector"]
        sequence: "Ctrl+I"

        onActivated: root.inspectorToggled()
    }
    Command {
        id: settings

        label: Texts.t["shortcuts.settings"]
        sequence: "Ctrl+,"

        onActivated: root.controller.showPage("settings")
    }
    Command {
        id: zoomIn

        label: Texts.t["shortcuts.zoom_in"]
        sequence: "Ctrl+="

        onActivated: root.controller.preferences.zoomIn()
    }
    Shortcut {
        sequence: "Ctrl++"

        onActivated: root.controller.preferences.zoomIn()
    }
    Command {
        id: zoomOut

        label: Texts.t["shortcuts.zoom_out"]
        sequence: "Ctrl+-"

        onActivated: root.controller.preferences.zoomOut()
    }
    Command {
        id: zoomReset

        label: Texts.t["shortcuts.zoom_reset"]
        sequence: "Ctrl+0"

        onActivated: root.controller.preferences.zoomReset()
    }
    Command {
        id: list

        label: Texts.t["shortcuts.list"]
        sequence: "Ctrl+/"

        onActivated: root.listRequested()
    }
}
