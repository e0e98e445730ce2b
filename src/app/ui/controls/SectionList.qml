pragma ComponentBehavior: Bound

import QtQuick
import "../theme"

// The sections of a long page: one press goes to one, from the keyboard to its first control.
Flow {
    id: root

    required property Item current
    required property bool isColumn
    required property list<Item> sections

    signal chosen(Item section)

    Accessible.name: Texts.t["page.sections"]
    Accessible.role: Accessible.List
    objectName: "sections"
    spacing: isColumn ? 2 : Theme.scaled(4)

    Repeater {
        model: root.sections

        TextButton {
            required property Section modelData

            Accessible.selected: root.current === modelData
            alignment: Text.AlignLeft
            checked: root.current === modelData
            isQuiet: true
            objectName: "go-to-" + modelData.objectName
            text: modelData.name
            width: root.isColumn ? root.width : Math.min(implicitWidth, root.width)

            onClicked: root.chosen(modelData)
        }
    }
}
