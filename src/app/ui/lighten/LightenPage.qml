pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Where the weight of the model lies.
AppPage {
    id: root

    readonly property WeightModel weight: controller.weight

    intro: Texts.t["lighten.intro"]
    name: Texts.t["lighten.title"]
    objectName: "page-lighten"

    Section {
        name: root.weight.modelName || Texts.t["lighten.no_model"]

        DimLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            objectName: "weight-summary"
            text: root.weight.summary
            visible: text !== ""
            wrapMode: Text.Wrap
        }
        ColumnLayout {
            Accessible.name: Texts.t["lighten.parts"]
            Accessible.role: Accessible.List
            Layout.fillWidth: true
            objectName: "weight-parts"
            spacing: Theme.scaled(14)

            Repeater {
                model: root.weight

                WeightBar {
                    Layout.fillWidth: true
                }
            }
        }
    }
    RowLayout {
        Layout.fillWidth: true
        spacing: Theme.scaled(10)
        visible: root.weight.hint !== ""

        Icon {
            Layout.alignment: Qt.AlignTop
            name: "info"
        }
        BodyLabel {
            Layout.fillWidth: true
            elide: Text.ElideNone
            objectName: "weight-hint"
            text: root.weight.hint
            wrapMode: Text.Wrap
        }
    }
}
