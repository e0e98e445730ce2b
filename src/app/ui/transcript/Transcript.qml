pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Qt.labs.qmlmodels
import Skald
import "../controls"
import "../theme"

// The conversation, newest row at the bottom; stays there by itself while the person is there.
ListView {
    id: root

    required property WindowController controller
    readonly property bool isAway: !atYEnd && contentHeight > height
    property bool isPinned: true
    readonly property TranscriptModel rows: controller.transcript

    // The view stays at the end while the person is there, whatever grows or shrinks.
    function followEnd() {
        if (isPinned && !atYEnd)
            positionViewAtBeginning();
    }
    // Who reads above is left there while the last row grows, which it does upwards.
    function holdPlace(row: Item, grown: real) {
        if (!isPinned && !moving && rows.isStreaming && row === itemAtIndex(0))
            contentY -= grown;
    }
    // What is unfolded opens downwards from where it was clicked.
    function holdTop(grown: real) {
        isPinned = false;
        contentY -= grown;
        Qt.callLater(settle);
    }
    function jumpToEnd() {
        isPinned = true;
        positionViewAtBeginning();
    }
    function notePosition() {
        isPinned = atYEnd;
    }
    function settle() {
        returnToBounds();
        notePosition();
    }

    Accessible.name: Texts.t["transcript.name"]
    Accessible.role: Accessible.List
    activeFocusOnTab: true
    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: 600
    clip: true
    flickDeceleration: Theme.deceleration
    keyNavigationEnabled: false
    model: rows
    objectName: "transcript"
    reuseItems: true
    verticalLayoutDirection: ListView.BottomToTop

    ScrollBar.vertical: ScrollTrack {
        onPressedChanged: root.isPinned = root.atYEnd && !pressed
    }
    delegate: DelegateChooser {
        role: "kind"

        DelegateChoice {
            roleValue: "user"

            UserRow {
                width: root.width

                onCopyRequested: root.controller.copyMessage(messageId)
            }
        }
        DelegateChoice {
            roleValue: "rich"

            RichRow {
                required author

                width: root.width

                onLinkRequested: url => root.controller.askLink(url)
            }
        }
        DelegateChoice {
            roleValue: "code"

            CodeRow {
                required author

                width: root.width

                onCopyRequested: root.controller.copyText(text)
            }
        }
        DelegateChoice {
            roleValue: "table"

            TableRow {
                required author

                width: root.width

                onLinkRequested: url => root.controller.askLink(url)
            }
        }
        DelegateChoice {
            roleValue: "reasoning"

            ReasoningRow {
                required author

                width: root.width

                onToggled: root.rows.toggleReasoning(messageId)
            }
        }
        DelegateChoice {
            roleValue: "waiting"

            WaitingRow {
                required author

                width: root.width
            }
        }
        DelegateChoice {
            roleValue: "foot"

            FootRow {
                width: root.width

                onContinueRequested: root.rows.continueReply(messageId)
                onCopyRequested: root.controller.copyMessage(messageId)
                onRegenerateRequested: root.rows.regenerate(messageId)
                onVariantRequested: step => root.rows.showVariant(messageId, step)
            }
        }
        DelegateChoice {
            roleValue: "view-line"

            ViewLine {
                width: root.width
            }
        }
        DelegateChoice {
            roleValue: "notice"

            NoticeRow {
                required author

                width: root.width

                onRemedyRequested: root.rows.applyRemedy(messageId, remedy)
            }
        }
    }
    footer: Item {
        height: Theme.margin
    }
    header: Item {
        height: Theme.scaled(10)
    }

    Keys.onDownPressed: root.flick(0, -900)
    Keys.onPressed: event => keys.handle(event)
    Keys.onUpPressed: root.flick(0, 900)
    onContentHeightChanged: Qt.callLater(followEnd)
    onHeightChanged: Qt.callLater(followEnd)
    onMovementEnded: notePosition()
    onMovementStarted: isPinned = false
    onWidthChanged: Qt.callLater(followEnd)

    ScrollKeys {
        id: keys

        view: root

        onMoved: root.notePosition()
    }
    FocusRing {
        anchors.margins: 2
        shown: root.activeFocus
    }
    Connections {
        function onModelReset() {
            root.isPinned = true;
        }
        function onReplyFinished(text: string) {
            root.Accessible.announce(text, Accessible.Polite);
        }

        target: root.rows
    }
}
