import QtQuick
import "../theme"

// Paragraphs, headings, lists and quotes of a reply.
TranscriptRow {
    id: root

    required property string html

    signal linkRequested(string url)

    RichText {
        bottomPadding: Theme.scaled(4)
        html: root.html
        topPadding: Theme.scaled(4)
        width: root.columnWidth

        onLinkRequested: url => root.linkRequested(url)
    }
}
