"""The numbered steps from an empty file to today's schema; each is written once and never changed again."""

from __future__ import annotations

from typing import Final

from app.storage.migrations import (
    m0001_conversations,
    m0002_model_files,
    m0003_downloads,
    m0004_model_settings,
    m0005_context,
    m0006_reasoning,
    m0007_measured_memory,
    m0008_search_and_folders,
    m0009_message_edits,
    m0010_presets,
)

#: The statements of each migration; the first one makes version 1 of an empty file.
MIGRATIONS: Final[tuple[tuple[str, ...], ...]] = (
    m0001_conversations.STATEMENTS,
    m0002_model_files.STATEMENTS,
    m0003_downloads.STATEMENTS,
    m0004_model_settings.STATEMENTS,
    m0005_context.STATEMENTS,
    m0006_reasoning.STATEMENTS,
    m0007_measured_memory.STATEMENTS,
    m0008_search_and_folders.STATEMENTS,
    m0009_message_edits.STATEMENTS,
    m0010_presets.STATEMENTS,
)
