pragma Singleton

import QtQuick

// Colours, sizes and fonts of the window, for the chosen theme, zoom, density and motion.
QtObject {
    id: root

    readonly property int body: scaled(14)
    readonly property ColourRoles colors: dark ? night : day
    readonly property int control: scaled(isCompact ? 28 : 34)
    readonly property bool dark: mode === "dark" || (mode !== "light" && Application.styleHints.colorScheme === Qt.Dark)
    readonly property ColourRoles day: ColourRoles {
        accent: "#2563c9"
        accentText: "#ffffff"
        bubble: "#eef1f6"
        code: "#f6f7f9"
        dim: "#5f6168"
        error: "#b3261e"
        good: "#176b3a"
        hover: "#ebebe7"
        line: "#e1e1dc"
        pane: "#f6f6f4"
        raised: "#ffffff"
        scrim: "#66000000"
        selected: "#e3e4df"
        text: "#1d1e20"
        warning: "#8a5300"
        window: "#ffffff"
    }
    readonly property real deceleration: isStill ? 1e6 : 1500
    readonly property int gap: scaled(isCompact ? 6 : 8)
    readonly property int heading: scaled(20)
    readonly property list<int> headings: [scaled(22), scaled(19), scaled(17), title, title, title]
    property bool isCompact: false
    property bool isStill: false
    readonly property int margin: scaled(isCompact ? 12 : 16)
    readonly property int medium: scaled(13)
    property string mode: "system"
    readonly property string monospace: "Skald Mono"
    readonly property ColourRoles night: ColourRoles {
        accent: "#6ea8fe"
        accentText: "#0e1a2e"
        bubble: "#2a2d33"
        code: "#15161a"
        dim: "#a0a2a9"
        error: "#ff8f86"
        good: "#66c28c"
        hover: "#26282d"
        line: "#2f3237"
        pane: "#141518"
        raised: "#26282c"
        scrim: "#99000000"
        selected: "#2e3138"
        text: "#e8e8e6"
        warning: "#e0ab5c"
        window: "#1b1c1f"
    }
    readonly property int radius: scaled(8)
    readonly property string richStyle: "<style>var{font-family:'" + monospace + "';font-size:" + medium + "px;font-style:normal} code,pre{font-family:'" + monospace + "';font-size:" + medium + "px;background-color:" + colors.hover + "} h1{font-size:" + headings[0] + "px} h2{font-size:" + headings[1] + "px} h3{font-size:" + headings[2] + "px} h4,h5,h6{font-size:" + headings[3] + "px} a{color:" + colors.accent + "} p,li{line-height:140%} blockquote{color:" + colors.dim + "}</style>"
    readonly property int row: scaled(isCompact ? 29 : 36)
    readonly property int small: scaled(12)
    readonly property int tiny: scaled(11)
    readonly property int title: scaled(15)
    property real zoom: 1.0

    function scaled(size: real): int {
        return Math.round(size * zoom);
    }
}
