import QtQuick
import "../controls"
import "../theme"

// Today, Yesterday, …
DimLabel {
    id: root

    required property string section

    Accessible.role: Accessible.Heading
    bottomPadding: Theme.scaled(4)
    font.pixelSize: Theme.tiny
    font.weight: Font.DemiBold
    leftPadding: Theme.gap
    text: section
    topPadding: Theme.scaled(12)
}
