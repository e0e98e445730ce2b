import QtQuick.Dialogs
import Skald
import "../controls"
import "../theme"

// Chooses files with conversations of this or another program.
FileDialog {
    id: root

    required property ExchangeController exchange
    required property Lazy host

    fileMode: FileDialog.OpenFiles
    nameFilters: [Texts.t["exchange.import_filter"] + " (*.json *.jsonl *.zip)"]
    title: Texts.t["exchange.import_files"]
    visible: true

    onAccepted: {
        exchange.importFiles(selectedFiles);
        host.isWanted = false;
    }
    onRejected: host.isWanted = false
}
