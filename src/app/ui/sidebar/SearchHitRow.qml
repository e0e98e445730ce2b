import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../controls"
import "../theme"

// A conversation that was found, and the line with the match, which stands out.
ItemDelegate {
    id: root

    required property string after
    required property string before
    required property int index
    required property string line
    required property string match
    required property string title

    signal openRequested

    Accessible.description: line
    Accessible.name: title
    Accessible.role: Accessible.ListItem
    focusPolicy: Qt.NoFocus
    hoverEnabled: true
    leftPadding: Theme.scaled(12)
    objectName: "search-hit"

    background: Rectangle {
        color: root.hovered ? Theme.colors.hover : "transparent"
        radius: Theme.radius

        FocusRing {
            anchors.margins: 1
            shown: root.ListView.isCurrentItem && (root.ListView.view?.activeFocus ?? false)
        }
    }
    contentItem: ColumnLayout {
        spacing: 1

        BodyLabel {
            Accessible.ignored: true
            Layout.fillWidth: true
            font.pixelSize: Theme.medium
            text: root.title
        }
        RowLayout {
            Layout.fillWidth: true
            spacing: 0

            DimLabel {
                Accessible.ignored: true
                Layout.alignment: Qt.AlignBaseline
                Layout.maximumWidth: root.width * 0.4
                elide: Text.ElideLeft
                text: root.before
            }
            Rectangle {
                Layout.alignment: Qt.AlignBaseline
                Layout.maximumWidth: root.width * 0.6
                baselineOffset: match.baselineOffset
                color: Theme.colors.selected
                implicitHeight: match.implicitHeight
                implicitWidth: match.implicitWidth
                radius: Theme.scaled(3)

                BodyLabel {
                    id: match

                    Accessible.ignored: true
                    font.pixelSize: Theme.small
                    font.weight: Font.DemiBold
                    text: root.match
                    width: Math.min(implicitWidth, root.width * 0.6)
                }
            }
            DimLabel {
                Accessible.ignored: true
                Layout.alignment: Qt.AlignBaseline
                Layout.fillWidth: true
                text: root.after
            }
        }
    }

    Accessible.onPressAction: root.openRequested()
    Keys.onEnterPressed: root.openRequested()
    Keys.onReturnPressed: root.openRequested()
    onClicked: root.openRequested()
}
