import QtQuick
import QtQuick.Controls.Basic
import "../controls"
import "../theme"

// What is wider than the column scrolls sideways: by dragging, by the wheel, and by the arrow keys.
Flickable {
    id: root

    required property string name

    function scrollBy(distance: real) {
        contentX = Math.max(0, Math.min(contentWidth - width, contentX + distance));
    }

    Accessible.name: name
    Accessible.role: Accessible.Pane
    activeFocusOnTab: contentWidth > width
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    flickableDirection: Flickable.HorizontalFlick
    objectName: "sideways"

    ScrollBar.horizontal: ScrollTrack {
    }

    Keys.onLeftPressed: scrollBy(-Theme.scaled(60))
    Keys.onRightPressed: scrollBy(Theme.scaled(60))

    FocusRing {
        anchors.margins: 1
        parent: root
        shown: root.activeFocus
        z: 1
    }
}
