import QtQuick

// A shortcut with the words that the list of shortcuts shows.
Shortcut {
    id: root

    required property string label

    context: Qt.WindowShortcut
}
