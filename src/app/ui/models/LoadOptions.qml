pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The options of the engine for one model, shown when they are asked for.
ColumnLayout {
    id: root

    property bool isOpen: false
    required property LoadOptionsController options

    spacing: Theme.gap

    RowLayout {
        Layout.fillWidth: true

        TextButton {
            Accessible.checkable: true
            Accessible.checked: root.isOpen
            iconName: root.isOpen ? "chevron-down" : "chevron-right"
            isQuiet: true
            objectName: "load-options"
            text: Texts.t["load_options.title"]

            onClicked: root.isOpen = !root.isOpen
        }
        Item {
            Layout.fillWidth: true
        }
        TextButton {
            objectName: "load-options-reset"
            text: Texts.t["load_options.reset"]
            visible: root.isOpen && !root.options.isDefault

            onClicked: root.options.reset()
        }
    }
    Lazy {
        Layout.fillWidth: true
        file: Qt.resolvedUrl("LoadOptionValues.qml")
        given: ({
                options: root.options
            })
        isWanted: root.isOpen
        visible: isWanted
    }
}
