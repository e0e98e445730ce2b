pragma ComponentBehavior: Bound

import QtQuick
import Skald
import "../controls"
import "../theme"

// The files that go along with the message that is being written.
Flow {
    id: root

    required property AttachmentsController attachments

    Accessible.name: Texts.t["attachments.name"]
    Accessible.role: Accessible.List
    spacing: Theme.gap

    Repeater {
        model: root.attachments.files

        FileChip {
            required property string attachmentId
            required property bool isReading
            required property string name

            isRemovable: true
            text: name

            onClicked: root.attachments.open(attachmentId)
            onRemoved: root.attachments.remove(attachmentId)
        }
    }
}
