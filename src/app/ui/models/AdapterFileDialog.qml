import QtQuick.Dialogs
import Skald
import "../controls"
import "../theme"

// Chooses the file of a LoRA adapter.
FileDialog {
    id: root

    required property Lazy host
    required property LoadOptionsController target

    nameFilters: [Texts.t["load_options.file_filter"] + " (*.gguf)"]
    title: Texts.t["load_options.adapter_add"]
    visible: true

    onAccepted: {
        target.addAdapter(selectedFile);
        host.isWanted = false;
    }
    onRejected: host.isWanted = false
}
