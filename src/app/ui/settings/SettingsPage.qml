import QtQuick
import Skald
import "../controls"
import "../theme"

// How Skald looks and works, what leaves this computer, and what is kept where.
AppPage {
    id: root

    readonly property PreferencesController preferences: controller.preferences

    name: Texts.t["settings.title"]
    objectName: "page-settings"
    sections: [appearance, conversations, presets, engine, downloads, exchange, backups, privacy, folders, about]

    AppearanceSettings {
        id: appearance

        objectName: "appearance"
        preferences: root.preferences
    }
    ConversationSettings {
        id: conversations

        objectName: "conversation-settings"
        preferences: root.preferences
        privacy: root.controller.privacy
    }
    PresetSettings {
        id: presets

        objectName: "preset-settings"
        presets: root.controller.presets
        snippets: root.controller.snippets
    }
    EngineSettings {
        id: engine

        objectName: "engine"
        preferences: root.preferences
    }
    DownloadSettings {
        id: downloads

        hub: root.controller.hub
        objectName: "downloads"
        preferences: root.preferences
    }
    ExchangeSettings {
        id: exchange

        exchange: root.controller.exchange
        objectName: "exchange-settings"
    }
    BackupSettings {
        id: backups

        backups: root.controller.backups
        objectName: "backup-settings"
    }
    PrivacySettings {
        id: privacy

        objectName: "privacy"
        privacy: root.controller.privacy
        requests: root.controller.requests
    }
    FolderSettings {
        id: folders

        folders: root.controller.folders
        objectName: "folders"
    }
    AboutSettings {
        id: about

        about: root.controller.about
        notices: root.preferences.notices
        objectName: "about"
    }
    Item {
        implicitHeight: Theme.gap
    }
}
