import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// One model file with what can be done with it.
Rectangle {
    id: root

    required property bool canMove
    required property bool canRemove
    required property string detail
    required property string fit
    required property bool isCurrent
    required property string name
    required property string path
    required property string problem
    required property string sameAs
    required property string sizeText
    required property string source
    required property string title

    signal folderRequested
    signal moveRequested
    signal removeRequested
    signal settingsRequested
    signal useRequested

    Accessible.description: [problem || detail, source, fit, sameAs].filter(text => text !== "").join(". ")
    Accessible.name: title
    Accessible.role: Accessible.ListItem
    Accessible.selected: isCurrent
    border.color: isCurrent ? Theme.colors.accent : Theme.colors.line
    color: Theme.dark ? Theme.colors.pane : Theme.colors.raised
    implicitHeight: line.implicitHeight + Theme.scaled(24)
    objectName: "model-file"
    radius: Theme.scaled(12)

    GridLayout {
        id: line

        anchors.fill: parent
        anchors.leftMargin: Theme.scaled(14)
        anchors.margins: Theme.scaled(12)
        columnSpacing: Theme.scaled(12)
        columns: root.width < Theme.scaled(520) ? 1 : 2
        rowSpacing: Theme.gap

        RowLayout {
            Layout.fillWidth: true
            spacing: Theme.scaled(12)

            Icon {
                color: root.isCurrent ? Theme.colors.accent : Theme.colors.dim
                name: "models"
                size: Theme.scaled(22)
            }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 2

                BodyLabel {
                    Layout.fillWidth: true
                    font.weight: Font.DemiBold
                    text: root.title
                }
                DimLabel {
                    Layout.fillWidth: true
                    elide: Text.ElideNone
                    text: root.detail + " · " + root.source
                    visible: root.problem === ""
                    wrapMode: Text.Wrap
                }
                DimLabel {
                    Layout.fillWidth: true
                    elide: Text.ElideNone
                    objectName: "model-fit"
                    text: root.fit
                    visible: text !== ""
                    wrapMode: Text.Wrap
                }
                BodyLabel {
                    Layout.fillWidth: true
                    color: Theme.colors.warning
                    elide: Text.ElideNone
                    font.pixelSize: Theme.small
                    objectName: "model-problem"
                    text: root.problem
                    visible: text !== ""
                    wrapMode: Text.Wrap
                }
                DimLabel {
                    Layout.fillWidth: true
                    objectName: "model-same-as"
                    text: root.sameAs
                    visible: text !== ""
                }
                DimLabel {
                    Layout.fillWidth: true
                    elide: Text.ElideMiddle
                    font.pixelSize: Theme.tiny
                    objectName: "model-path"
                    text: root.path
                }
            }
        }
        GridLayout {
            Layout.alignment: line.columns === 1 ? Qt.AlignLeft : Qt.AlignRight
            columnSpacing: Theme.scaled(6)
            columns: root.width < Theme.scaled(260) ? 3 : 7
            rowSpacing: Theme.scaled(6)

            DimLabel {
                text: root.sizeText
            }
            Pill {
                ink: Theme.colors.good
                text: Texts.t["models.in_use"]
                visible: root.isCurrent
            }
            TextButton {
                Accessible.description: root.title
                objectName: "use-model"
                text: Texts.t["models.use"]
                visible: !root.isCurrent && root.problem === ""

                onClicked: root.useRequested()
            }
            IconButton {
                Accessible.description: root.title
                iconName: "settings"
                objectName: "open-model-settings"
                text: Texts.t["model_settings.open"]
                visible: root.problem === ""

                onClicked: root.settingsRequested()
            }
            IconButton {
                Accessible.description: root.title
                iconName: "download"
                objectName: "move-model-in"
                text: Texts.t["models.move_in"]
                visible: root.canMove

                onClicked: root.moveRequested()
            }
            IconButton {
                Accessible.description: root.title
                iconName: "folder"
                objectName: "show-model-folder"
                text: Texts.t["models.show_folder"]
                visible: root.problem === ""

                onClicked: root.folderRequested()
            }
            IconButton {
                Accessible.description: root.title
                iconName: "trash"
                objectName: "remove-model"
                text: Texts.t["models.remove"]
                visible: root.canRemove

                onClicked: root.removeRequested()
            }
        }
    }
}
