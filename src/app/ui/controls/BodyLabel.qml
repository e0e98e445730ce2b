import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// Text as it is: never interpreted as markup.
Label {
    id: root

    color: Theme.colors.text
    elide: Text.ElideRight
    font.pixelSize: Theme.body
    textFormat: Text.PlainText
}
