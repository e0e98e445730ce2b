import QtQuick

// Scrolls a Flickable so far that the control inside which has the keyboard is seen.
Item {
    id: root

    readonly property Item focused: view.Window.activeFocusItem
    required property Flickable view

    function isInside(item) {
        return item !== null && item !== view && (item.parent === view.contentItem || isInside(item.parent));
    }
    function show() {
        const top = focused.mapToItem(view.contentItem, 0, 0).y;
        view.contentY = Math.max(0, Math.min(top, Math.max(view.contentY, top + focused.height - view.height)));
    }

    onFocusedChanged: if (isInside(focused))
        show()
}
