"""Conversations to and from files: our own JSON Lines, Markdown and HTML out, and the exports of other programs in."""
