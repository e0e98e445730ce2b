import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../theme"

// A page in place of the conversation: a heading, a way back, and a column that scrolls.
Item {
    id: root

    default property alias content: column.data
    required property WindowController controller
    property string intro: ""
    required property string name

    Accessible.name: name
    Accessible.role: Accessible.Pane

    RowLayout {
        id: head

        anchors.left: parent.left
        anchors.leftMargin: column.x + scroller.x
        anchors.right: parent.right
        anchors.rightMargin: Theme.scaled(12)
        height: Theme.scaled(72)

        BodyLabel {
            Accessible.role: Accessible.Heading
            Layout.fillWidth: true
            font.pixelSize: Theme.scaled(22)
            font.weight: Font.DemiBold
            text: root.name
        }
        IconButton {
            Layout.alignment: Qt.AlignVCenter
            iconName: "close"
            objectName: "close-page"
            text: Texts.t["header.close_page"]

            onClicked: root.controller.showPage("conversation")
        }
    }
    Flickable {
        id: scroller

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: head.bottom
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: column.height + Theme.scaled(32)

        ScrollBar.vertical: ScrollTrack {
        }

        ScrollToFocus {
            view: scroller
        }
        ColumnLayout {
            id: column

            spacing: Theme.scaled(20)
            width: Math.min(scroller.width - Theme.scaled(40), Theme.scaled(720))
            x: (scroller.width - width) / 2

            DimLabel {
                Layout.fillWidth: true
                elide: Text.ElideNone
                font.pixelSize: Theme.body
                text: root.intro
                visible: root.intro !== ""
                wrapMode: Text.Wrap
            }
        }
    }
}
