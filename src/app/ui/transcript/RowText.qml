import QtQuick
import "../controls"
import "../find"
import "../theme"

// Text of the transcript that can be selected and copied.
TextEdit {
    id: root

    signal linkRequested(string url)

    Accessible.ignored: true
    color: Theme.colors.text
    font.pixelSize: Theme.body
    readOnly: true
    selectByMouse: true
    selectedTextColor: Theme.colors.accentText
    selectionColor: Theme.colors.accent
    textFormat: TextEdit.PlainText
    wrapMode: TextEdit.Wrap

    onLinkActivated: link => root.linkRequested(link)

    HoverHandler {
        cursorShape: root.hoveredLink !== "" ? Qt.PointingHandCursor : Qt.IBeamCursor
    }
    Lazy {
        file: Qt.resolvedUrl("../find/FoundMarks.qml")
        given: ({
                edit: root
            })
        isWanted: Found.isWanted
    }
    Lazy {
        file: Qt.resolvedUrl("LinkHint.qml")
        given: ({
                owner: root
            })
        isWanted: root.hoveredLink !== ""
        y: root.height
    }
}
