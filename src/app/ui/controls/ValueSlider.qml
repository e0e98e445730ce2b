import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

// A named number on a line, with its value beside the name.
ColumnLayout {
    id: root

    required property real from
    required property string name
    property string note: ""
    property alias sliderName: slider.objectName
    property real step: 0.05
    required property real to
    required property real value
    property string valueText: value.toFixed(2)

    signal moved(real value)

    spacing: Theme.scaled(2)

    RowLayout {
        Layout.fillWidth: true

        DimLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            text: root.name
        }
        DimLabel {
            color: Theme.colors.text
            text: root.valueText
        }
    }
    Slider {
        id: slider

        Accessible.description: root.note
        Accessible.name: root.name
        Layout.fillWidth: true
        focusPolicy: Qt.StrongFocus
        from: root.from
        implicitHeight: Theme.scaled(26)
        stepSize: root.step
        to: root.to
        value: root.value

        background: Rectangle {
            color: Theme.colors.selected
            height: Theme.scaled(4)
            radius: height / 2
            width: slider.width
            y: (slider.height - height) / 2

            Rectangle {
                color: Theme.colors.accent
                height: parent.height
                radius: height / 2
                width: slider.visualPosition * parent.width
            }
        }
        handle: Rectangle {
            border.color: Theme.colors.accent
            border.width: 2
            color: Theme.colors.raised
            height: Theme.scaled(16)
            radius: height / 2
            width: height
            x: slider.visualPosition * (slider.width - width)
            y: (slider.height - height) / 2

            FocusRing {
                anchors.margins: -4
                radius: height / 2
                shown: slider.visualFocus
            }
        }

        onMoved: root.moved(value)
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        font.pixelSize: Theme.tiny
        text: root.note
        visible: root.note !== ""
        wrapMode: Text.Wrap
    }
}
