import QtQuick
import Skald
import "../controls"
import "../theme"

// What becomes of conversations, what holds where nothing else was chosen, and what is told when a reply is there.
Section {
    id: root

    required property PreferencesController preferences
    required property PrivacyController privacy

    name: Texts.t["settings.conversations"]

    SettingRow {
        name: Texts.t["settings.titled_by_model"]
        note: Texts.t["settings.titled_by_model_note"]

        Toggle {
            checked: root.preferences.titledByModel
            name: Texts.t["settings.titled_by_model"]
            objectName: "titled-by-model"

            onToggled: root.preferences.titledByModel = checked
        }
    }
    SettingRow {
        name: Texts.t["settings.trash_days"]
        note: Texts.t["settings.trash_days_note"]

        NumberBox {
            from: 0
            name: Texts.t["settings.trash_days"]
            objectName: "trash-days"
            to: 3650
            value: root.preferences.trashDays
            zeroText: Texts.t["settings.never"]

            onValueModified: root.preferences.trashDays = value
        }
    }
    SettingRow {
        name: Texts.t["context.policy"]
        note: Texts.t["settings.context_policy_note"]

        PolicyBox {
            objectName: "default-context-policy"
            value: root.preferences.contextPolicy

            onChosen: value => root.preferences.contextPolicy = value
        }
    }
    SettingRow {
        name: Texts.t["context.pinned"]
        note: Texts.t["settings.pinned_note"]

        NumberBox {
            from: 0
            name: Texts.t["context.pinned"]
            objectName: "default-pinned-messages"
            to: 100
            value: root.preferences.pinnedMessages
            zeroText: Texts.t["context.pinned_none"]

            onValueModified: root.preferences.pinnedMessages = value
        }
    }
    SettingRow {
        name: Texts.t["settings.notified"]
        note: Texts.t["settings.notified_note"]

        Toggle {
            checked: root.privacy.notified
            name: Texts.t["settings.notified"]
            objectName: "notified"

            onToggled: root.privacy.notified = checked
        }
    }
    SettingRow {
        name: Texts.t["settings.reply_in_notification"]
        note: Texts.t["settings.reply_in_notification_note"]
        visible: root.privacy.notified

        Toggle {
            checked: root.privacy.replyInNotification
            name: Texts.t["settings.reply_in_notification"]
            objectName: "reply-in-notification"

            onToggled: root.privacy.replyInNotification = checked
        }
    }
}
