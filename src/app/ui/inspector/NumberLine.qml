import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// A whole number with its name beside it.
RowLayout {
    id: root

    required property string name
    property int step: 1
    required property int to
    required property int value
    required property string zeroText

    signal modified(int value)

    Layout.fillWidth: true

    DimLabel {
        Accessible.ignored: true
        Layout.fillWidth: true
        text: root.name
    }
    NumberBox {
        from: 0
        implicitWidth: Theme.scaled(130)
        name: root.name
        objectName: root.objectName + "-box"
        stepSize: root.step
        to: root.to
        value: root.value
        zeroText: root.zeroText

        onValueModified: root.modified(value)
    }
}
