import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "controls"
import "theme"

// Shown in place of the window where Skald cannot start.
ApplicationWindow {
    id: root

    required property string reason
    required property string remedy

    color: Theme.colors.window
    height: column.implicitHeight + Theme.scaled(48)
    title: "Skald"
    visible: true
    width: Theme.scaled(520)

    ColumnLayout {
        id: column

        anchors.fill: parent
        anchors.margins: Theme.scaled(24)
        spacing: Theme.margin

        AppMark {
            size: Theme.scaled(40)
        }
        BodyLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: Theme.title
            font.weight: Font.DemiBold
            objectName: "refusal-reason"
            text: root.reason
            wrapMode: Text.Wrap
        }
        BodyLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            objectName: "refusal-remedy"
            text: root.remedy
            wrapMode: Text.Wrap
        }
        TextButton {
            Layout.alignment: Qt.AlignRight
            focus: true
            isPrimary: true
            objectName: "refusal-close"
            text: Texts.t["header.close"]

            onClicked: root.close()
        }
    }
}
