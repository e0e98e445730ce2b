import QtQuick.Dialogs
import Skald
import "../controls"
import "../theme"

// Chooses the file, and by its ending the format, that a conversation is exported to.
FileDialog {
    id: root

    required property string conversationId
    required property ExchangeController exchange
    required property Lazy host

    fileMode: FileDialog.SaveFile
    nameFilters: [Texts.t["exchange.format_md"] + " (*.md)", Texts.t["exchange.format_html"] + " (*.html)", Texts.t["exchange.format_pdf"] + " (*.pdf)", Texts.t["exchange.format_jsonl"] + " (*.jsonl)"]
    selectedFile: exchange.suggestedFile(conversationId)
    title: Texts.t["exchange.export_as"]
    visible: true

    onAccepted: {
        exchange.exportOne(conversationId, selectedFile, selectedNameFilter.extensions[0] ?? "");
        host.isWanted = false;
    }
    onRejected: host.isWanted = false
}
