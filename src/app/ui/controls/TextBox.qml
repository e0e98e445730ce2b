import QtQuick
import QtQuick.Controls.Basic
import "../theme"

// Several lines to type into, in a box that scrolls.
ScrollView {
    id: root

    property alias areaName: area.objectName
    required property string name
    property alias placeholderText: area.placeholderText
    property alias text: area.text

    signal edited(string text)

    ScrollBar.horizontal.policy: ScrollBar.AlwaysOff
    implicitHeight: Theme.scaled(110)

    background: Rectangle {
        border.color: area.activeFocus ? Theme.colors.accent : Theme.colors.line
        border.width: area.activeFocus ? 2 : 1
        color: Theme.colors.raised
        radius: Theme.radius
    }

    TextArea {
        id: area

        Accessible.name: root.name
        background: null
        color: Theme.colors.text
        font.pixelSize: Theme.medium
        padding: Theme.scaled(9)
        placeholderTextColor: Theme.colors.dim
        selectByMouse: true
        selectedTextColor: Theme.colors.accentText
        selectionColor: Theme.colors.accent
        textFormat: TextEdit.PlainText
        wrapMode: TextEdit.Wrap

        Keys.onTabPressed: area.nextItemInFocusChain(true).forceActiveFocus(Qt.TabFocusReason)
        onTextChanged: if (activeFocus)
            root.edited(text)
    }
}
