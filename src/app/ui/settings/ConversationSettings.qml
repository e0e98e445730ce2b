import QtQuick
import Skald
import "../controls"
import "../theme"

// What becomes of conversations.
Section {
    id: root

    required property PreferencesController preferences

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
}
