import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Finds words in the conversation: Enter goes down, Shift+Enter up, Esc closes.
Rectangle {
    id: root

    required property FindController finder
    required property Lazy host

    function enter(event: KeyEvent) {
        event.accepted = !box.inputMethodComposing && box.preeditText === "";
        if (event.accepted)
            finder.step(!!(event.modifiers & Qt.ShiftModifier));
    }
    function take() {
        box.forceActiveFocus();
        box.selectAll();
    }

    border.color: Theme.colors.line
    color: Theme.colors.raised
    implicitHeight: Theme.scaled(48)
    radius: Theme.scaled(12)

    Component.onCompleted: {
        Found.finder = finder;
        take();
    }

    RowLayout {
        anchors.fill: parent
        anchors.margins: Theme.scaled(7)
        spacing: Theme.scaled(4)

        TextLine {
            id: box

            Accessible.name: Texts.t["find.name"]
            Layout.fillWidth: true
            objectName: "find"
            placeholderText: Texts.t["find.name"]
            text: root.finder.query

            Keys.onEnterPressed: event => root.enter(event)
            Keys.onEscapePressed: root.finder.close()
            Keys.onReturnPressed: event => root.enter(event)
            Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape
            onTextEdited: root.finder.query = text
        }
        DimLabel {
            Layout.minimumWidth: Theme.scaled(72)
            horizontalAlignment: Text.AlignHCenter
            objectName: "find-count"
            text: root.finder.countText
        }
        IconButton {
            enabled: root.finder.count > 0
            iconName: "arrow-up"
            iconSize: Theme.scaled(16)
            objectName: "find-previous"
            text: Texts.t["find.previous"]

            onClicked: root.finder.step(true)
        }
        IconButton {
            enabled: root.finder.count > 0
            iconName: "arrow-down"
            iconSize: Theme.scaled(16)
            objectName: "find-next"
            text: Texts.t["find.next"]

            onClicked: root.finder.step(false)
        }
        IconButton {
            iconName: "close"
            iconSize: Theme.scaled(16)
            objectName: "find-close"
            text: Texts.t["find.close"]

            onClicked: root.finder.close()
        }
    }
    Connections {
        function onFocusWanted() {
            root.take();
        }

        target: root.finder
    }
}
