pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Qt.labs.qmlmodels
import Skald
import "../controls"
import "../find"
import "../theme"

// The conversation, newest row at the bottom; stays there by itself while the person is there.
ListView {
    id: root

    required property WindowController controller
    readonly property Control focused: Window.activeFocusItem as Control
    readonly property bool isAway: !atYEnd && contentHeight > height
    property bool isPinned: true
    readonly property TranscriptModel rows: controller.transcript

    signal editSaved

    // The keyboard is not lost with the box, whose row goes.
    function abandonEdit() {
        forceActiveFocus();
        Qt.callLater(controller.messages.cancelEdit);
    }
    // The text that was pressed gives the keyboard away, because it would copy what is selected in itself alone.
    function extendSelection(scene: point) {
        controller.selection.move(contentItem, scene);
        if (controller.selection.isWide && !(Window.activeFocusItem === root))
            forceActiveFocus();
    }
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
    function saveCode(code: string, language: string) {
        codeFile.code = code;
        codeFile.language = language;
        codeFile.isWanted = true;
    }
    function saveEdit(text: string) {
        editSaved();
        Qt.callLater(controller.messages.saveEdit, text);
    }
    function settle() {
        returnToBounds();
        notePosition();
    }
    // A hit is scrolled to twice: to its row, and within a row that is higher than the view.
    function showHit(row: int) {
        isPinned = false;
        positionViewAtIndex(row, ListView.Contain);
        Found.row = itemAtIndex(row);
    }
    function showMark(text: Item, y: real, height: real) {
        const top = text.mapToItem(root, 0, y).y;
        contentY += Math.min(0, top - Theme.scaled(72)) + Math.max(0, top + height + Theme.margin - root.height);
        returnToBounds();
    }
    // What a search found is brought to the middle; below it the view does not follow the end.
    function showRow(row: int) {
        isPinned = false;
        positionViewAtIndex(row, ListView.Center);
        Qt.callLater(settle);
    }

    Accessible.name: Texts.t["transcript.name"]
    Accessible.role: Accessible.List
    activeFocusOnTab: true
    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: 600
    clip: true
    currentIndex: -1
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

                onAttachmentRequested: index => root.controller.showAttachment(messageId, index)
                onCopyRequested: root.controller.messages.copyText(messageId)
                onMenuRequested: anchor => menus.openActions(messageId, anchor)
                onVariantRequested: step => root.rows.showVariant(messageId, step)
            }
        }
        DelegateChoice {
            roleValue: "editor"

            EditorRow {
                required author

                width: root.width

                onAbandoned: root.abandonEdit()
                onEdited: text => root.controller.messages.keepEdit(text)
                onSaved: text => root.saveEdit(text)
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
                onSaveRequested: root.saveCode(text, language)
            }
        }
        DelegateChoice {
            roleValue: "table"

            TableRow {
                required author

                width: root.width

                onCopyRequested: root.controller.blocks.copyTable(table)
                onLinkRequested: url => root.controller.askLink(url)
            }
        }
        DelegateChoice {
            roleValue: "maths"

            MathsRow {
                required author

                width: root.width
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
                onCopyRequested: root.controller.messages.copyText(messageId)
                onMenuRequested: anchor => menus.openActions(messageId, anchor)
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
    // What is reached with Tab is seen.
    onFocusedChanged: if (activeFocus && focused?.visualFocus)
        showMark(focused, 0, focused.height)
    onHeightChanged: Qt.callLater(followEnd)
    onMovementEnded: notePosition()
    onMovementStarted: isPinned = false
    onWidthChanged: Qt.callLater(followEnd)

    Connections {
        function onBegan(scene: point) {
            root.controller.selection.press(root.contentItem, scene);
        }
        function onMoved(scene: point) {
            Qt.callLater(root.extendSelection, scene);
        }

        target: Dragged
    }
    Shortcut {
        enabled: root.controller.selection.isWide
        sequences: [StandardKey.Copy]

        onActivated: root.controller.selection.copy(root.contentItem)
    }
    MessageMenus {
        id: menus

        controller: root.controller
    }
    ScrollKeys {
        id: keys

        view: root

        onMoved: root.notePosition()
    }
    Lazy {
        id: codeFile

        property string code
        property string language

        file: Qt.resolvedUrl("CodeFileDialog.qml")
        given: ({
                actions: root.controller.blocks,
                code: code,
                language: language
            })
        visible: false
    }
    FocusRing {
        anchors.margins: 2
        shown: root.Window.activeFocusItem === root && !root.controller.selection.isWide
    }
    Connections {
        function onModelReset() {
            root.isPinned = true;
        }
        function onPlaceWanted(row: int) {
            root.showRow(row);
        }
        function onReplyFinished(text: string) {
            root.Accessible.announce(text, Accessible.Polite);
        }

        target: root.rows
    }
    Connections {
        function onHitShown(row: int) {
            root.showHit(row);
        }

        target: root.controller.find
    }
    Connections {
        function onPlaced(text: Item, y: real, height: real) {
            root.showMark(text, y, height);
        }

        target: Found
    }
}
