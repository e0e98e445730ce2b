import QtQuick
import QtQuick.Layouts
import "../controls"

// A folder's name and its path.
ColumnLayout {
    id: root

    required property string name
    required property string path

    Layout.fillWidth: true
    spacing: 2

    BodyLabel {
        text: root.name
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        text: root.path
        wrapMode: Text.WrapAnywhere
    }
}
