import QtQuick
import QtQuick.Layouts
import Skald
import "../controls"
import "../theme"

// Where models come from, as whom, how fast, and where to.
Section {
    id: root

    required property HubController hub
    required property PreferencesController preferences

    name: Texts.t["settings.downloads"]

    Component.onCompleted: hub.lookForToken()

    SettingRow {
        name: Texts.t["settings.hub_endpoint"]
        note: root.preferences.hubProblem || Texts.t["settings.hub_endpoint_note"]

        TextLine {
            Accessible.name: Texts.t["settings.hub_endpoint"]
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth
            implicitWidth: Theme.scaled(260)
            objectName: "hub-endpoint"
            placeholderText: root.preferences.hubDefault
            text: root.preferences.hubEndpoint

            onEditingFinished: root.preferences.hubEndpoint = text
        }
    }
    SettingRow {
        name: Texts.t["settings.token"]
        note: root.hub.tokenNote

        TextLine {
            id: token

            Accessible.name: Texts.t["settings.token"]
            Layout.fillWidth: true
            Layout.maximumWidth: implicitWidth
            echoMode: TextInput.Password
            implicitWidth: Theme.scaled(200)
            objectName: "hub-token"

            onAccepted: keep.clicked()
        }
        TextButton {
            id: keep

            enabled: token.text !== "" || root.hub.hasToken
            objectName: "keep-token"
            text: token.text === "" && root.hub.hasToken ? Texts.t["settings.token_forget"] : Texts.t["settings.token_keep"]

            onClicked: {
                root.hub.keepToken(token.text);
                token.clear();
            }
        }
    }
    SettingRow {
        name: Texts.t["settings.download_limit"]
        note: Texts.t["settings.download_limit_note"]

        NumberBox {
            from: 0
            name: Texts.t["settings.download_limit"]
            objectName: "download-limit"
            stepSize: 256
            to: 10000000
            value: root.preferences.downloadLimit
            zeroText: Texts.t["settings.no_limit"]

            onValueModified: root.preferences.downloadLimit = value
        }
    }
    SettingRow {
        name: Texts.t["settings.shared_cache"]
        note: Texts.t["settings.shared_cache_note"]

        Toggle {
            checked: root.preferences.sharedCache
            name: Texts.t["settings.shared_cache"]
            objectName: "shared-cache"

            onToggled: root.preferences.sharedCache = checked
        }
    }
}
