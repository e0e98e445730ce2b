import QtQuick

// Page Up, Page Down, Home and End in a list that has its end at the bottom.
QtObject {
    id: root

    readonly property var moves: ({
            [Qt.Key_PageUp]: () => root.scrollBy(-root.view.height * 0.9),
            [Qt.Key_PageDown]: () => root.scrollBy(root.view.height * 0.9),
            [Qt.Key_Home]: () => root.view.positionViewAtEnd(),
            [Qt.Key_End]: () => root.view.positionViewAtBeginning()
        })
    required property ListView view

    signal moved

    function handle(event: KeyEvent) {
        event.accepted = event.key in moves;
        if (event.accepted)
            root.move(moves[event.key]);
    }
    function move(step: var) {
        step();
        moved();
    }
    function scrollBy(distance: real) {
        view.contentY = view.contentY + distance;
        view.returnToBounds();
    }
}
