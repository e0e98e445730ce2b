import QtQuick

// Scrolls a page so that the control which has the keyboard is seen, also when what stands above it grows meanwhile.
QtObject {
    id: root

    required property Item content
    readonly property Item focused: view.Window.activeFocusItem
    readonly property real height: content.height
    property real margin: 24
    property real shownAt: -1
    required property Flickable view

    function holds(item: Item): bool {
        return item !== null && (item === content || holds(item.parent));
    }
    function reveal() {
        if (focused && holds(focused))
            show(focused.mapToItem(view.contentItem, 0, 0).y, focused.height);
    }
    function show(top: real, height: real) {
        const lowest = Math.min(view.contentY, top - margin);
        view.contentY = Math.max(0, lowest, Math.min(top - margin, top + height + margin - view.height));
        shownAt = view.contentY;
    }

    onFocusedChanged: reveal()
    onHeightChanged: if (view.contentY === shownAt)
        reveal()
}
