import QtQuick

// The colour roles. A theme is one value for each.
QtObject {
    id: root

    required property color accent
    required property color accentText
    required property color bubble
    required property color code
    required property color dim
    required property color error
    required property color good
    required property color hover
    required property color line
    required property color pane
    required property color raised
    required property color scrim
    required property color selected
    required property color text
    required property color warning
    required property color window
}
