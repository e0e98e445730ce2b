pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "composer"
import "controls"
import "lighten"
import "models"
import "sidebar"
import "theme"

// Every styled component with made-up content, for who works on the look.
ApplicationWindow {
    id: root

    required property ComposerController composer
    required property Notifier notifier
    required property SnippetMenu snippets
    property string themeMode: "light"
    required property ContextUsage usage

    color: Theme.colors.window
    font.pixelSize: Theme.body
    height: 1360
    title: "Skald: gallery"
    visible: true
    width: 1280

    Binding {
        property: "mode"
        target: Theme
        value: root.themeMode
    }
    Flickable {
        anchors.fill: parent
        boundsBehavior: Flickable.StopAtBounds
        contentHeight: columns.height + Theme.scaled(48)

        ScrollBar.vertical: ScrollTrack {
        }

        RowLayout {
            id: columns

            anchors.left: parent.left
            anchors.margins: Theme.scaled(24)
            anchors.right: parent.right
            anchors.top: parent.top
            spacing: Theme.scaled(32)

            GalleryControls {
                Layout.alignment: Qt.AlignTop
                Layout.preferredWidth: Theme.scaled(420)
                themeMode: root.themeMode

                onThemeChosen: theme => root.themeMode = theme
            }
            ColumnLayout {
                Layout.alignment: Qt.AlignTop
                Layout.fillWidth: true
                spacing: Theme.gap

                GalleryRows {
                    Layout.fillWidth: true
                }
                Composer {
                    Layout.fillWidth: true
                    composer: root.composer
                    snippets: root.snippets
                    usage: root.usage
                }
                Toast {
                    Layout.topMargin: Theme.gap
                    notifier: root.notifier
                }
                ModelRow {
                    Layout.fillWidth: true
                    canMove: true
                    canRemove: true
                    detail: "7.6 B · Q4_K_M · 32,768 context"
                    fit: "Runs on the CPU, about 4 words a second · 5.4 GB of memory"
                    isCurrent: true
                    name: "qwen2.5-7b-instruct"
                    path: "/home/ada/models/qwen2.5-7b-instruct-q4_k_m.gguf"
                    problem: ""
                    sameAs: "The same content as qwen"
                    sizeText: "4.7 GB"
                    source: "LM Studio"
                    title: "Qwen2.5 7B Instruct"
                }
                DownloadRow {
                    Layout.fillWidth: true
                    canMoveUp: true
                    detail: "1.2 GB of 4.7 GB · 12.4 MB/s · 5 min left"
                    downloadId: "one"
                    fraction: 0.26
                    problem: ""
                    progressState: "running"
                    title: "Qwen/Qwen2.5-7B-Instruct-GGUF:Q4_K_M"
                }
                DownloadRow {
                    Layout.fillWidth: true
                    canMoveUp: false
                    detail: "612 MB of 2.0 GB · stopped"
                    downloadId: "two"
                    fraction: 0.3
                    problem: "There is not enough room. Free some space, then go on; what is there already is kept."
                    progressState: "failed"
                    title: "bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M"
                }
                OfferRow {
                    Layout.fillWidth: true
                    asked: "open"
                    chosen: "Q4_K_M"
                    detail: "Qwen · 7.6B · Q4_K_M · about 4.7 GB · 32,768 context · Apache-2.0"
                    fit: "Runs on the CPU, about 4 words a second · about 5.4 GB of memory"
                    gated: ""
                    isTooBig: false
                    problem: ""
                    reason: "Good at almost everything, in English and Chinese."
                    repository: "Qwen/Qwen2.5-7B-Instruct-GGUF"
                    title: "Qwen2.5 7B"
                    variants: [
                        {
                            value: "Q4_K_M",
                            text: "Q4_K_M, 4.7 GB (recommended)"
                        }
                    ]
                }
                WeightBar {
                    Layout.fillWidth: true
                    fraction: 0.42
                    part: "Attention"
                    sizeText: "1.2 GB"
                    types: "Q4_K, Q6_K"
                }
                ConversationRow {
                    Layout.fillWidth: true
                    conversationId: "gallery"
                    folderId: ""
                    isArchived: false
                    isCurrent: true
                    isPinned: true
                    isStreaming: true
                    title: "离线推理的性能"
                }
                SearchHitRow {
                    Layout.fillWidth: true
                    after: " limits the speed of a model because each token reads"
                    before: "The memory "
                    index: 0
                    line: "The memory bandwidth limits the speed"
                    match: "bandwidth"
                    title: "Trip to Kyoto"
                }
            }
        }
    }
}
