import QtQuick
import Skald
import "../controls"
import "../theme"

// Where things are kept.
Section {
    id: root

    required property PreferencesController preferences

    name: Texts.t["settings.folders"]

    FolderLine {
        name: Texts.t["settings.data_folder"]
        path: root.preferences.dataFolder
    }
    FolderLine {
        name: Texts.t["settings.settings_folder"]
        path: root.preferences.settingsFolder
    }
    TextButton {
        iconName: "folder"
        objectName: "open-data-folder"
        text: Texts.t["settings.open_folder"]

        onClicked: root.preferences.openDataFolder()
    }
}
