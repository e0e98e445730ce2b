import QtQuick
import QtQuick.Controls.Basic
import "theme"

// The window. Its first frame is empty but for its panes; what fills it is loaded when the program is ready for it.
ApplicationWindow {
    id: root

    property QtObject controller: null
    required property bool isMaximized
    required property bool isSidebarShown
    required property string themeMode
    required property real zoom

    color: Theme.colors.window
    font.pixelSize: Theme.body
    minimumHeight: 360
    minimumWidth: 420
    palette.accent: Theme.colors.accent
    palette.base: Theme.colors.raised
    palette.button: Theme.colors.raised
    palette.buttonText: Theme.colors.text
    palette.dark: Theme.colors.dim
    palette.highlight: Theme.colors.accent
    palette.highlightedText: Theme.colors.accentText
    palette.light: Theme.colors.hover
    palette.mid: Theme.colors.line
    palette.midlight: Theme.colors.hover
    palette.placeholderText: Theme.colors.dim
    palette.text: Theme.colors.text
    palette.toolTipBase: Theme.colors.raised
    palette.toolTipText: Theme.colors.text
    palette.window: Theme.colors.window
    palette.windowText: Theme.colors.text
    title: "Skald"
    visibility: isMaximized ? Window.Maximized : Window.Windowed

    Component.onCompleted: {
        Theme.mode = themeMode;
        Theme.zoom = zoom;
    }
    onControllerChanged: content.setSource("WindowContent.qml", {
        controller: controller,
        window: root
    })

    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.top: parent.top
        color: Theme.colors.pane
        visible: root.isSidebarShown && root.width >= Theme.scaled(760) && content.status !== Loader.Ready
        width: Theme.scaled(268)
    }
    Loader {
        id: content

        anchors.fill: parent
        focus: true
    }
}
