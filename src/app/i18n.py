"""Every text for people: looked up by key in the translations, in the language that is chosen or the system's."""

from __future__ import annotations

import json
import locale
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from app import resources

SOURCE_LANGUAGE: Final = "en"


class _State:
    """The language in use: one for the process."""

    language: str = SOURCE_LANGUAGE


@lru_cache
def _texts(language: str) -> dict[str, str]:
    path = resources.asset("translations") / f"{language}.json"
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def languages() -> list[str]:
    """Returns the languages that there are translations of, for example ``["en", "zh_CN"]``."""
    return sorted(Path(entry).stem for entry in resources.asset("translations").glob("*.json"))


def own_name(language: str) -> str:
    """Returns what a language calls itself, for example "简体中文"."""
    return _texts(language)["language.own_name"]


def system_language() -> str:
    """Returns the translation that fits the system's locale best; English where none fits."""
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    wanted = next((name for name in names if name), "") or (locale.getlocale()[0] or "")
    wanted = wanted.split(".")[0].replace("-", "_")
    known = languages()
    if wanted in known:
        return wanted
    return next((name for name in known if name.split("_")[0] == wanted.split("_")[0]), SOURCE_LANGUAGE)


def use_language(language: str) -> None:
    """Speaks ``language`` from now on; "system" or an unknown one means the system's."""
    _State.language = language if language in languages() else system_language()


def language() -> str:
    """Returns the language in use, for example "zh_CN"."""
    return _State.language


def text(key: str, **values: object) -> str:
    """Returns the text of ``key`` with ``values`` filled in.

    A count goes in as ``count``: the key with ``.one`` is used for 1 where the language has it.
    """
    if values.get("count") == 1 and f"{key}.one" in _texts(SOURCE_LANGUAGE):
        key = f"{key}.one"
    found = _texts(_State.language).get(key) or _texts(SOURCE_LANGUAGE).get(key) or key
    return found.format(**values) if values else found


def all_texts() -> dict[str, str]:
    """Returns every text of the language in use by key, English where one is missing."""
    return {**_texts(SOURCE_LANGUAGE), **_texts(_State.language)}


def error_text(key: str, values: dict[str, str]) -> tuple[str, str]:
    """Returns what happened and what to do, for an AppError's key and values."""
    return _filled(f"error.{key}.text", values), _filled(f"error.{key}.remedy", values)


def error_sentence(key: str, values: dict[str, str]) -> str:
    """Returns `error_text` in one line."""
    return " ".join(error_text(key, values))


def _filled(key: str, values: dict[str, str]) -> str:
    class _Blank(dict[str, str]):
        def __missing__(self, name: str) -> str:
            return "?"

    return text(key).format_map(_Blank(values))


def size(count: float) -> str:
    """Returns a size in decimal units, for example "2.9 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if count >= 100 or unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def count(number: int) -> str:
    """Returns a number of parameters, for example "4.2M" or "7.6B"; "" for none."""
    if number <= 0:
        return ""
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if number >= limit * 0.9995:
            return f"{number / limit:.1f}{unit}"
    return str(number)


def duration(seconds: float) -> str:
    """Returns a time that is left, for example "3 min"."""
    if seconds < 60:
        return text("duration.seconds", number=max(1, round(seconds)))
    if seconds < 3600:
        return text("duration.minutes", number=round(seconds / 60))
    return text("duration.hours", number=f"{seconds / 3600:.1f}")
