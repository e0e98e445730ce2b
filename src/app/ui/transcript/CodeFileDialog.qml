import QtQuick.Dialogs
import Skald
import "../controls"
import "../theme"

// Where code of a reply is saved.
FileDialog {
    id: root

    required property BlockActions actions
    required property string code
    required property Lazy host
    required property string language

    fileMode: FileDialog.SaveFile
    selectedFile: actions.fileUrl(actions.fileName(language))
    title: Texts.t["transcript.save_code"]
    visible: true

    onAccepted: actions.saveCode(selectedFile, code)
    onVisibleChanged: host.isWanted = visible
}
