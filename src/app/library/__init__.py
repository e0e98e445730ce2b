"""Model files: what they are, where they are, whether they are whole."""
