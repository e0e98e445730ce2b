import QtQuick
import "../theme"

// The state of the model as a colour: ready, at work, failed, or at rest.
Rectangle {
    id: root

    readonly property var inks: ({
            ready: Theme.colors.good,
            loading: Theme.colors.accent,
            failed: Theme.colors.error
        })
    required property string modelState

    Accessible.ignored: true
    color: inks[modelState] ?? Theme.colors.dim
    implicitHeight: Theme.scaled(8)
    implicitWidth: implicitHeight
    radius: height / 2
}
