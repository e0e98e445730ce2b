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
    ConversationSettings {
        preferences: root.preferences
    }
    PresetSettings {
        presets: root.controller.presets
        snippets: root.controller.snippets
    }
    EngineSettings {
        preferences: root.preferences
    }
    DownloadSettings {
        hub: root.controller.hub
        preferences: root.preferences
    }
    ExchangeSettings {
        exchange: root.controller.exchange
    }
    BackupSettings {
        backups: root.controller.backups
    }
    PrivacySettings {
        requests: root.controller.requests
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
