import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// The pages, and the promise.
ColumnLayout {
    id: root

    required property string page

    signal pageRequested(string page)

    spacing: 2

    PageButton {
        Layout.fillWidth: true
        iconName: "models"
        isShown: root.page === "models"
        objectName: "open-models"
        text: Texts.t["models.title"]

        onClicked: root.pageRequested("models")
    }
    PageButton {
        Layout.fillWidth: true
        iconName: "lighten"
        isShown: root.page === "lighten"
        objectName: "open-lighten"
        text: Texts.t["lighten.title"]

        onClicked: root.pageRequested("lighten")
    }
    PageButton {
        Layout.fillWidth: true
        iconName: "settings"
        isShown: root.page === "settings"
        objectName: "open-settings"
        text: Texts.t["settings.title"]

        onClicked: root.pageRequested("settings")
    }
    RowLayout {
        Layout.leftMargin: Theme.scaled(10)
        Layout.topMargin: Theme.scaled(6)
        spacing: Theme.gap

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
