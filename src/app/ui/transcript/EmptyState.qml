import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// Before the first message: who answers here, and where better models are.
ColumnLayout {
    id: root

    required property string starterLine

    signal modelsRequested

    objectName: "empty-state"
    spacing: Theme.scaled(14)

    AppMark {
        Layout.alignment: Qt.AlignHCenter
        size: Theme.scaled(56)
    }
    BodyLabel {
        Layout.alignment: Qt.AlignHCenter
        Layout.fillWidth: true
        font.pixelSize: Theme.scaled(22)
        font.weight: Font.DemiBold
        horizontalAlignment: Text.AlignHCenter
        text: Texts.t["transcript.empty"]
        wrapMode: Text.Wrap
    }
    DimLabel {
        Layout.alignment: Qt.AlignHCenter
        Layout.fillWidth: true
        elide: Text.ElideNone
        font.pixelSize: Theme.body
        horizontalAlignment: Text.AlignHCenter
        lineHeight: 1.25
        objectName: "starter-line"
        text: root.starterLine
        visible: text !== ""
        wrapMode: Text.Wrap
    }
    TextButton {
        Layout.alignment: Qt.AlignHCenter
        Layout.topMargin: Theme.scaled(6)
        iconName: "models"
        objectName: "empty-models"
        text: Texts.t["transcript.see_models"]

        onClicked: root.modelsRequested()
    }
}
