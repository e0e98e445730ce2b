import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// Below a reply: copy, regenerate, the other variants, more actions, and the measured facts.
TranscriptRow {
    id: root

    required property bool canContinue
    required property string facts
    required property string variant

    signal continueRequested
    signal copyRequested
    signal menuRequested(Item anchor)
    signal regenerateRequested
    signal variantRequested(int step)

    RowLayout {
        id: line

        height: Math.max(Theme.scaled(40), implicitHeight)
        spacing: Theme.scaled(2)
        width: root.columnWidth
        x: -Theme.gap

        IconButton {
            iconName: "copy"
            iconSize: Theme.scaled(16)
            objectName: "copy-message"
            text: Texts.t["transcript.copy"]

            onClicked: root.copyRequested()
        }
        IconButton {
            iconName: "regenerate"
            iconSize: Theme.scaled(16)
            objectName: "regenerate"
            text: Texts.t["transcript.regenerate"]

            onClicked: root.regenerateRequested()
        }
        MessageButton {
            onClicked: root.menuRequested(this)
        }
        VariantStepper {
            variant: root.variant
            visible: root.variant !== ""

            onStepped: step => root.variantRequested(step)
        }
        TextButton {
            isQuiet: true
            objectName: "continue"
            text: Texts.t["transcript.continue"]
            visible: root.canContinue

            onClicked: root.continueRequested()
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            leftPadding: Theme.gap
            objectName: "facts"
            text: root.facts
            wrapMode: Text.Wrap
        }
    }
}
