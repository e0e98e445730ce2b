pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Controls.Basic
import Skald
import "../controls"
import "../theme"

// What a search found; arrows move, Enter opens.
ListView {
    id: root

    required property SearchModel search

    signal opened

    function open(row: int) {
        search.open(row);
        opened();
    }

    Accessible.name: Texts.t["search.results"]
    Accessible.role: Accessible.List
    activeFocusOnTab: true
    boundsBehavior: Flickable.StopAtBounds
    clip: true
    highlightMoveDuration: 0
    keyNavigationEnabled: true
    model: search
    objectName: "search-results"
    spacing: 1

    ScrollBar.vertical: ScrollTrack {
    }
    delegate: SearchHitRow {
        rightPadding: Theme.scaled(12)
        width: root.width

        onOpenRequested: root.open(index)
    }
    header: DimLabel {
        Accessible.name: text
        bottomPadding: Theme.scaled(4)
        font.pixelSize: Theme.tiny
        leftPadding: Theme.gap
        objectName: "search-state"
        text: root.search.state
        topPadding: Theme.scaled(4)
    }

    onCountChanged: currentIndex = count > 0 ? 0 : -1
}
