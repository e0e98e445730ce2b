import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// One part of the model: its name, its types, its share of the weight.
ColumnLayout {
    id: root

    required property real fraction
    required property string part
    required property string sizeText
    required property string types

    Accessible.name: part + ", " + sizeText + ", " + types
    Accessible.role: Accessible.ListItem
    objectName: "weight-part"
    spacing: Theme.scaled(5)

    GridLayout {
        id: line

        readonly property bool isNarrow: root.width < Theme.scaled(300)

        Layout.fillWidth: true
        columnSpacing: Theme.gap
        columns: 3
        rowSpacing: 0

        BodyLabel {
            Layout.fillWidth: line.isNarrow
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            text: root.part
            wrapMode: Text.Wrap
        }
        DimLabel {
            Layout.column: line.isNarrow ? 0 : 1
            Layout.columnSpan: line.isNarrow ? 3 : 1
            Layout.fillWidth: true
            Layout.row: line.isNarrow ? 1 : 0
            elide: Text.ElideNone
            text: root.types
            wrapMode: Text.Wrap
        }
        DimLabel {
            Layout.column: 2
            Layout.row: 0
            color: Theme.colors.text
            text: root.sizeText
        }
    }
    Meter {
        Accessible.name: root.part
        Layout.fillWidth: true
        implicitHeight: Theme.scaled(8)
        value: root.fraction
    }
}
