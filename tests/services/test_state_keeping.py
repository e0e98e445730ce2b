"""KV states are kept where the settings say so, and only there."""

from __future__ import annotations

from app.engine.state_folder import StateKeeping
from app.paths import Paths
from app.services.state_keeping import GIB, forget_states, state_keeping
from app.storage.settings import Settings


def test_the_settings_decide(folders: Paths) -> None:
    assert state_keeping(folders, Settings()) == StateKeeping(folders.states, 4 * GIB)
    assert state_keeping(folders, Settings(state_quota_gib=9)) == StateKeeping(folders.states, 9 * GIB)
    assert state_keeping(folders, Settings(is_state_kept_on_disk=False)) == StateKeeping()


def test_all_is_forgotten(folders: Paths) -> None:
    folders.states.mkdir(parents=True)
    (folders.states / "one.state").write_bytes(b"x")
    forget_states(folders, "a conversation")
    assert folders.states.exists()
    forget_states(folders)
    assert not folders.states.exists()
