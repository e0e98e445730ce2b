pragma ComponentBehavior: Bound

import QtQuick
import QtQml
import "../controls"
import "../theme"

// The models that can be asked for another reply.
AppMenu {
    id: root

    required property Lazy host
    required property MessageMenus menus

    objectName: "regenerate-menu"
    width: Theme.scaled(284)

    Component.onCompleted: popup(menus.anchor, 0, menus.anchor.height)
    onClosed: host.isWanted = false

    Instantiator {
        model: root.menus.controller.picker.models

        delegate: AppMenuItem {
            required property bool isCurrent
            required property string name
            required property string problem
            required property string title

            enabled: problem === ""
            iconName: isCurrent ? "check" : "models"
            objectName: "regenerate-model"
            text: title

            onTriggered: root.menus.controller.messages.regenerateWith(root.menus.messageId, name)
        }

        onObjectAdded: (index, object) => root.insertItem(index, object as AppMenuItem)
        onObjectRemoved: (index, object) => root.removeItem(object as AppMenuItem)
    }
}
