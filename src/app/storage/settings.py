"""The settings: every option declared once with its default and its range, kept as JSON.

A bad value falls back to its default with a notice and never stops the start. What a newer Skald wrote and this one
does not know is kept.
"""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from app.domain.errors import DiskFull, FolderNotWritable
from app.domain.generation import ContextPolicy, SamplingParameters
from app.domain.sampling import RANGES

THEMES: Final = ("system", "light", "dark")
DENSITIES: Final = ("comfortable", "compact")
FARTHEST: Final = 100_000
"""Pixels from the main screen's corner to that of a window on another one."""


def _option(default: Any, lowest: float | None = None, highest: float | None = None, *choices: str) -> Any:
    return field(default=default, metadata={"lowest": lowest, "highest": highest, "choices": choices})


def _sampling_option(name: str) -> Any:
    limits = RANGES[name]
    return _option(getattr(SamplingParameters(), name), limits.lowest, limits.highest)


@dataclass(frozen=True)
class Settings:
    """Every option.

    Zero means "choose" for ``n_ctx`` and ``n_threads``, "no limit" for ``max_tokens`` and ``download_limit_kib`` (KiB a
    second), "never" for ``idle_unload_minutes`` and ``trash_days``; −1 for ``n_gpu_layers`` means as many as fit. An
    empty ``hub_endpoint`` means ``HF_ENDPOINT``, else the public Hub. ``zoom`` is a factor. ``context_policy`` and
    ``pinned_messages`` are for conversations that have none of their own. ``state_quota_gib`` is how many GiB the KV
    states on disk take at most. After ``trash_days`` what is in the trash is deleted for good. ``window_x`` and
    ``window_y`` (pixels) hold where ``is_window_placed``. ``last_page`` and ``last_conversation`` are what the window
    showed when it was closed. ``is_introduced`` is set when the first run is over.
    """

    language: str = _option("system")
    theme: str = _option("system", None, None, *THEMES)
    zoom: float = _option(1.0, 0.75, 2.0)
    window_width: int = _option(1280, 420, 16_384)
    window_height: int = _option(800, 360, 16_384)
    is_maximized: bool = _option(False)
    is_software_rendered: bool = _option(False)
    is_sidebar_shown: bool = _option(True)
    is_inspector_shown: bool = _option(False)
    system_prompt: str = _option("")
    temperature: float = _sampling_option("temperature")
    top_k: int = _sampling_option("top_k")
    top_p: float = _sampling_option("top_p")
    min_p: float = _sampling_option("min_p")
    repeat_penalty: float = _sampling_option("repeat_penalty")
    max_tokens: int = _option(0, 0, 1_000_000)
    n_ctx: int = _option(0, 0, 1_048_576)
    n_threads: int = _option(0, 0, 1_024)
    n_gpu_layers: int = _option(-1, -1, 1_000)
    idle_unload_minutes: int = _option(30, 0, 10_080)
    hub_endpoint: str = _option("")
    download_limit_kib: int = _option(0, 0, 10_000_000)
    is_hub_cache_shared: bool = _option(False)
    context_policy: str = _option(str(ContextPolicy.ROLL), None, None, *map(str, ContextPolicy))
    pinned_messages: int = _option(0, 0, 100)
    is_state_kept_on_disk: bool = _option(True)
    state_quota_gib: int = _option(4, 1, 10_000)
    trash_days: int = _option(30, 0, 3_650)
    is_titled_by_model: bool = _option(True)
    density: str = _option("comfortable", None, None, *DENSITIES)
    is_motion_reduced: bool = _option(False)
    is_network_forbidden: bool = _option(False)
    is_notified: bool = _option(True)
    is_reply_in_notification: bool = _option(False)
    is_window_placed: bool = _option(False)
    window_x: int = _option(0, -FARTHEST, FARTHEST)
    window_y: int = _option(0, -FARTHEST, FARTHEST)
    last_page: str = _option("conversation")
    last_conversation: str = _option("")
    is_introduced: bool = _option(False)

    @property
    def sampling(self) -> SamplingParameters:
        """How a new conversation is sampled where neither the person nor the model file says otherwise."""
        return SamplingParameters(self.temperature, self.top_k, self.top_p, self.min_p, self.repeat_penalty, seed=None)


_OPTIONS: Final = {entry.name: entry for entry in fields(Settings)}


@dataclass(frozen=True)
class SettingNotice:
    """A value in the file that is not used. ``name`` is the option, or empty where the whole file is unreadable."""

    name: str
    value: str


def lowest(name: str) -> float | None:
    """Returns the lowest value of an option, None where it has none. Raises KeyError."""
    found: float | None = _OPTIONS[name].metadata["lowest"]
    return found


def highest(name: str) -> float | None:
    """Returns the highest value of an option, None where it has none. Raises KeyError."""
    found: float | None = _OPTIONS[name].metadata["highest"]
    return found


def is_valid(name: str, value: object) -> bool:
    """Tells whether ``value`` has the type of option ``name`` and is within its range."""
    option = _OPTIONS[name]
    default = option.default
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, str):
        return isinstance(value, str) and (not option.metadata["choices"] or value in option.metadata["choices"])
    if not isinstance(value, (int, float) if isinstance(default, float) else int):
        return False
    return bool(option.metadata["lowest"] <= value <= option.metadata["highest"])


class SettingsFile:
    """The settings of one JSON file. ``current`` is what was loaded or saved last."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.current = Settings()
        self.notices: tuple[SettingNotice, ...] = ()
        self._unknown: dict[str, Any] = {}
        self._is_unreadable = False

    def load(self) -> Settings:
        """Reads the file; ``notices`` tells what was not usable. A missing file gives the defaults."""
        found, notices = self._read()
        good = {name: value for name, value in found.items() if name in _OPTIONS and is_valid(name, value)}
        notices += [
            SettingNotice(name, json.dumps(value, ensure_ascii=False))
            for name, value in found.items()
            if name in _OPTIONS and name not in good
        ]
        self._unknown = {name: value for name, value in found.items() if name not in _OPTIONS}
        self._is_unreadable = any(not notice.name for notice in notices)
        self.current, self.notices = Settings(**good), tuple(notices)
        return self.current

    def save(self, settings: Settings) -> None:
        """Writes the settings and the unknown ones that were loaded; the file is replaced as a whole.

        An unreadable file is kept beside it as ``….damaged``. Raises DiskFull, FolderNotWritable.
        """
        content = json.dumps({**self._unknown, **asdict(settings)}, ensure_ascii=False, indent=2, sort_keys=True)
        unfinished = self.path.with_name(f"{self.path.name}.part-{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if self._is_unreadable and self.path.exists():
                os.replace(self.path, self.path.with_name(f"{self.path.name}.damaged"))
            with unfinished.open("w", encoding="utf-8") as stream:
                stream.write(content + "\n")
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(unfinished, self.path)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise DiskFull(path=self.path) from error
            raise FolderNotWritable(path=self.path.parent) from error
        self._is_unreadable = False
        self.current = settings

    def change(self, **values: object) -> Settings:
        """Saves ``current`` with some options changed and returns it.

        Raises ValueError for a bad value, KeyError for an unknown option, and what ``save`` raises.
        """
        for name, value in values.items():
            if not is_valid(name, value):
                raise ValueError(f"{name} cannot be {value!r}")
        changed = replace(self.current, **values)  # type: ignore[arg-type]  # just checked
        self.save(changed)
        return changed

    def _read(self) -> tuple[dict[str, Any], list[SettingNotice]]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}, []
        except (OSError, ValueError, RecursionError) as error:
            return {}, [SettingNotice("", str(error))]
        if not isinstance(found, dict):
            return {}, [SettingNotice("", type(found).__name__)]
        return found, []
