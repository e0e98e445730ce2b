"""The translations are complete: every language has every text, with the same values, and every text is used."""

from __future__ import annotations

import json
import re
import string
from pathlib import Path

import pytest

from app import i18n, resources
from app.domain.errors import AppError, known_errors

SOURCE = Path(__file__).parents[1] / "src" / "app"
LANGUAGES = i18n.languages()


def texts(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(resources.asset("translations", f"{language}.json").read_text(encoding="utf-8"))
    return found


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def sources() -> str:
    files = [path for ending in ("*.py", "*.qml") for path in SOURCE.rglob(ending)]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


def test_english_and_chinese_are_there() -> None:
    assert {"en", "zh_CN"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_values(language: str) -> None:
    english, other = texts("en"), texts(language)
    assert set(english) == set(other)
    assert {key for key in english if values(english[key]) != values(other[key])} == set()
    assert all(text.strip() for text in other.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_are_sorted_so_that_changes_are_easy_to_read(language: str) -> None:
    assert list(texts(language)) == sorted(texts(language))


def test_every_error_has_a_text_and_a_remedy() -> None:
    english = texts("en")
    for key in known_errors():
        assert f"error.{key}.text" in english
        assert f"error.{key}.remedy" in english


def test_an_error_without_its_values_is_still_a_sentence() -> None:
    text, remedy = i18n.error_text("model_missing", {})
    assert "?" in text
    assert remedy
    assert i18n.error_text(AppError.key, {"reason": "x"})[0].endswith("(x).")


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    english, code = texts("en"), sources()
    literal = set(re.findall(r"[\"']([a-z_]+(?:\.[a-z0-9_]+)+)[\"']", code))
    beginnings = tuple(re.findall(r"f[\"']([a-z_]+(?:\.[a-z0-9_]+)*[._])\{", code))
    unused = {
        key
        for key in english
        if key not in literal and key.removesuffix(".one") not in literal and not key.startswith(beginnings)
    }
    assert unused == set()
    asked = set(re.findall(r'(?:i18n\.text\(\s*|Texts\.t\[)"([a-z_]+\.[a-z_.0-9]+)"', code))
    assert asked - set(english) == set()


def test_a_count_of_one_has_its_own_text() -> None:
    assert i18n.text("transcript.tokens", count=1) == "1 token"
    assert i18n.text("transcript.tokens", count=2) == "2 tokens"


@pytest.mark.parametrize(
    ("variable", "language"),
    [("zh_CN.UTF-8", "zh_CN"), ("zh_TW.UTF-8", "zh_CN"), ("C.UTF-8", "en"), ("en_GB.UTF-8", "en"), ("", "en")],
)
def test_the_system_s_language(variable: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv("LANG", variable)
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    assert i18n.system_language() == language
