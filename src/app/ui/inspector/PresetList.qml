pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The presets over the window: Enter applies, F2 renames, Delete deletes; searched where there are many.
Popup {
    id: root

    required property Lazy host
    required property PresetPicker owner
    readonly property PresetController presets: owner.presets

    function apply(presetId: string) {
        close();
        presets.apply(presetId);
    }
    function edit(given: var) {
        close();
        owner.edit(given);
    }

    focus: true
    margins: Theme.gap
    objectName: "preset-list"
    padding: Theme.scaled(6)
    visible: true
    width: Theme.scaled(300)

    background: PopupCard {
    }
    contentItem: ColumnLayout {
        spacing: 2

        TextLine {
            id: search

            Accessible.name: Texts.t["presets.search"]
            KeyNavigation.down: list
            Layout.bottomMargin: Theme.scaled(4)
            Layout.fillWidth: true
            objectName: "preset-search"
            placeholderText: Texts.t["presets.search"]
            text: root.presets.list.query
            visible: root.presets.list.isLong

            onAccepted: list.forceActiveFocus()
            onTextEdited: root.presets.list.query = text
        }
        ListView {
            id: list

            Accessible.name: Texts.t["presets.list"]
            Accessible.role: Accessible.List
            Layout.fillHeight: true
            Layout.fillWidth: true
            Layout.maximumHeight: Theme.scaled(320)
            activeFocusOnTab: true
            boundsBehavior: Flickable.StopAtBounds
            clip: true
            focus: true
            implicitHeight: contentHeight
            keyNavigationEnabled: true
            model: root.presets.list
            objectName: "preset-choices"

            ScrollBar.vertical: ScrollTrack {
            }
            delegate: PresetRow {
                width: list.width

                onApplied: root.apply(presetId)
                onRemoved: root.presets.remove(presetId)
                onRenameRequested: root.edit({
                    presets: root.presets,
                    presetId: presetId,
                    oldName: name
                })
            }
        }
        DimLabel {
            Layout.alignment: Qt.AlignHCenter
            text: Texts.t["sidebar.nothing_found"]
            visible: list.count === 0
        }
        Separator {
            Layout.bottomMargin: Theme.scaled(3)
            Layout.fillWidth: true
            Layout.topMargin: Theme.scaled(3)
        }
        TextButton {
            Layout.fillWidth: true
            alignment: Text.AlignLeft
            iconName: "plus"
            isQuiet: true
            objectName: "save-preset"
            text: Texts.t["presets.save_as"]

            onClicked: root.edit({
                presets: root.presets
            })
        }
        TextButton {
            Layout.fillWidth: true
            alignment: Text.AlignLeft
            iconName: "undo"
            isQuiet: true
            objectName: "show-hidden-presets"
            text: Texts.t["presets.show_hidden"]
            visible: root.presets.hasHidden

            onClicked: root.presets.showHidden()
        }
    }

    onClosed: {
        presets.list.query = "";
        host.isWanted = false;
    }
    onOpened: if (presets.list.isLong)
        search.forceActiveFocus()
}
