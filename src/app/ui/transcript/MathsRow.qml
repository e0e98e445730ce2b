import QtQuick
import "../theme"

// A formula that stands by itself; a wide one scrolls sideways.
TranscriptRow {
    id: root

    required property string html
    required property string text

    Item {
        height: view.height + Theme.scaled(12)
        width: root.columnWidth

        SidewaysView {
            id: view

            contentHeight: formula.height
            contentWidth: formula.width
            height: formula.height
            name: root.text
            width: Math.min(formula.width, parent.width)
            x: (parent.width - width) / 2
            y: Theme.scaled(6)

            RichText {
                id: formula

                bottomPadding: Theme.gap
                html: root.html
                objectName: "formula"
                topPadding: Theme.gap
                wrapMode: TextEdit.NoWrap
            }
        }
    }
}
