import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// One download: how far it is, and what can be done with it.
Rectangle {
    id: root

    required property bool canMoveUp
    required property string detail
    required property string downloadId
    required property real fraction
    readonly property bool isGoing: root.progressState === "running" || root.progressState === "queued"
    required property string problem
    required property string progressState
    required property string title

    signal cancelRequested
    signal moveUpRequested
    signal pauseRequested
    signal resumeRequested

    Accessible.description: problem || detail
    Accessible.name: title
    Accessible.role: Accessible.ListItem
    border.color: problem ? Theme.colors.error : Theme.colors.line
    color: Theme.dark ? Theme.colors.pane : Theme.colors.raised
    implicitHeight: column.implicitHeight + Theme.scaled(24)
    objectName: "download"
    radius: Theme.scaled(12)

    ColumnLayout {
        id: column

        anchors.fill: parent
        anchors.leftMargin: Theme.scaled(14)
        anchors.margins: Theme.scaled(12)
        spacing: Theme.scaled(6)

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.gap

            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2

                BodyLabel {
                    Layout.fillWidth: true
                    elide: Text.ElideMiddle
                    font.weight: Font.DemiBold
                    text: root.title
                }
                DimLabel {
                    Layout.fillWidth: true
                    objectName: "download-detail"
                    text: root.detail
                }
            }
            IconButton {
                Accessible.description: root.title
                iconName: "arrow-up"
                objectName: "move-up-download"
                text: Texts.t["downloads.move_up"]
                visible: root.canMoveUp

                onClicked: root.moveUpRequested()
            }
            IconButton {
                Accessible.description: root.title
                iconName: "pause"
                objectName: "pause-download"
                text: Texts.t["downloads.pause"]
                visible: root.isGoing

                onClicked: root.pauseRequested()
            }
            TextButton {
                Accessible.description: root.title
                iconName: root.problem ? "regenerate" : "play"
                objectName: "resume-download"
                text: root.problem ? Texts.t["downloads.retry"] : Texts.t["downloads.resume"]
                visible: !root.isGoing

                onClicked: root.resumeRequested()
            }
            IconButton {
                Accessible.description: root.title
                iconName: "close"
                objectName: "cancel-download"
                text: Texts.t["downloads.cancel"]

                onClicked: root.cancelRequested()
            }
        }
        Meter {
            Accessible.name: root.title
            Layout.fillWidth: true
            objectName: "download-progress"
            tint: root.problem ? Theme.colors.error : root.isGoing ? Theme.colors.accent : Theme.colors.dim
            value: root.fraction
        }
        BodyLabel {
            Layout.fillWidth: true
            color: Theme.colors.error
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            objectName: "download-problem"
            text: root.problem
            visible: text !== ""
            wrapMode: Text.Wrap
        }
    }
}
