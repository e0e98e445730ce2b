import QtQuick
import QtQuick.Layouts
import "../controls"
import "../theme"

// One repository that can be downloaded from: what it is, whether it fits, and which quantization to take.
Rectangle {
    id: root

    required property string asked
    required property string chosen
    required property string detail
    required property string fit
    required property string gated
    required property bool isTooBig
    required property string problem
    required property string reason
    required property string repository
    required property string title
    required property var variants

    signal downloadRequested
    signal openRequested
    signal variantChosen(string variant)

    Accessible.description: [detail, fit, reason].filter(text => text !== "").join(". ")
    Accessible.name: title
    Accessible.role: Accessible.ListItem
    border.color: Theme.colors.line
    color: Theme.dark ? Theme.colors.pane : Theme.colors.raised
    implicitHeight: column.implicitHeight + Theme.scaled(24)
    objectName: "offer"
    radius: Theme.scaled(12)

    ColumnLayout {
        id: column

        anchors.fill: parent
        anchors.leftMargin: Theme.scaled(14)
        anchors.margins: Theme.scaled(12)
        spacing: Theme.scaled(4)

        BodyLabel {
            Layout.fillWidth: true
            elide: Text.ElideMiddle
            font.weight: Font.DemiBold
            text: root.title
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            objectName: "offer-detail"
            text: root.detail
            wrapMode: Text.Wrap
        }
        BodyLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            text: root.reason
            visible: text !== ""
            wrapMode: Text.Wrap
        }
        BodyLabel {
            Layout.fillWidth: true
            color: root.isTooBig ? Theme.colors.warning : Theme.colors.good
            elide: Text.ElideNone
            font.pixelSize: Theme.small
            objectName: "offer-fit"
            text: root.fit
            visible: text !== ""
            wrapMode: Text.Wrap
        }
        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            text: root.gated
            visible: text !== ""
            wrapMode: Text.Wrap
        }
        Flow {
            Layout.fillWidth: true
            Layout.topMargin: Theme.scaled(4)
            spacing: Theme.gap

            ChoiceBox {
                Accessible.description: root.title
                implicitWidth: Math.min(Theme.scaled(300), column.width)
                name: Texts.t["offers.quantization"]
                objectName: "quantization"
                options: root.variants
                value: root.chosen
                visible: root.variants.length > 0

                onChosen: value => root.variantChosen(value)
            }
            TextButton {
                Accessible.description: root.title
                enabled: root.asked !== "asking"
                iconName: "download"
                isPrimary: !root.isTooBig
                objectName: "download-model"
                text: root.asked === "asking" ? Texts.t["offers.asking"] : Texts.t["offers.download"]

                onClicked: root.downloadRequested()
            }
            TextButton {
                Accessible.description: root.title
                objectName: "choose-variant"
                text: Texts.t["offers.choose"]
                visible: root.variants.length === 0 && root.asked !== "asking"

                onClicked: root.openRequested()
            }
        }
        BodyLabel {
            Layout.fillWidth: true
            color: Theme.colors.error
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            objectName: "offer-problem"
            text: root.problem
            visible: text !== ""
            wrapMode: Text.Wrap
        }
    }
}
