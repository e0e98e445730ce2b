import QtQuick
import "../theme"

// Paragraphs, headings, lists and quotes of a reply.
TranscriptRow {
    id: root

    required property string html

    signal linkRequested(string url)

    RowText {
        bottomPadding: Theme.scaled(4)
        text: Theme.richStyle + root.html
        textFormat: TextEdit.RichText
        topPadding: Theme.scaled(4)
        width: root.columnWidth

        onLinkRequested: url => root.linkRequested(url)
    }
}
