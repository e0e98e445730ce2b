import QtQuick
import QtQuick.Layouts
import Skald
import "controls"
import "models"
import "theme"

// Above the transcript: what the conversation is, how fast it was answered, and the model.
Item {
    id: root

    required property WindowController controller
    required property bool hasInspector
    required property bool hasSidebar
    readonly property bool isCompact: width < Theme.scaled(560)
    readonly property bool isTall: width < Theme.scaled(310)

    signal inspectorToggled
    signal sidebarToggled

    function openPicker() {
        picker.openList();
    }

    implicitHeight: Theme.scaled(isTall ? 94 : 55)

    GridLayout {
        anchors.bottomMargin: root.isTall ? Theme.gap : 0
        anchors.fill: parent
        anchors.leftMargin: root.hasSidebar ? Theme.scaled(20) : Theme.scaled(12)
        anchors.rightMargin: Theme.scaled(12)
        columnSpacing: Theme.scaled(10)
        columns: 5
        rowSpacing: 0

        IconButton {
            iconName: "sidebar"
            objectName: "show-sidebar"
            text: Texts.t["sidebar.show"]
            visible: !root.hasSidebar

            onClicked: root.sidebarToggled()
        }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.minimumWidth: 0
            spacing: 1

            BodyLabel {
                Accessible.role: Accessible.Heading
                Layout.fillWidth: true
                font.pixelSize: Theme.title
                font.weight: Font.DemiBold
                objectName: "conversation-title"
                text: root.controller.title
            }
            DimLabel {
                Layout.fillWidth: true
                objectName: "conversation-subtitle"
                text: root.controller.subtitle
                visible: text !== ""
            }
        }
        Pill {
            Accessible.name: text
            Accessible.role: Accessible.StaticText
            ink: Theme.colors.warning
            objectName: "temporary-mark"
            text: Texts.t["header.temporary"]
            visible: root.controller.isTemporary
        }
        Pill {
            ink: Theme.colors.good
            objectName: "speed"
            text: root.controller.speedText
            visible: text !== "" && !root.isCompact
        }
        ModelPicker {
            id: picker

            Layout.column: root.isTall ? 0 : 3
            Layout.columnSpan: root.isTall ? 5 : 1
            Layout.row: root.isTall ? 1 : 0
            isCompact: root.isCompact
            isWhole: root.isTall
            picker: root.controller.picker

            onPageRequested: root.controller.showPage("models")
        }
        IconButton {
            Layout.column: 4
            Layout.row: 0
            checked: root.hasInspector
            iconName: "inspector"
            objectName: "toggle-inspector"
            text: Texts.t["header.inspector"]
            visible: root.controller.page === "conversation"

            onClicked: root.inspectorToggled()
        }
    }
    Separator {
        anchors.bottom: parent.bottom
        width: parent.width
    }
}
