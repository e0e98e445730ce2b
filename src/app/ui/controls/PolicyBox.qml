import QtQuick
import "../theme"

// What happens when the context window is full.
ChoiceBox {
    id: root

    name: Texts.t["context.policy"]
    options: [
        {
            value: "roll",
            text: Texts.t["context.policy.roll"]
        },
        {
            value: "summarise",
            text: Texts.t["context.policy.summarise"]
        },
        {
            value: "stop",
            text: Texts.t["context.policy.stop"]
        }
    ]
}
