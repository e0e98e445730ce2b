pragma ComponentBehavior: Bound

import QtQuick
import Skald
import "../controls"
import "../theme"

// Conversations into files and from them.
Section {
    id: root

    required property ExchangeController exchange

    name: Texts.t["exchange.title"]

    SettingRow {
        name: Texts.t["exchange.all"]
        note: root.exchange.isBusy ? root.exchange.status : Texts.t["exchange.all_note"]

        ChoiceBox {
            id: format

            name: Texts.t["exchange.format"]
            objectName: "export-format"
            options: [
                {
                    value: "jsonl",
                    text: Texts.t["exchange.format_jsonl"]
                },
                {
                    value: "md",
                    text: Texts.t["exchange.format_md"]
                },
                {
                    value: "html",
                    text: Texts.t["exchange.format_html"]
                },
                {
                    value: "pdf",
                    text: Texts.t["exchange.format_pdf"]
                }
            ]
            value: "jsonl"

            onChosen: value => format.value = value
        }
        TextButton {
            enabled: !root.exchange.isBusy
            iconName: "upload"
            objectName: "export-all"
            text: Texts.t["exchange.export"]

            onClicked: folderDialog.isWanted = true
        }
    }
    SettingRow {
        name: Texts.t["exchange.import_files"]
        note: Texts.t["exchange.import_note"]

        TextButton {
            enabled: !root.exchange.isBusy
            iconName: "download"
            objectName: "import-conversations"
            text: Texts.t["exchange.import"]

            onClicked: fileDialog.isWanted = true
        }
    }
    Lazy {
        id: folderDialog

        file: Qt.resolvedUrl("ExportFolderDialog.qml")
        given: ({
                exchange: root.exchange,
                format: format.value
            })
        visible: false
    }
    Lazy {
        id: fileDialog

        file: Qt.resolvedUrl("ImportFileDialog.qml")
        given: ({
                exchange: root.exchange
            })
        visible: false
    }
}
