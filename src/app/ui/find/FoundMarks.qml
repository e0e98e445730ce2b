pragma ComponentBehavior: Bound

import QtQuick
import "../controls"
import "../theme"
import "../transcript"

// The marks on what was found in a text; the current one stands out and is scrolled to.
Item {
    id: root

    readonly property int current: Found.isWithinRow(edit) ? Math.min(Found.finder.occurrence, marks.length - 1) : -1
    required property RowText edit
    required property Lazy host
    property var marks: []

    function look() {
        marks = Found.finder.marksIn(edit.textDocument);
    }
    function place() {
        if (current >= 0)
            Found.placed(edit, edit.topPadding + marks[current].y, marks[current].height);
    }

    Component.onCompleted: look()
    onCurrentChanged: Qt.callLater(place)
    onMarksChanged: Qt.callLater(place)

    Connections {
        function onContentSizeChanged() {
            Qt.callLater(root.look);
        }
        function onTextChanged() {
            Qt.callLater(root.look);
        }

        target: root.edit
    }
    Connections {
        function onQueryChanged() {
            root.look();
        }

        target: Found.finder
    }
    Repeater {
        model: root.marks

        Rectangle {
            required property int index
            required property rect modelData

            color: index === root.current ? Theme.colors.accent : Theme.colors.warning
            height: modelData.height
            objectName: index === root.current ? "found-current" : "found"
            opacity: index === root.current ? 0.45 : 0.25
            radius: Theme.scaled(2)
            width: modelData.width
            x: root.edit.leftPadding + modelData.x
            y: root.edit.topPadding + modelData.y
        }
    }
}
