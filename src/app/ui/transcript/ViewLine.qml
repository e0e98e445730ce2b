import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// Where the model's view begins; the summary of what lies above can be unfolded.
TranscriptRow {
    id: root

    required property string facts
    property bool isOpen: false
    required property string text

    ListView.onPooled: isOpen = false

    ColumnLayout {
        width: root.columnWidth

        RowLayout {
            Layout.bottomMargin: Theme.scaled(4)
            Layout.fillWidth: true
            Layout.topMargin: Theme.scaled(10)
            spacing: Theme.scaled(10)

            Separator {
                Layout.fillWidth: true
                color: Theme.colors.accent
            }
            TextButton {
                Accessible.checkable: true
                Accessible.checked: root.isOpen
                Layout.maximumWidth: root.columnWidth - Theme.scaled(60)
                iconName: root.isOpen ? "chevron-down" : "chevron-right"
                isQuiet: true
                objectName: "show-summary"
                text: root.text
                visible: root.facts !== ""

                onClicked: root.isOpen = !root.isOpen
            }
            DimLabel {
                Layout.maximumWidth: root.columnWidth - Theme.scaled(60)
                objectName: "view-line"
                text: root.text
                visible: root.facts === ""
            }
            Separator {
                Layout.fillWidth: true
                color: Theme.colors.accent
            }
        }
        RowText {
            Accessible.ignored: false
            Accessible.name: root.facts
            Layout.bottomMargin: Theme.gap
            Layout.fillWidth: true
            color: Theme.colors.dim
            font.pixelSize: Theme.medium
            objectName: "summary"
            text: root.facts
            visible: root.isOpen
        }
    }
}
