import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// A question or a list over the window, closed by Esc.
Dialog {
    id: root

    anchors.centerIn: parent
    closePolicy: Popup.CloseOnEscape | Popup.CloseOnPressOutside
    focus: true
    modal: true
    padding: Theme.scaled(20)
    parent: Overlay.overlay
    topPadding: Theme.gap
    width: Math.min(Theme.scaled(460), (Overlay.overlay?.width ?? 460) - Theme.scaled(32))

    Overlay.modal: Rectangle {
        color: Theme.colors.scrim
    }
    background: PopupCard {
    }
    header: BodyLabel {
        bottomPadding: Theme.gap
        font.pixelSize: Theme.scaled(17)
        font.weight: Font.DemiBold
        padding: Theme.scaled(20)
        text: root.title
        visible: root.title !== ""
    }
}
