import QtQuick.Dialogs
import Skald
import "../controls"
import "../theme"

// Chooses a GGUF file.
FileDialog {
    id: root

    required property Lazy host
    required property ModelPickerController picker

    nameFilters: [Texts.t["models.file_filter"] + " (*.gguf)"]
    title: Texts.t["models.open_file"]
    visible: true

    onAccepted: {
        picker.openFile(selectedFile);
        host.isWanted = false;
    }
    onRejected: host.isWanted = false
}
