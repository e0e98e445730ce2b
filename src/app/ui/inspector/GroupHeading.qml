import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// What the numbers below it have in common; nothing where they begin no group.
BodyLabel {
    id: root

    Accessible.role: Accessible.Heading
    Layout.fillWidth: true
    Layout.topMargin: Theme.gap
    font.pixelSize: Theme.small
    font.weight: Font.DemiBold
    visible: text !== ""
}
