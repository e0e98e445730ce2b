pragma Singleton

import QtQuick

// Where the mouse is pressed and dragged in any text of the transcript, which alone gets to know it.
QtObject {
    id: root

    signal began(point scene)
    signal moved(point scene)
}
