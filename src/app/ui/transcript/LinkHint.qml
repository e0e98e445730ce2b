import QtQuick
import QtQuick.Controls.Basic
import "../controls"
import "../theme"

// Where a link leads, before it is clicked; of a formula, its source.
ToolTip {
    id: root

    required property Lazy host
    required property RowText owner

    closePolicy: Popup.NoAutoClose
    delay: 300
    visible: true
    y: 4

    background: PopupCard {
    }
    contentItem: BodyLabel {
        elide: Text.ElideMiddle
        font.pixelSize: Theme.small
        text: root.owner.hint
        width: Math.min(implicitWidth, Theme.scaled(480))
    }
}
