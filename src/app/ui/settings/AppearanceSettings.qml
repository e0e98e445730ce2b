import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Theme, language, text size, density, motion, drawing.
Section {
    id: root

    required property PreferencesController preferences

    name: Texts.t["settings.appearance"]

    SettingRow {
        name: Texts.t["settings.theme"]

        ChoiceBox {
            name: Texts.t["settings.theme"]
            objectName: "theme"
            options: [
                {
                    value: "system",
                    text: Texts.t["settings.theme_system"]
                },
                {
                    value: "light",
                    text: Texts.t["settings.theme_light"]
                },
                {
                    value: "dark",
                    text: Texts.t["settings.theme_dark"]
                }
            ]
            value: root.preferences.theme

            onChosen: value => root.preferences.theme = value
        }
    }
    SettingRow {
        name: Texts.t["settings.language"]

        ChoiceBox {
            name: Texts.t["settings.language"]
            objectName: "language"
            options: root.preferences.languages
            value: root.preferences.language

            onChosen: value => root.preferences.language = value
        }
    }
    SettingRow {
        name: Texts.t["settings.text_size"]

        TextButton {
            Accessible.name: Texts.t["settings.smaller"]
            objectName: "zoom-out"
            text: "A−"

            onClicked: root.preferences.zoomOut()
        }
        BodyLabel {
            Layout.preferredWidth: Theme.scaled(52)
            horizontalAlignment: Text.AlignHCenter
            objectName: "zoom-value"
            text: Math.round(root.preferences.zoom * 100) + " %"
        }
        TextButton {
            Accessible.name: Texts.t["settings.larger"]
            objectName: "zoom-in"
            text: "A+"

            onClicked: root.preferences.zoomIn()
        }
    }
    SettingRow {
        name: Texts.t["settings.density"]

        ChoiceBox {
            name: Texts.t["settings.density"]
            objectName: "density"
            options: [
                {
                    value: "comfortable",
                    text: Texts.t["settings.density_comfortable"]
                },
                {
                    value: "compact",
                    text: Texts.t["settings.density_compact"]
                }
            ]
            value: root.preferences.density

            onChosen: value => root.preferences.density = value
        }
    }
    SettingRow {
        name: Texts.t["settings.reduced_motion"]
        note: Texts.t["settings.reduced_motion_note"]

        Toggle {
            checked: root.preferences.motionReduced
            name: Texts.t["settings.reduced_motion"]
            objectName: "reduced-motion"

            onToggled: root.preferences.motionReduced = checked
        }
    }
    SettingRow {
        name: Texts.t["settings.software_rendering"]
        note: Texts.t["settings.software_rendering_note"]

        Toggle {
            checked: root.preferences.softwareRendering
            name: Texts.t["settings.software_rendering"]
            objectName: "software-rendering"

            onToggled: root.preferences.softwareRendering = checked
        }
    }
}
