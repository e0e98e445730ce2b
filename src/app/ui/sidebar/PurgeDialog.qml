import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Asks before what is in the trash is deleted for good.
AppDialog {
    id: root

    required property string conversationId
    required property Lazy host
    required property ShelfController shelf

    function purge() {
        shelf.purge(conversationId);
        close();
    }

    objectName: "purge-dialog"
    title: Texts.t["purge.title"]
    visible: true

    contentItem: ColumnLayout {
        spacing: Theme.margin

        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            text: Texts.t["purge.note"]
            wrapMode: Text.Wrap
        }
        Flow {
            Layout.fillWidth: true
            layoutDirection: Qt.RightToLeft
            spacing: Theme.gap

            TextButton {
                objectName: "purge-confirm"
                text: Texts.t["purge.confirm"]

                onClicked: root.purge()
            }
            TextButton {
                focus: true
                objectName: "purge-cancel"
                text: Texts.t["purge.cancel"]

                onClicked: root.close()
            }
        }
    }

    onClosed: host.isWanted = false
}
