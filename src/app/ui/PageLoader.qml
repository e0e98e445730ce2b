import QtQuick
import Skald

// The page that is shown in place of the conversation; loaded when it is first wanted.
Loader {
    id: root

    required property WindowController controller
    readonly property var files: ({
            models: "models/ModelsPage.qml",
            lighten: "lighten/LightenPage.qml",
            settings: "settings/SettingsPage.qml"
        })
    readonly property string page: controller.page

    onPageChanged: setSource(files[page] ?? "", {
        controller: controller
    })
}
