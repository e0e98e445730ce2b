import QtQuick
import Skald
import "../controls"
import "../theme"

// What the engine may use.
Section {
    id: root

    required property PreferencesController preferences

    name: Texts.t["settings.engine"]

    SettingRow {
        name: Texts.t["settings.context_length"]
        note: Texts.t["settings.context_length_note"]

        NumberBox {
            from: 0
            name: Texts.t["settings.context_length"]
            objectName: "context-length"
            stepSize: 512
            to: 1048576
            value: root.preferences.contextLength
            zeroText: Texts.t["settings.automatic"]

            onValueModified: root.preferences.contextLength = value
        }
    }
    SettingRow {
        name: Texts.t["settings.threads"]
        note: Texts.t["settings.threads_note"]

        NumberBox {
            from: 0
            name: Texts.t["settings.threads"]
            objectName: "threads"
            to: root.preferences.maxThreads
            value: root.preferences.threads
            zeroText: Texts.t["settings.automatic"]

            onValueModified: root.preferences.threads = value
        }
    }
    SettingRow {
        name: Texts.t["settings.idle_minutes"]
        note: Texts.t["settings.idle_minutes_note"]

        NumberBox {
            from: 0
            name: Texts.t["settings.idle_minutes"]
            objectName: "idle-minutes"
            stepSize: 5
            to: 1440
            value: root.preferences.idleMinutes
            zeroText: Texts.t["settings.never"]

            onValueModified: root.preferences.idleMinutes = value
        }
    }
    SettingRow {
        name: Texts.t["settings.states_kept"]
        note: Texts.t["settings.states_kept_note"]

        Toggle {
            checked: root.preferences.statesKept
            name: Texts.t["settings.states_kept"]
            objectName: "states-kept"

            onToggled: root.preferences.statesKept = checked
        }
    }
    SettingRow {
        name: Texts.t["settings.state_quota"]
        note: Texts.t["settings.state_quota_note"]
        visible: root.preferences.statesKept

        NumberBox {
            from: 1
            name: Texts.t["settings.state_quota"]
            objectName: "state-quota"
            to: 10000
            value: root.preferences.stateQuota

            onValueModified: root.preferences.stateQuota = value
        }
    }
}
