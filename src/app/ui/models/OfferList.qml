pragma ComponentBehavior: Bound

import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Where models come from: a search on the Hub, and what it found or what is recommended.
ColumnLayout {
    id: root

    required property HubController hub
    required property PrivacyController privacy

    spacing: Theme.gap

    Component.onCompleted: hub.show()

    GridLayout {
        Layout.fillWidth: true
        columnSpacing: Theme.gap
        columns: root.width < Theme.scaled(340) ? 1 : 3
        rowSpacing: Theme.gap

        TextLine {
            id: box

            Accessible.name: Texts.t["offers.search"]
            Layout.fillWidth: true
            objectName: "hub-search"
            placeholderText: Texts.t["offers.search"]
            text: root.hub.query

            onAccepted: root.hub.search(text)
        }
        TextButton {
            iconName: "search"
            objectName: "hub-search-button"
            text: Texts.t["offers.search_button"]

            onClicked: root.hub.search(box.text)
        }
        IconButton {
            iconName: "close"
            objectName: "hub-clear"
            text: Texts.t["offers.clear"]
            visible: root.hub.query !== ""

            onClicked: root.hub.clear()
        }
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        objectName: "network-note"
        text: root.hub.networkNote
        wrapMode: Text.Wrap
    }
    GridLayout {
        Layout.fillWidth: true
        columnSpacing: Theme.gap
        columns: root.width < Theme.scaled(420) ? 1 : 2
        rowSpacing: Theme.gap
        visible: root.privacy.forbiddenText !== ""

        BodyLabel {
            Layout.fillWidth: true
            color: Theme.colors.warning
            elide: Text.ElideNone
            font.pixelSize: Theme.medium
            objectName: "network-forbidden-note"
            text: root.privacy.forbiddenText
            wrapMode: Text.Wrap
        }
        TextButton {
            objectName: "allow-network"
            text: Texts.t["offers.allow_network"]

            onClicked: root.privacy.allow()
        }
    }
    BodyLabel {
        Accessible.role: Accessible.Heading
        Layout.fillWidth: true
        Layout.topMargin: Theme.gap
        font.pixelSize: Theme.medium
        font.weight: Font.DemiBold
        text: root.hub.isBusy ? Texts.t["offers.busy"] : root.hub.heading
    }
    BodyLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        objectName: "hub-problem"
        text: root.hub.problem
        visible: text !== ""
        wrapMode: Text.Wrap
    }
    ColumnLayout {
        Accessible.name: root.hub.heading
        Accessible.role: Accessible.List
        Layout.fillWidth: true
        objectName: "offers"
        spacing: Theme.gap

        Repeater {
            model: root.hub.offers

            OfferRow {
                Layout.fillWidth: true

                onDownloadRequested: root.hub.download(repository)
                onOpenRequested: root.hub.open(repository)
                onVariantChosen: variant => root.hub.choose(repository, variant)
            }
        }
    }
}
