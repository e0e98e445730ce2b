import QtQuick
import "../controls"
import "../find"
import "../theme"

// Text of the transcript that can be selected and copied.
TextEdit {
    id: root

    property string hint: hoveredLink
    readonly property bool isTranscriptText: true

    signal linkRequested(string url)

    Accessible.ignored: true
    color: Theme.colors.text
    font.pixelSize: Theme.body
    persistentSelection: true
    readOnly: true
    selectByMouse: true
    selectedTextColor: Theme.colors.accentText
    selectionColor: Theme.colors.accent
    textFormat: TextEdit.PlainText
    wrapMode: TextEdit.Wrap

    onLinkActivated: link => root.linkRequested(link)

    PointHandler {
        acceptedButtons: Qt.LeftButton
        acceptedDevices: PointerDevice.Mouse

        onActiveChanged: if (active)
            Dragged.began(point.scenePosition)
        onPointChanged: if (active)
            Dragged.moved(point.scenePosition)
    }
    HoverHandler {
        cursorShape: root.hoveredLink !== "" && root.hint === root.hoveredLink ? Qt.PointingHandCursor : Qt.IBeamCursor
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
        isWanted: root.hint !== ""
        y: root.height
    }
}
