import QtQuick

// Loads a component when it is wanted, so that the start of the program does not pay for it. It is given `host` (this)
// and what else it needs, and is written down by its file alone: a type that is named is loaded.
Loader {
    id: root

    required property url file
    property var given: ({})
    property bool isWanted: false

    function follow() {
        setSource(isWanted ? file : "", isWanted ? Object.assign({
            host: root
        }, given) : {});
    }

    // It may be wanted before it is completed: what is there by then is not loaded again.
    Component.onCompleted: if (status === Loader.Null)
        follow()
    onIsWantedChanged: follow()
}
