import QtQuick
import "../controls"
import "../theme"

// Text of the transcript that can be selected and copied.
TextEdit {
    id: root

    property string hint: hoveredLink

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
        cursorShape: root.hoveredLink !== "" && root.hint === root.hoveredLink ? Qt.PointingHandCursor : Qt.IBeamCursor
    }
    Lazy {
        file: Qt.resolvedUrl("LinkHint.qml")
        given: ({
                owner: root
            })
        isWanted: root.hint !== ""
        y: root.height
    }
}
