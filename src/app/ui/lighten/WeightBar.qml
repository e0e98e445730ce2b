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

    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.gap

        BodyLabel {
            font.pixelSize: Theme.medium
            text: root.part
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: root.types
            wrapMode: Text.Wrap
        }
        DimLabel {
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
