import QtQuick.Dialogs
import Skald
import "../controls"
import "../theme"

// Chooses the folder that every conversation is exported into.
FolderDialog {
    id: root

    required property ExchangeController exchange
    required property string format
    required property Lazy host

    title: Texts.t["exchange.choose_folder"]
    visible: true

    onAccepted: {
        exchange.exportAll(selectedFolder, format);
        host.isWanted = false;
    }
    onRejected: host.isWanted = false
}
