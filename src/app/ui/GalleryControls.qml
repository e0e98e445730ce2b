import QtQuick
import QtQuick.Layouts
import "controls"
import "models"
import "sidebar"
import "theme"
import "transcript"

// The controls of the gallery.
ColumnLayout {
    id: root

    required property string themeMode

    signal themeChosen(string theme)

    spacing: Theme.scaled(14)

    Brand {
        Layout.fillWidth: true
    }
    NewConversationButton {
        Layout.fillWidth: true
    }
    SearchBox {
        Layout.fillWidth: true
    }
    PageButton {
        Layout.fillWidth: true
        iconName: "models"
        isShown: true
        text: "Page that is shown"
    }
    Flow {
        Layout.fillWidth: true
        spacing: Theme.gap

        TextButton {
            isPrimary: true
            text: "Primary"
        }
        TextButton {
            iconName: "folder"
            text: "With icon"
        }
        TextButton {
            enabled: false
            text: "Disabled"
        }
        TextButton {
            iconName: "copy"
            isQuiet: true
            text: "Quiet"
        }
        IconButton {
            iconName: "settings"
            text: "Icon"
        }
        CircleButton {
            iconName: "send"
            text: "Circle"
        }
        CircleButton {
            enabled: false
            iconName: "send"
            text: "Circle, disabled"
        }
        JumpButton {
        }
        VariantStepper {
            variant: "2/3"
        }
    }
    Section {
        name: "Section"

        SettingRow {
            name: "Choice"
            note: "A note that explains what this choice changes."

            ChoiceBox {
                name: "Theme"
                objectName: "gallery-theme"
                options: [
                    {
                        value: "light",
                        text: "Light"
                    },
                    {
                        value: "dark",
                        text: "Dark"
                    }
                ]
                value: root.themeMode

                onChosen: value => root.themeChosen(value)
            }
        }
        SettingRow {
            name: "Number"

            NumberBox {
                name: "Number"
                to: 10
                zeroText: "Automatic"
            }
        }
        SettingRow {
            name: "On or off"

            Toggle {
                checked: true
                name: "On"
            }
            Toggle {
                name: "Off"
            }
        }
    }
    ValueSlider {
        Layout.fillWidth: true
        from: 0
        name: "Creativity"
        note: "A note below the slider."
        to: 2
        value: 0.7
    }
    Meter {
        Layout.fillWidth: true
        value: 0.4
    }
    TextLine {
        Layout.fillWidth: true
        placeholderText: "A line"
    }
    TextBox {
        Layout.fillWidth: true
        name: "Several lines"
        text: "Several lines\n几行文字"
    }
    RowLayout {
        spacing: Theme.gap

        Pill {
            ink: Theme.colors.good
            text: "11.4 tok/s"
        }
        StateDot {
            modelState: "ready"
        }
        StateDot {
            modelState: "loading"
        }
        StateDot {
            modelState: "failed"
        }
        StateDot {
            modelState: "unloaded"
        }
        AppMark {
            size: Theme.scaled(32)
        }
    }
    Grid {
        columns: 12
        spacing: Theme.scaled(10)

        Repeater {
            model: ["arrow-down", "attach", "check", "chevron-down", "chevron-left", "chevron-right", "close", "copy", "file", "folder", "info", "inspector", "lighten", "lock", "models", "plus", "regenerate", "rename", "search", "send", "settings", "sidebar", "stop", "trash", "undo", "warning"]

            Icon {
                required property string modelData

                color: Theme.colors.text
                name: modelData
                size: Theme.scaled(20)
            }
        }
    }
}
