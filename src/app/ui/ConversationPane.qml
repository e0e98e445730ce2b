pragma ComponentBehavior: Bound

import QtQuick
import Skald
import "composer"
import "controls"
import "theme"
import "transcript"

// The transcript with the composer below it.
Item {
    id: root

    readonly property real columnWidth: Math.min(width - Theme.scaled(32), Theme.scaled(776))
    required property WindowController controller
    readonly property bool isFinding: controller.find.isOpen

    function focusComposer() {
        composer.focusBox();
    }

    onIsFindingChanged: if (!isFinding)
        focusComposer()

    Transcript {
        id: transcript

        anchors.bottom: composer.top
        anchors.bottomMargin: Theme.scaled(6)
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        controller: root.controller

        onEditSaved: root.focusComposer()
    }
    Lazy {
        anchors.fill: transcript
        file: Qt.resolvedUrl("firstrun/FirstRun.qml")
        given: ({
                controller: root.controller
            })
        isWanted: root.controller.isEmpty && root.controller.firstRun.isShown
    }
    Loader {
        active: root.controller.isEmpty && !root.controller.firstRun.isShown
        anchors.centerIn: transcript
        width: Math.min(parent.width - Theme.scaled(48), Theme.scaled(520))

        sourceComponent: EmptyState {
            starterLine: root.controller.starterLine

            onModelsRequested: root.controller.showPage("models")
        }
    }
    Lazy {
        anchors.right: parent.right
        anchors.rightMargin: Theme.scaled(24)
        anchors.top: parent.top
        anchors.topMargin: Theme.gap
        file: Qt.resolvedUrl("find/FindBar.qml")
        given: ({
                finder: root.controller.find
            })
        isWanted: root.isFinding
        width: Math.min(Theme.scaled(460), root.width - Theme.scaled(48))
    }
    JumpButton {
        anchors.bottom: composer.top
        anchors.bottomMargin: Theme.scaled(14)
        anchors.horizontalCenter: parent.horizontalCenter
        visible: transcript.isAway

        onClicked: transcript.jumpToEnd()
    }
    Composer {
        id: composer

        anchors.bottom: parent.bottom
        anchors.bottomMargin: Theme.scaled(18)
        anchors.horizontalCenter: parent.horizontalCenter
        composer: root.controller.composer
        snippets: root.controller.snippets.menu
        usage: root.controller.context.usage
        width: root.columnWidth

        onRollRequested: root.controller.context.roll()
    }
}
