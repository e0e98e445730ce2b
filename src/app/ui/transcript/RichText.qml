import QtQuick
import QtQuick.Window
import Skald
import "../theme"

// HTML of a reply, with its formulas drawn; what is copied has their sources.
RowText {
    id: root

    required property string html

    hint: formulas.hint(hoveredLink)
    text: Theme.richStyle + formulas.shown
    textFormat: TextEdit.RichText

    Keys.onPressed: event => {
        event.accepted = event.matches(StandardKey.Copy) && selectedText !== "";
        if (event.accepted)
            formulas.copy(getText(0, selectionStart), selectedText);
    }

    FormulaText {
        id: formulas

        colour: `${root.color}`
        html: root.html
        ratio: Screen.devicePixelRatio
        sizes: [root.font.pixelSize, ...Theme.headings]
    }
}
