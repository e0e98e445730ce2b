import QtQuick
import Skald
import "../controls"
import "../theme"

// What can be done with a message.
AppMenu {
    id: root

    readonly property MessageActions actions: menus.controller.messages
    readonly property bool canChange: !menus.controller.transcript.isStreaming
    required property Lazy host
    required property MessageMenus menus

    objectName: "message-menu"
    width: Theme.scaled(284)

    Component.onCompleted: popup(menus.anchor, 0, menus.anchor.height)
    onClosed: host.isWanted = false

    AppMenuItem {
        enabled: root.canChange
        iconName: "rename"
        objectName: "edit"
        text: Texts.t["message.edit"]

        onTriggered: root.menus.edit()
    }
    AppMenuItem {
        enabled: root.canChange
        iconName: "regenerate"
        objectName: "regenerate-with"
        text: Texts.t["message.regenerate_with"]

        onTriggered: root.menus.openModels()
    }
    AppMenuItem {
        iconName: "branch"
        objectName: "branch"
        text: Texts.t["message.branch"]

        onTriggered: root.actions.branch(root.menus.messageId)
    }
    AppMenuItem {
        iconName: "copy"
        objectName: "copy-text"
        text: Texts.t["message.copy_text"]

        onTriggered: root.actions.copyText(root.menus.messageId)
    }
    AppMenuItem {
        iconName: "copy"
        objectName: "copy-markdown"
        text: Texts.t["message.copy_markdown"]

        onTriggered: root.actions.copyMarkdown(root.menus.messageId)
    }
    AppMenuItem {
        enabled: root.canChange
        iconName: "trash"
        objectName: "delete-message"
        text: Texts.t["message.delete"]

        onTriggered: root.actions.remove(root.menus.messageId)
    }
}
