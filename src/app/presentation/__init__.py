"""All the logic of the window, as objects that QML binds to."""
