import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The language, and that one can write at once.
ColumnLayout {
    id: root

    required property PreferencesController preferences
    required property string starterLine

    spacing: Theme.scaled(12)

    BodyLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        lineHeight: 1.2
        text: Texts.t["first_run.intro"]
        wrapMode: Text.Wrap
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        objectName: "starter-line"
        text: root.starterLine
        visible: text !== ""
        wrapMode: Text.Wrap
    }
    SettingRow {
        name: Texts.t["settings.language"]

        ChoiceBox {
            name: Texts.t["settings.language"]
            objectName: "first-run-language"
            options: root.preferences.languages
            value: root.preferences.language

            onChosen: value => root.preferences.language = value
        }
    }
}
