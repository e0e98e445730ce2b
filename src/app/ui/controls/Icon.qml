import QtQuick
import "../theme"

// A stroke icon of assets/icons in a colour of the theme.
Image {
    id: root

    property color color: Theme.colors.dim
    required property string name
    property real size: Theme.scaled(18)

    Accessible.ignored: true
    height: size
    source: "image://icon/" + name + "/" + String(color).slice(1)
    sourceSize: Qt.size(size * Screen.devicePixelRatio, size * Screen.devicePixelRatio)
    width: size
}
