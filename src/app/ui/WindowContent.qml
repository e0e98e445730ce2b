pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Skald
import "controls"
import "sidebar"
import "theme"

// What fills the window: conversations, the conversation or a page, and the inspector.
FocusScope {
    id: root

    required property WindowController controller
    readonly property bool hasInspector: isInspectorOver ? isInspectorCalled : preferences.inspectorVisible && isConversation
    readonly property bool hasSidebar: isSidebarOver ? isSidebarCalled : preferences.sidebarVisible
    readonly property bool isConversation: controller.page === "conversation"
    property bool isInspectorCalled: false
    readonly property bool isInspectorOver: width < Theme.scaled(1080)
    property bool isSidebarCalled: false
    readonly property bool isSidebarOver: width < Theme.scaled(760)
    readonly property string page: controller.page
    readonly property PreferencesController preferences: controller.preferences
    required property ApplicationWindow window

    function beginConversation() {
        controller.newConversation();
        pane.focusComposer();
        isSidebarCalled = false;
    }
    function beginTemporary() {
        controller.newTemporary();
        pane.focusComposer();
        isSidebarCalled = false;
    }
    function openSearch() {
        setSidebar(true);
        sidebar.focusSearch();
    }
    function setInspector(shown: bool) {
        isInspectorCalled = shown && isInspectorOver;
        preferences.inspectorVisible = isInspectorOver ? preferences.inspectorVisible : shown;
    }
    function setSidebar(shown: bool) {
        isSidebarCalled = shown && isSidebarOver;
        preferences.sidebarVisible = isSidebarOver ? preferences.sidebarVisible : shown;
    }
    function showConversation() {
        if (!isConversation)
            controller.showPage("conversation");
        isSidebarCalled = false;
    }
    function showShortcuts() {
        shortcuts.isWanted = true;
    }

    Component.onCompleted: pane.focusComposer()
    onIsConversationChanged: isConversation ? pane.focusComposer() : setSidebar(!isSidebarOver && hasSidebar)
    onPageChanged: isSidebarCalled = false

    Binding {
        property: "title"
        target: root.window
        value: root.controller.title + " — Skald"
    }
    Binding {
        property: "mode"
        target: Theme
        value: root.preferences.theme
    }
    Binding {
        property: "zoom"
        target: Theme
        value: root.preferences.zoom
    }
    Binding {
        property: "isCompact"
        target: Theme
        value: root.preferences.density === "compact"
    }
    Binding {
        property: "isStill"
        target: Theme
        value: root.preferences.motionReduced
    }
    Connections {
        function onClosing() {
            root.preferences.saveGeometry(root.window.x, root.window.y, root.width, root.height, root.window.visibility === Window.Maximized);
        }

        target: root.window
    }
    Connections {
        function onAttentionWanted() {
            root.window.alert(0);
        }

        target: root.controller
    }
    Connections {
        id: firstFrame

        function onFrameSwapped() {
            firstFrame.enabled = false;
            Qt.callLater(root.controller.announceReady);
        }

        target: root.window
    }
    Commands {
        id: commands

        controller: root.controller

        onInspectorToggled: root.setInspector(!root.hasInspector)
        onListRequested: root.showShortcuts()
        onNewRequested: root.beginConversation()
        onPickerRequested: header.openPicker()
        onSearchRequested: root.openSearch()
        onSidebarToggled: root.setSidebar(!root.hasSidebar)
        onTemporaryRequested: root.beginTemporary()
    }
    SidePane {
        id: leftPane

        anchors.left: parent.left
        isOpen: root.hasSidebar
        isOver: root.isSidebarOver
        paneWidth: Math.min(Theme.scaled(268), root.width * 0.86)

        onDismissed: root.setSidebar(false)

        Sidebar {
            id: sidebar

            anchors.fill: parent
            controller: root.controller

            onClosed: root.setSidebar(false)
            onNewRequested: root.beginConversation()
            onOpened: root.showConversation()
            onTemporaryRequested: root.beginTemporary()
        }
    }
    Item {
        id: centre

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.leftMargin: leftPane.takenWidth
        anchors.right: parent.right
        anchors.rightMargin: rightPane.takenWidth
        anchors.top: parent.top

        Header {
            id: header

            controller: root.controller
            hasInspector: root.hasInspector
            hasSidebar: root.hasSidebar
            width: parent.width

            onInspectorToggled: root.setInspector(!root.hasInspector)
            onSidebarToggled: root.setSidebar(true)
        }
        ConversationPane {
            id: pane

            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.top: header.bottom
            controller: root.controller
            visible: root.isConversation
            z: root.controller.snippets.menu.isOpen ? 1 : 0
        }
        PageLoader {
            anchors.bottom: parent.bottom
            anchors.left: parent.left
            anchors.right: parent.right
            anchors.top: header.bottom
            controller: root.controller
        }
        Toast {
            anchors.bottom: parent.bottom
            anchors.bottomMargin: root.isConversation ? Theme.scaled(124) : Theme.scaled(24)
            anchors.horizontalCenter: parent.horizontalCenter
            notifier: root.controller.notifier
            width: Math.min(implicitWidth, parent.width - Theme.scaled(32))
        }
    }
    SidePane {
        id: rightPane

        anchors.right: parent.right
        isOpen: root.hasInspector
        isOver: root.isInspectorOver
        paneWidth: Math.min(Theme.scaled(292), root.width * 0.86)

        onDismissed: root.setInspector(false)

        Rectangle {
            anchors.fill: parent
            color: Theme.colors.pane

            MouseArea {
                anchors.fill: parent
            }
            Lazy {
                anchors.fill: parent
                asynchronous: true
                file: Qt.resolvedUrl("inspector/Inspector.qml")
                given: ({
                        controller: root.controller
                    })
                isWanted: root.hasInspector
            }
            Separator {
                anchors.bottom: parent.bottom
                anchors.left: parent.left
                anchors.top: parent.top
            }
        }
    }
    FileDrop {
        anchors.fill: parent
        z: 3

        onFilesDropped: urls => root.controller.takeDropped(urls)
    }
    Lazy {
        file: Qt.resolvedUrl("transcript/LinkDialog.qml")
        given: ({
                controller: root.controller
            })
        isWanted: root.controller.pendingLink !== ""
    }
    Lazy {
        file: Qt.resolvedUrl("composer/AttachmentDialog.qml")
        given: ({
                controller: root.controller
            })
        isWanted: root.controller.composer.attachments.isPreviewed
    }
    Lazy {
        id: shortcuts

        file: Qt.resolvedUrl("ShortcutsDialog.qml")
        given: ({
                commands: commands.all
            })
    }
}
