import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../controls"
import "../theme"

// One preset in the picker's list, with a menu.
ItemDelegate {
    id: root

    required property string detail
    required property bool isBuiltIn
    required property bool isCurrent
    required property string name
    required property string presetId

    signal applied
    signal removed
    signal renameRequested

    function openMenu() {
        menu.isWanted = true;
    }

    Accessible.description: detail
    Accessible.name: name
    Accessible.role: Accessible.ListItem
    Accessible.selected: isCurrent
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    objectName: "preset-choice"
    padding: Theme.gap
    rightPadding: Theme.scaled(2)
    text: name

    background: Rectangle {
        color: root.hovered || root.ListView.isCurrentItem ? Theme.colors.hover : "transparent"
        radius: Theme.scaled(6)
    }
    contentItem: RowLayout {
        spacing: Theme.scaled(4)

        ColumnLayout {
            Layout.fillWidth: true
            spacing: 0

            BodyLabel {
                Accessible.ignored: true
                Layout.fillWidth: true
                font.pixelSize: Theme.medium
                text: root.name
            }
            DimLabel {
                Accessible.ignored: true
                Layout.fillWidth: true
                font.pixelSize: Theme.tiny
                text: root.detail
            }
        }
        Icon {
            color: Theme.colors.accent
            name: "check"
            visible: root.isCurrent
        }
        IconButton {
            focusPolicy: Qt.NoFocus
            iconName: "more"
            objectName: "preset-more"
            text: Texts.t["presets.more"].replace("{name}", root.name)

            onClicked: root.openMenu()
        }
    }

    Accessible.onPressAction: root.applied()
    Keys.onDeletePressed: root.removed()
    Keys.onEnterPressed: root.applied()
    Keys.onMenuPressed: root.openMenu()
    Keys.onPressed: event => {
        event.accepted = event.key === Qt.Key_F2 && !root.isBuiltIn;
        if (event.accepted)
            root.renameRequested();
    }
    Keys.onReturnPressed: root.applied()
    onClicked: root.applied()

    Lazy {
        id: menu

        file: Qt.resolvedUrl("PresetMenu.qml")
        given: ({
                row: root
            })
    }
}
