import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Versions, devices and licences, and a copy of them for a report.
Section {
    id: root

    required property AboutController about
    property bool isLicenceListShown: false
    required property string notices

    name: Texts.t["settings.about"]

    Component.onCompleted: about.refresh()

    FactText {
        heading: Texts.t["settings.versions"]
        objectName: "versions"
        text: root.about.versions
    }
    FactText {
        heading: Texts.t["settings.devices"]
        objectName: "devices"
        text: root.about.devices
    }
    Flow {
        Layout.fillWidth: true
        spacing: Theme.gap

        TextButton {
            iconName: "copy"
            objectName: "copy-report"
            text: Texts.t["settings.copy_report"]

            onClicked: root.about.copyReport()
        }
        TextButton {
            Accessible.checkable: true
            Accessible.checked: root.isLicenceListShown
            iconName: "info"
            objectName: "show-licences"
            text: Texts.t["settings.licences"]

            onClicked: root.isLicenceListShown = !root.isLicenceListShown
        }
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        text: Texts.t["settings.copy_report_note"]
        wrapMode: Text.Wrap
    }
    FactText {
        heading: Texts.t["settings.licences"]
        objectName: "licences"
        text: root.about.licences
        visible: root.isLicenceListShown
    }
    DimLabel {
        Layout.fillWidth: true
        elide: Text.ElideNone
        objectName: "notices"
        text: root.notices
        visible: text !== ""
        wrapMode: Text.Wrap
    }
}
