"""The window itself: QML components and the few lines that start them."""
