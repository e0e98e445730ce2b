import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

// What a dialog holds, from top to bottom; it scrolls where the window is too small for it.
Flickable {
    id: root

    default property alias content: column.data
    required property real highest

    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: column.height
    implicitHeight: Math.min(column.height, highest)

    ScrollBar.vertical: ScrollTrack {
    }

    ColumnLayout {
        id: column

        spacing: Theme.scaled(12)
        width: root.width - (root.height < height ? Theme.scaled(12) : 0)
    }
}
