import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// The mark and the name, and the button that hides the pane.
RowLayout {
    id: root

    signal collapsed

    spacing: Theme.gap

    AppMark {
        size: Theme.scaled(26)
    }
    BodyLabel {
        Layout.fillWidth: true
        font.pixelSize: Theme.scaled(16)
        font.weight: Font.DemiBold
        text: "Skald"
    }
    IconButton {
        iconName: "sidebar"
        objectName: "hide-sidebar"
        text: Texts.t["sidebar.hide"]

        onClicked: root.collapsed()
    }
}
