import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// The pages, and the promise; where the window is low, the pages stand side by side as icons.
ColumnLayout {
    id: root

    property bool isCompact: false
    required property string page

    signal pageRequested(string page)

    spacing: 2

    GridLayout {
        Layout.fillWidth: true
        columnSpacing: 2
        columns: root.isCompact ? 3 : 1
        rowSpacing: 2

        PageButton {
            Layout.fillWidth: true
            iconName: "models"
            isCompact: root.isCompact
            isShown: root.page === "models"
            objectName: "open-models"
            text: Texts.t["models.title"]

            onClicked: root.pageRequested("models")
        }
        PageButton {
            Layout.fillWidth: true
            iconName: "lighten"
            isCompact: root.isCompact
            isShown: root.page === "lighten"
            objectName: "open-lighten"
            text: Texts.t["lighten.title"]

            onClicked: root.pageRequested("lighten")
        }
        PageButton {
            Layout.fillWidth: true
            iconName: "settings"
            isCompact: root.isCompact
            isShown: root.page === "settings"
            objectName: "open-settings"
            text: Texts.t["settings.title"]

            onClicked: root.pageRequested("settings")
        }
    }
    RowLayout {
        Layout.leftMargin: Theme.scaled(10)
        Layout.topMargin: Theme.scaled(6)
        spacing: Theme.gap
        visible: !root.isCompact

        Icon {
            name: "lock"
            size: Theme.scaled(14)
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: Texts.t["sidebar.promise"]
            wrapMode: Text.Wrap
        }
    }
}
