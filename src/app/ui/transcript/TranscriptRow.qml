import QtQuick
import "../controls"
import "../theme"

// What every row of the transcript shares: the column it stands in and what it says to a screen reader. One that waits
// to be used again is not to be read.
Item {
    id: root

    required property string accessibleName
    property string author: ""
    property real columnWidth: Math.min(width - Theme.scaled(48), Theme.scaled(760))
    default property alias content: body.data
    property real heldHeight: 0
    property bool holdsTop: false
    required property bool isHead
    readonly property bool isMarked: messageId !== "" && (ListView.view as Transcript)?.rows.markedId === messageId
    required property string messageId

    Accessible.name: accessibleName
    Accessible.role: Accessible.ListItem
    implicitHeight: body.y + body.height
    objectName: isHead ? "message" : "block"

    ListView.onPooled: {
        heldHeight = 0;
        visible = false;
    }
    ListView.onReused: visible = true
    onHeightChanged: {
        if (holdsTop)
            (ListView.view as Transcript)?.holdTop(height - heldHeight);
        else if (heldHeight > 0)
            (ListView.view as Transcript)?.holdPlace(root, height - heldHeight);
        holdsTop = false;
        heldHeight = height;
    }

    Rectangle {
        anchors.fill: parent
        anchors.leftMargin: body.x - Theme.gap
        anchors.rightMargin: anchors.leftMargin
        color: Theme.colors.hover
        objectName: "marked"
        visible: root.isMarked

        Rectangle {
            color: Theme.colors.accent
            height: parent.height
            width: Theme.scaled(3)
        }
    }
    DimLabel {
        id: name

        Accessible.ignored: true
        text: root.author
        visible: text !== ""
        x: body.x
        y: Theme.margin
    }
    Item {
        id: body

        height: childrenRect.height
        width: root.columnWidth
        x: (root.width - width) / 2
        y: name.visible ? name.y + name.height : 0
    }
}
