import QtQuick
import "../theme"

// A hair line.
Rectangle {
    id: root

    color: Theme.colors.line
    implicitHeight: 1
    implicitWidth: 1
}
