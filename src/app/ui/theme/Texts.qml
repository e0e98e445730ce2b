pragma Singleton

import QtQuick
import Skald

// Keeps the map of texts: one crossing from Python for each language instead of one for each label.
QtObject {
    id: root

    readonly property var t: Strings.t
}
