import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// What a new person is asked, in the place of the empty conversation: three steps, each of which can be skipped.
Flickable {
    id: root

    required property WindowController controller
    readonly property FirstRunController firstRun: controller.firstRun
    required property Lazy host
    readonly property PreferencesController preferences: controller.preferences
    readonly property PrivacyController privacy: controller.privacy

    Accessible.name: Texts.t["first_run.title"]
    Accessible.role: Accessible.Grouping
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    contentHeight: Math.max(height, card.height + Theme.scaled(32))
    objectName: "first-run"

    ScrollBar.vertical: ScrollTrack {
    }

    FocusFollower {
        content: card
        view: root
    }
    PopupCard {
        id: card

        height: column.implicitHeight + Theme.scaled(40)
        width: Math.min(root.width - Theme.scaled(16), Theme.scaled(520))
        x: (root.width - width) / 2
        y: (root.contentHeight - height) / 2

        ColumnLayout {
            id: column

            anchors.left: parent.left
            anchors.margins: Theme.scaled(20)
            anchors.right: parent.right
            anchors.top: parent.top
            spacing: Theme.scaled(12)

            BodyLabel {
                Accessible.role: Accessible.Heading
                Layout.fillWidth: true
                elide: Text.ElideNone
                font.pixelSize: Theme.scaled(20)
                font.weight: Font.DemiBold
                text: Texts.t["first_run.title"]
                wrapMode: Text.Wrap
            }
            DimLabel {
                Layout.fillWidth: true
                objectName: "first-run-step"
                text: root.firstRun.stepText
            }
            LanguageStep {
                Layout.fillWidth: true
                preferences: root.preferences
                starterLine: root.controller.starterLine
                visible: root.firstRun.step === 0
            }
            ModelStep {
                Layout.fillWidth: true
                firstRun: root.firstRun
                networkNote: root.privacy.forbiddenText || root.controller.hub.networkNote
                visible: root.firstRun.step === 1
            }
            BodyLabel {
                Layout.fillWidth: true
                elide: Text.ElideNone
                lineHeight: 1.2
                objectName: "first-run-done"
                text: root.firstRun.doneText
                visible: root.firstRun.step === 2
                wrapMode: Text.Wrap
            }
            Flow {
                Layout.fillWidth: true
                spacing: Theme.gap

                TextButton {
                    iconName: "download"
                    isPrimary: true
                    objectName: "first-run-download"
                    text: Texts.t["first_run.download"]
                    visible: root.firstRun.step === 1 && root.firstRun.offerTitle !== "" && root.privacy.forbiddenText === ""

                    onClicked: root.firstRun.download()
                }
                TextButton {
                    isPrimary: root.firstRun.step !== 1
                    objectName: "first-run-next"
                    text: [Texts.t["first_run.next"], Texts.t["first_run.starter"], Texts.t["first_run.begin"]][root.firstRun.step]

                    onClicked: root.firstRun.next()
                }
                TextButton {
                    objectName: "first-run-back"
                    text: Texts.t["first_run.back"]
                    visible: root.firstRun.step > 0

                    onClicked: root.firstRun.back()
                }
                TextButton {
                    isQuiet: true
                    objectName: "first-run-skip"
                    text: Texts.t["first_run.skip"]
                    visible: root.firstRun.step < 2

                    onClicked: root.firstRun.finish()
                }
            }
        }
    }
}
