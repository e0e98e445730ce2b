import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// A link is opened only after its whole address was shown.
AppDialog {
    id: root

    readonly property string address: controller.pendingLink
    required property WindowController controller
    required property Lazy host

    objectName: "link-dialog"
    title: Texts.t["link.title"]
    visible: true

    contentItem: ColumnLayout {
        spacing: Theme.margin

        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            text: Texts.t["link.note"]
            wrapMode: Text.Wrap
        }
        RowText {
            Accessible.ignored: false
            Accessible.name: root.address
            Layout.fillWidth: true
            font.family: Theme.monospace
            font.pixelSize: Theme.medium
            objectName: "link-address"
            text: root.address
            wrapMode: TextEdit.WrapAnywhere
        }
        Flow {
            Layout.fillWidth: true
            layoutDirection: Qt.RightToLeft
            spacing: Theme.gap

            TextButton {
                isPrimary: true
                objectName: "link-open"
                text: Texts.t["link.open"]

                onClicked: root.controller.openLink()
            }
            TextButton {
                objectName: "link-copy"
                text: Texts.t["link.copy"]

                onClicked: root.controller.copyText(root.address)
            }
            TextButton {
                focus: true
                objectName: "link-cancel"
                text: Texts.t["link.cancel"]

                onClicked: root.close()
            }
        }
    }

    onClosed: controller.dismissLink()
}
