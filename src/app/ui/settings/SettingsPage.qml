import QtQuick
import Skald
import "../controls"
import "../theme"

// How Skald looks and works, and what it keeps where.
AppPage {
    id: root

    readonly property PreferencesController preferences: controller.preferences

    name: Texts.t["settings.title"]
    objectName: "page-settings"

    AppearanceSettings {
        preferences: root.preferences
    }
    EngineSettings {
        preferences: root.preferences
    }
    PrivacySettings {
    }
    FolderSettings {
        preferences: root.preferences
    }
    AboutSettings {
        preferences: root.preferences
    }
    Item {
        implicitHeight: Theme.gap
    }
}
