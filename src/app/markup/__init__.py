"""Markdown of untrusted replies to typed blocks that the window can show."""
