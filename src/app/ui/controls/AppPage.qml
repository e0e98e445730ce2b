pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import Skald
import "../theme"

// A page in place of the conversation: a heading, a way back, and a column that scrolls; a long one lists its sections.
Item {
    id: root

    default property alias content: column.data
    required property WindowController controller
    readonly property Item current: scroller.atYEnd && !scroller.atYBeginning ? sections[sections.length - 1] : sections.filter(section => section.y <= scroller.contentY + Theme.scaled(60)).pop() ?? sections[0] ?? null
    property string intro: ""
    readonly property bool isWide: sections.length > 0 && width > Theme.scaled(760)
    required property string name
    property list<Item> sections

    function goTo(section: Item) {
        scroller.contentY = Math.max(0, Math.min(section.y, scroller.contentHeight - scroller.height));
        section.nextItemInFocusChain().forceActiveFocus(Qt.TabFocusReason);
    }

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
    Loader {
        active: root.isWide
        anchors.left: parent.left
        anchors.leftMargin: Theme.margin
        anchors.top: head.bottom
        width: Theme.scaled(166)

        sourceComponent: SectionList {
            current: root.current
            isColumn: true
            sections: root.sections

            onChosen: section => root.goTo(section)
        }
    }
    Flickable {
        id: scroller

        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.leftMargin: root.isWide ? Theme.scaled(190) : 0
        anchors.right: parent.right
        anchors.top: head.bottom
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: column.height + Theme.scaled(32)
        flickDeceleration: Theme.deceleration

        ScrollBar.vertical: ScrollTrack {
        }

        FocusFollower {
            content: column
            view: scroller
        }
        ColumnLayout {
            id: column

            spacing: Theme.scaled(20)
            width: Math.min(scroller.width - Math.min(Theme.scaled(40), scroller.width * 0.08), Theme.scaled(720))
            x: (scroller.width - width) / 2

            DimLabel {
                Layout.fillWidth: true
                elide: Text.ElideNone
                font.pixelSize: Theme.body
                text: root.intro
                visible: root.intro !== ""
                wrapMode: Text.Wrap
            }
            Loader {
                Layout.fillWidth: true
                active: root.sections.length > 0 && !root.isWide
                visible: active

                sourceComponent: SectionList {
                    current: root.current
                    isColumn: false
                    sections: root.sections

                    onChosen: section => root.goTo(section)
                }
            }
        }
    }
}
