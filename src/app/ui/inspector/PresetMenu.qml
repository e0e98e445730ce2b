import QtQuick
import "../controls"
import "../theme"

// What can be done with a preset.
AppMenu {
    id: root

    required property Lazy host
    required property PresetRow row

    objectName: "preset-menu"

    Component.onCompleted: popup()
    onClosed: host.isWanted = false

    AppMenuItem {
        enabled: !root.row.isBuiltIn
        height: enabled ? implicitHeight : 0
        iconName: "rename"
        objectName: "rename-preset"
        text: Texts.t["presets.rename"]
        visible: enabled

        onTriggered: root.row.renameRequested()
    }
    AppMenuItem {
        iconName: root.row.isBuiltIn ? "close" : "trash"
        objectName: "delete-preset"
        text: root.row.isBuiltIn ? Texts.t["presets.hide"] : Texts.t["presets.delete"]

        onTriggered: root.row.removed()
    }
}
