"""What the settings say of KV states on disk, and what has to go when they, or a conversation, are not wanted."""

from __future__ import annotations

from app.engine import state_folder
from app.engine.state_folder import StateKeeping
from app.paths import Paths
from app.storage.settings import Settings

GIB = 1024**3


def state_keeping(paths: Paths, settings: Settings) -> StateKeeping:
    """Returns where states are kept, if they are."""
    if not settings.is_state_kept_on_disk:
        return StateKeeping()
    return StateKeeping(paths.states, settings.state_quota_gib * GIB)


def forget_states(paths: Paths, conversation_id: str = "") -> None:
    """Deletes the states of a conversation that is deleted; of all conversations where none is named."""
    if conversation_id:
        state_folder.forget(paths.states, conversation_id)
    else:
        state_folder.clear(paths.states)
