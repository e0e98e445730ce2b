"""Exports of other programs come in with their branches; what is bad is told with its place, and nothing comes in."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange import samples

from app.domain.errors import AppError, ImportBad, ImportUnreadable
from app.domain.messages import ArchivedConversation, Message
from app.exchange import bounded_json, reading
from app.exchange.markdown import branch

MADE = datetime.fromtimestamp(samples.MADE, UTC)


def write_json(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def write_lines(path: Path, values: list[Any]) -> Path:
    path.write_text("".join(f"{json.dumps(value)}\n" for value in values), encoding="utf-8")
    return path


def jan_folder(folder: Path) -> Path:
    thread, messages = samples.jan()
    write_json(folder / "thread.json", thread)
    return write_lines(folder / "messages.jsonl", messages).parent


def llama_lines(path: Path) -> Path:
    conversation, messages = samples.llama_ui()
    session = {"harness": "llama.app", "type": "session", **conversation}
    return write_lines(path, [session, *({"type": "message", "message": entry} for entry in messages)])


def llama_json(path: Path) -> Path:
    conversation, messages = samples.llama_ui()
    return write_json(path, [{"conv": conversation, "messages": messages}])


def zipped(path: Path, *files: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"export/{file.name}")
    return path


SOURCES: dict[str, Callable[[Path], Path]] = {
    "chatgpt": lambda folder: write_json(folder / "conversations.json", samples.chatgpt()),
    "chatgpt zip": lambda folder: zipped(
        folder / "a.zip",
        write_json(folder / "conversations.json", samples.chatgpt()),
        write_json(folder / "user.json", 1),
    ),
    "open_webui": lambda folder: write_json(folder / "chats.json", samples.open_webui()),
    "lm_studio": lambda folder: write_json(folder / "1.conversation.json", samples.lm_studio()),
    "lm_studio folder": lambda folder: write_json(folder / "a" / "1.conversation.json", samples.lm_studio()).parents[1],
    "jan": lambda folder: jan_folder(folder / "threads" / "t-1"),
    "jan file": lambda folder: jan_folder(folder) / "messages.jsonl",
    "jan folder": lambda folder: jan_folder(folder / "threads" / "t-1").parent,
    "llama_ui": lambda folder: llama_lines(folder / "one.jsonl"),
    "llama_ui json": lambda folder: llama_json(folder / "one.json"),
    "llama_ui zip": lambda folder: zipped(folder / "a.zip", llama_lines(folder / "one.jsonl")),
}


def said(messages: list[Message]) -> list[tuple[str, str]]:
    return [(str(message.role), message.text) for message in messages]


@pytest.mark.parametrize("name", SOURCES)
def test_the_branch_that_was_shown_is_shown(name: str, tmp_path: Path) -> None:
    (archived,) = reading.read(SOURCES[name](tmp_path))
    assert archived.conversation.title == "Greeting"
    shown = branch(archived)
    assert said(shown)[:2] == [("user", "Hello?"), ("assistant", "Second.")]
    assert shown[1].facts.model
    assert shown[1].reasoning in ("Hm.", "I & you.\nYes.")
    assert archived.conversation.created_at - MADE < (MADE - datetime.fromtimestamp(samples.MADE - 3, UTC))
    assert archived.conversation.system_prompt == ("" if "chatgpt" in name else "Be kind.")
    others = [message for message in archived.messages if message not in shown]
    assert said(others) == ([] if "jan" in name else [("assistant", "First.")])
    assert all(message.parent_id == shown[0].id for message in others)


@pytest.mark.parametrize("name", SOURCES)
def test_it_is_the_same_each_time(name: str, tmp_path: Path) -> None:
    path = SOURCES[name](tmp_path)
    assert reading.read(path) == reading.read(path)


def bad_chatgpt(*path: str | int, value: Any) -> list[dict[str, Any]]:
    found: Any = samples.chatgpt()
    target = found
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (bad_chatgpt(0, "conversation_id", value=None), "[0]"),
        (bad_chatgpt(0, "mapping", value=[]), "[0].mapping"),
        (bad_chatgpt(0, "mapping", "q", "message", "content", "parts", value=3), "[0].mapping.q.message.content.parts"),
        (bad_chatgpt(0, "mapping", "root", "parent", value="a2"), "[0]"),
        ([*samples.chatgpt(), 7], "[1]"),
        ({"a": 1}, "file"),
        ([], "file"),
        ("text", "file"),
    ],
)
def test_what_is_bad_is_told_with_its_place(value: Any, where: str, tmp_path: Path) -> None:
    with pytest.raises(ImportBad) as raised:
        reading.read(write_json(tmp_path / "conversations.json", value))
    assert raised.value.values["where"] == where
    assert raised.value.values["path"].endswith("conversations.json")


def test_a_file_that_ends_too_early(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps(samples.chatgpt(), indent=1)[:-40], encoding="utf-8")
    with pytest.raises(ImportBad) as raised:
        reading.read(path)
    assert raised.value.values["where"].startswith("line ")


def test_what_is_not_there_or_empty(tmp_path: Path) -> None:
    with pytest.raises(ImportUnreadable):
        reading.read(tmp_path / "none.json")
    (tmp_path / "empty.jsonl").touch()
    for path in (tmp_path, tmp_path / "empty.jsonl"):
        with pytest.raises(ImportBad):
            reading.read(path)


def test_deep_long_and_huge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "evil.json"
    for content in (b"[" * 1_000_000, b'{"a":' * 200_000, b"1" * 10_000, b"\xff\xfe\x00", b"\0" * 1000, b"NaN"):
        path.write_bytes(content)
        with pytest.raises(ImportBad):
            reading.read(path)
    monkeypatch.setattr(reading, "LARGEST_FILE", 10)
    with pytest.raises(ImportBad, match="too large"):
        reading.read(write_json(path, samples.open_webui()))


def test_a_chain_of_many_messages(tmp_path: Path) -> None:
    conversation, _ = samples.llama_ui()
    messages = [
        {"id": str(at), "parent": str(at - 1) if at else None, "role": "user", "content": "x"} for at in range(20_000)
    ]
    path = write_json(tmp_path / "long.json", {"conv": {**conversation, "currNode": "19999"}, "messages": messages})
    assert len(branch(reading.read(path)[0])) == 20_000


def test_archives_that_are_bombs_or_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGEST_FILE", 1_000_000)
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}/conversations.json", b" " * 600_000)
    with pytest.raises(ImportBad) as raised:
        reading.read(bomb)
    assert raised.value.values["where"] in ("0/conversations.json, line 1", "1/conversations.json")
    whole = SOURCES["chatgpt zip"](tmp_path).read_bytes()
    for at in range(4, len(whole), 7):
        bomb.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        read_or_refuse(bomb)


def read_or_refuse(path: Path) -> list[ArchivedConversation]:
    try:
        return reading.read(path)
    except AppError:
        return []


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
anything = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner))
PIECES = ("chatgpt", "open_webui", "lm_studio", "jan", "llama_ui")


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """A real export in which one value, somewhere, is another."""
    value: Any = json.loads(json.dumps(getattr(samples, draw(st.sampled_from(PIECES)))()))
    target, steps = value, draw(st.integers(1, 9))
    for _ in range(steps):
        keys = list(target) if isinstance(target, dict) else range(len(target))
        if not keys:
            break
        key = draw(st.sampled_from(keys))
        if not isinstance(target[key], dict | list) or not target[key] or draw(st.integers(0, 4)) == 0:
            target[key] = draw(anything)
            break
        target = target[key]
    return value


@settings(deadline=None)
@given(anything | damaged(), st.sampled_from(["a.json", "a.jsonl", "a.conversation.json"]))
def test_nothing_but_a_known_error(value: Any, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(json.dumps(value), encoding="utf-8")
        for archived in read_or_refuse(path):
            branch(archived)
        if isinstance(value, list) and len(value) == 2 and isinstance(value[1], list):  # Jan's or llama.cpp's two parts
            write_json(Path(folder) / "thread.json", value[0])
            write_lines(Path(folder) / "messages.jsonl", value[1])
            read_or_refuse(Path(folder))
            read_or_refuse(write_json(path, {"conv": value[0], "messages": value[1]}))


@given(st.binary(max_size=200))
def test_bytes_are_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for opening in (b"", b"PK\x03\x04", b'{"skald": 1}\n', b"\xef\xbb\xbf["):
            path = Path(folder) / "a.json"
            path.write_bytes(opening + content)
            assert read_or_refuse(path) == []


def test_numbers_that_are_no_times() -> None:
    assert bounded_json.seconds(float("nan")) is None
    assert bounded_json.seconds(True) is None
    assert bounded_json.seconds(10**400) is None


@given(anything.filter(lambda value: value == value), st.sampled_from([None, 1]))
def test_json_is_read_as_python_reads_it(value: Any, indent: int | None) -> None:
    source = json.dumps([value, [value]] if indent else value, indent=indent, allow_nan=True)
    if not any(name in source for name in ("NaN", "Infinity")):
        assert bounded_json.parsed(source.encode()) == json.loads(source)


@pytest.mark.parametrize("source", ["[1,]", "[1 2]", "[", "[1", "[]]", "[1] 2", "[,1]", "", " ", "]", "1 2"])
def test_what_is_no_json_is_told(source: str) -> None:
    with pytest.raises(bounded_json.BadData, match="no JSON"):
        bounded_json.parsed(source.encode())


def test_an_empty_list() -> None:
    assert bounded_json.parsed(b" [ ] ") == []
