pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The other sampling parameters, shown when they are asked for.
ColumnLayout {
    id: root

    required property InspectorController inspector
    property bool isOpen: false

    spacing: Theme.gap

    TextButton {
        Accessible.checkable: true
        Accessible.checked: root.isOpen
        Layout.leftMargin: -Theme.gap
        iconName: root.isOpen ? "chevron-down" : "chevron-right"
        isQuiet: true
        objectName: "further-sampling"
        text: Texts.t["inspector.further"]

        onClicked: root.isOpen = !root.isOpen
    }
    Lazy {
        Layout.fillWidth: true
        file: Qt.resolvedUrl("SamplingValues.qml")
        given: ({
                inspector: root.inspector
            })
        isWanted: root.isOpen
        visible: isWanted
    }
}
