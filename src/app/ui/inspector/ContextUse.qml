import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// How full the context window is.
ColumnLayout {
    id: root

    required property ContextUsage usage

    spacing: Theme.gap

    RowLayout {
        Layout.fillWidth: true

        DimLabel {
            Layout.fillWidth: true
            text: Texts.t["composer.context"]
        }
        DimLabel {
            color: Theme.colors.text
            text: root.usage.text || "–"
        }
    }
    Meter {
        Accessible.description: root.usage.text
        Accessible.name: Texts.t["composer.context"]
        Layout.fillWidth: true
        objectName: "inspector-context"
        tint: root.usage.fraction > 0.85 ? Theme.colors.warning : Theme.colors.accent
        value: root.usage.fraction
    }
}
