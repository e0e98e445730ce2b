pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// A table of a reply, and a button that copies it; a wide one scrolls sideways.
TranscriptRow {
    id: root

    readonly property var cells: table.rows.reduce((all, row) => all.concat(row), table.header)
    required property var table

    signal copyRequested
    signal linkRequested(string url)

    Item {
        height: copy.y + copy.height + Theme.scaled(4)
        width: root.columnWidth

        Rectangle {
            id: frame

            border.color: Theme.colors.line
            color: "transparent"
            height: grid.height + 2
            radius: Theme.scaled(10)
            width: Math.min(grid.width + 2, parent.width)
            y: Theme.gap

            SidewaysView {
                anchors.fill: parent
                anchors.margins: 1
                contentHeight: grid.height
                contentWidth: grid.width
                name: Texts.t["transcript.table"]

                GridLayout {
                    id: grid

                    columnSpacing: 0
                    columns: Math.max(1, root.table.header.length)
                    rowSpacing: 0
                    width: Math.max(implicitWidth, root.columnWidth - 2)

                    Repeater {
                        model: root.cells

                        TableCell {
                            required property int index
                            required property string modelData

                            Layout.fillHeight: true
                            Layout.fillWidth: true
                            Layout.maximumWidth: implicitWidth > Theme.scaled(300) ? Theme.scaled(300) : -1
                            alignment: root.table.alignments[index % grid.columns] ?? "left"
                            html: modelData
                            isFirstRow: index < grid.columns
                            isLastRow: index >= root.cells.length - grid.columns

                            onLinkRequested: url => root.linkRequested(url)
                        }
                    }
                }
            }
        }
        TextButton {
            id: copy

            iconName: "copy"
            isQuiet: true
            objectName: "copy-table"
            text: Texts.t["transcript.copy_csv"]
            x: -Theme.gap + Theme.scaled(4)
            y: frame.y + frame.height + Theme.scaled(2)

            onClicked: root.copyRequested()
        }
    }
}
