pragma Singleton

import QtQuick
import Skald

// What is looked for in the conversation, for every text that can show a mark.
QtObject {
    id: root

    property FindController finder: null
    readonly property bool isWanted: finder !== null && finder.isOpen && finder.query !== ""
    property Item row: null

    signal placed(text: Item, y: real, height: real)

    function isWithinRow(item: Item): bool {
        return item !== null && (item === row || isWithinRow(item.parent));
    }
}
