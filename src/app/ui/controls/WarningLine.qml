import QtQuick
import QtQuick.Layouts
import "../theme"

// What is wrong with what was typed above; nothing where it is good.
DimLabel {
    id: root

    Accessible.role: Accessible.AlertMessage
    Layout.fillWidth: true
    color: Theme.colors.warning
    elide: Text.ElideNone
    visible: text !== ""
    wrapMode: Text.Wrap
}
