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

    onAccepted: attachments.add(selectedFiles)
    onVisibleChanged: host.isWanted = visible
}
