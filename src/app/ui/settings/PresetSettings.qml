pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The snippets, and presets and snippets as a file.
Section {
    id: root

    required property PresetController presets
    required property SnippetController snippets

    function open(place: Lazy, given: var) {
        place.given = given;
        place.isWanted = true;
    }

    name: Texts.t["settings.presets"]

    SettingRow {
        name: Texts.t["snippets.list"]
        note: root.snippets.list.emptyText

        TextButton {
            iconName: "plus"
            objectName: "snippet-add"
            text: Texts.t["snippets.add"]

            onClicked: root.open(dialog, {
                snippets: root.snippets
            })
        }
    }
    TextLine {
        Accessible.name: Texts.t["snippets.search"]
        Layout.fillWidth: true
        objectName: "snippet-search"
        placeholderText: Texts.t["snippets.search"]
        text: root.snippets.list.query
        visible: root.snippets.list.isLong

        onTextEdited: root.snippets.list.query = text
    }
    ColumnLayout {
        Accessible.name: Texts.t["snippets.list"]
        Accessible.role: Accessible.List
        Layout.fillWidth: true
        spacing: 2

        Repeater {
            model: root.snippets.list

            SnippetLine {
                onChangeRequested: root.open(dialog, {
                    snippets: root.snippets,
                    snippetId: snippetId,
                    oldName: name,
                    oldText: text
                })
                onRemoved: root.snippets.remove(snippetId)
            }
        }
    }
    SettingRow {
        name: Texts.t["settings.presets_file"]
        note: Texts.t["presets.manage_note"]

        TextButton {
            objectName: "presets-import"
            text: Texts.t["presets.import"]

            onClicked: root.open(file, {
                exchange: root.presets.exchange,
                isExport: false
            })
        }
        TextButton {
            objectName: "presets-export"
            text: Texts.t["presets.export"]

            onClicked: root.open(file, {
                exchange: root.presets.exchange,
                isExport: true
            })
        }
    }
    Lazy {
        id: dialog

        file: Qt.resolvedUrl("SnippetDialog.qml")
        visible: false
    }
    Lazy {
        id: file

        file: Qt.resolvedUrl("PresetFileDialog.qml")
        visible: false
    }
}
