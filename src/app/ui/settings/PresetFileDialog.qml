import QtQuick.Dialogs
import Skald
import "../controls"
import "../theme"

// Chooses the file that presets and snippets are written to or read from.
FileDialog {
    id: root

    required property PresetExchange exchange
    required property Lazy host
    required property bool isExport

    defaultSuffix: "json"
    fileMode: isExport ? FileDialog.SaveFile : FileDialog.OpenFile
    nameFilters: [Texts.t["presets.file_filter"] + " (*.json)"]
    title: isExport ? Texts.t["presets.export_title"] : Texts.t["presets.import_title"]
    visible: true

    onAccepted: isExport ? exchange.exportTo(selectedFile) : exchange.importFrom(selectedFile)
    onVisibleChanged: host.isWanted = visible
}
