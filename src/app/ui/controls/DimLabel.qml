import "../theme"

// Secondary text.
BodyLabel {
    id: root

    color: Theme.colors.dim
    font.pixelSize: Theme.small
}
