import QtQuick
import "../theme"

// Something is going on: a dot that comes and goes, slowly and only while it is seen.
Rectangle {
    id: root

    Accessible.ignored: true
    color: Theme.colors.accent
    height: width
    radius: width / 2
    width: Theme.scaled(7)

    Timer {
        interval: 500
        repeat: true
        running: root.visible

        onTriggered: root.opacity = root.opacity < 1 ? 1 : 0.35
    }
}
