import QtQuick.Dialogs
import Skald
import "../controls"
import "../theme"

// Chooses the files that go along with the message.
FileDialog {
    id: root

    required property AttachmentsController attachments
    required property Lazy host

    fileMode: FileDialog.OpenFiles
    title: Texts.t["attachments.choose"]
    visible: true

    // It hides before it says that a file was chosen: unloaded then, it would never say so.
    onAccepted: {
        attachments.add(selectedFiles);
        host.isWanted = false;
    }
    onRejected: host.isWanted = false
}
