import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// How full the context window is.
ColumnLayout {
    id: root

    required property ComposerController composer

    spacing: Theme.gap

    RowLayout {
        Layout.fillWidth: true

        DimLabel {
            Layout.fillWidth: true
            text: Texts.t["inspector.context"]
        }
        DimLabel {
            color: Theme.colors.text
            text: root.composer.contextText || "–"
        }
    }
    Meter {
        Accessible.description: root.composer.contextText
        Accessible.name: Texts.t["inspector.context"]
        Layout.fillWidth: true
        objectName: "inspector-context"
        tint: root.composer.contextFraction > 0.85 ? Theme.colors.warning : Theme.colors.accent
        value: root.composer.contextFraction
    }
}
