"""What is on disk: conversations, messages and settings."""
