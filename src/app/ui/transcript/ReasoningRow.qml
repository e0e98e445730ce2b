import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// What a model thought before its answer: a line that says how long, and the text where it is unfolded.
TranscriptRow {
    id: root

    required property string facts
    required property bool isOpen
    required property bool isStreaming
    required property string text

    signal toggled

    Column {
        bottomPadding: Theme.scaled(6)
        spacing: Theme.scaled(4)
        topPadding: Theme.scaled(6)
        width: root.columnWidth

        RowLayout {
            spacing: Theme.scaled(4)
            x: -Theme.gap

            TextButton {
                Accessible.checkable: true
                Accessible.checked: root.isOpen
                iconName: root.isOpen ? "chevron-down" : "chevron-right"
                isQuiet: true
                objectName: "reasoning"
                text: root.facts

                Keys.onEnterPressed: clicked()
                Keys.onReturnPressed: clicked()
                onClicked: {
                    root.holdsTop = true;
                    root.toggled();
                }
            }
            WorkingDot {
                visible: root.isStreaming
            }
        }
        Item {
            height: thought.height
            visible: root.isOpen
            width: parent.width

            Rectangle {
                color: Theme.colors.line
                height: parent.height
                radius: width / 2
                width: Theme.scaled(2)
            }
            RowText {
                id: thought

                Accessible.ignored: false
                Accessible.name: Texts.t["transcript.reasoning"]
                color: Theme.colors.dim
                font.pixelSize: Theme.medium
                objectName: "reasoning-text"
                text: root.isOpen ? root.text : ""
                width: parent.width - x
                x: Theme.scaled(12)
            }
        }
    }
}
