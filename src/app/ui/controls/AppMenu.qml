import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// A menu in the theme's look.
Menu {
    id: root

    padding: Theme.scaled(5)

    background: PopupCard {
        implicitWidth: Theme.scaled(180)
    }
}
