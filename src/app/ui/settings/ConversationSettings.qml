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
