import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// A whole number with its name beside it.
ColumnLayout {
    id: root

    property int from: 0
    required property string name
    property string note: ""
    property int step: 1
    required property int to
    required property int value
    required property string zeroText

    signal modified(int value)

    Layout.fillWidth: true
    spacing: Theme.scaled(2)

    RowLayout {
        Layout.fillWidth: true

        DimLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: root.name
            wrapMode: Text.Wrap
        }
        NumberBox {
            Accessible.description: root.note
            from: root.from
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
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        font.pixelSize: Theme.tiny
        text: root.note
        visible: text !== ""
        wrapMode: Text.Wrap
    }
}
