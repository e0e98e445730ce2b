import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// The model that suits this machine: what it is, how it would run, and what a download contacts.
ColumnLayout {
    id: root

    required property FirstRunController firstRun
    required property string networkNote

    spacing: Theme.scaled(6)

    BodyLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        lineHeight: 1.2
        text: Texts.t["first_run.model"]
        wrapMode: Text.Wrap
    }
    BodyLabel {
        Layout.fillWidth: true
        Layout.topMargin: Theme.gap
        elide: Text.ElideNone
        font.weight: Font.DemiBold
        objectName: "first-run-model"
        text: root.firstRun.offerTitle
        visible: text !== ""
        wrapMode: Text.Wrap
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        text: root.firstRun.offerDetail
        visible: text !== ""
        wrapMode: Text.Wrap
    }
    BodyLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        font.pixelSize: Theme.medium
        objectName: "first-run-reason"
        text: root.firstRun.offerReason
        wrapMode: Text.Wrap
    }
    BodyLabel {
        Layout.fillWidth: true
        color: Theme.colors.good
        elide: Text.ElideNone
        font.pixelSize: Theme.small
        objectName: "first-run-fit"
        text: root.firstRun.offerFit
        visible: text !== ""
        wrapMode: Text.Wrap
    }
    DimLabel {
        Layout.fillWidth: true
        Layout.topMargin: Theme.gap
        elide: Text.ElideNone
        text: root.networkNote
        wrapMode: Text.Wrap
    }
}
