import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// Facts, a line each, below what they are about.
ColumnLayout {
    id: root

    required property string heading
    required property string text

    Accessible.name: heading
    Accessible.role: Accessible.Grouping
    Layout.fillWidth: true
    spacing: 2

    BodyLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        text: root.heading
        wrapMode: Text.Wrap
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        font.family: Theme.monospace
        lineHeight: 1.3
        text: root.text
        wrapMode: Text.Wrap
    }
}
