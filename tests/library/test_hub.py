"""What is found on a Hub, and that nothing in its answers is believed to have the right shape."""

from __future__ import annotations

from typing import Any

import pytest
from tests.hub.exchange import json_answer
from tests.hub.loopback import LoopbackHub
from tests.hub.repository import About

from app.domain.errors import HubAnswerBad, RepositoryEmpty
from app.domain.hub import HubFile, HubHit
from app.library.hub import Hub
from app.library.hub_connection import HubConnection

NAME = "owner/name"
SHA = "a" * 64
COMMIT = "c0ffee" * 6 + "abcd"
HEADER = {"architecture": "llama", "total": 7_000_000, "context_length": 4096}


@pytest.fixture
def asked(hub: LoopbackHub) -> Hub:
    return Hub(HubConnection(hub.endpoint))


def sibling(path: Any = "a-Q4_K_M.gguf", size: Any = 5, sha256: Any = SHA) -> dict[str, Any]:
    return {"rfilename": path, "size": size, "lfs": {"sha256": sha256, "size": size, "pointerSize": 1}}


def answer(hub: LoopbackHub, *siblings: Any, **fields: Any) -> None:
    """Lets the Hub describe a repository so."""
    hub.faults.answer(json_answer({"id": NAME, "sha": COMMIT, "siblings": list(siblings), **fields}))


def test_a_search(hub: LoopbackHub, asked: Hub) -> None:
    hub.add(NAME, {"a.gguf": b"x"}, gated="auto", about=About(downloads=3, likes=2, licence="mit", gguf=HEADER))
    hub.add("owner/name-2", {"a.gguf": b"x"}, about=About(downloads=9))
    hub.add("owner/name-3", {"a.bin": b"x"}, about=About(tags=()))
    second, first = asked.search("name")
    assert (second.id, second.parameters) == ("owner/name-2", 0)
    assert first == HubHit(NAME, 3, 2, "mit", "llama", 7_000_000, 4096, "auto")
    assert len(asked.search("name", limit=1)) == 1


def test_a_repository(hub: LoopbackHub, asked: Hub) -> None:
    remote = hub.add(NAME, {"a-Q4_K_M.gguf": b"weights", "README.md": b"x"}, about=About(gguf=HEADER))
    found = asked.repository(NAME)
    assert (found.id, found.commit, found.context_length) == (NAME, remote.head.id, 4096)
    (variant,) = found.variants
    assert variant.files == (HubFile("a-Q4_K_M.gguf", 7, remote.sha256["a-Q4_K_M.gguf"]),)


def test_nothing_to_verify(hub: LoopbackHub, asked: Hub) -> None:
    hub.add(NAME, {"README.md": b"x"})
    with pytest.raises(RepositoryEmpty):
        asked.repository(NAME)


@pytest.mark.parametrize(
    "hostile",
    [
        sibling("../x.gguf"),
        sibling("a/../../x.gguf"),
        sibling("/etc/x.gguf"),
        sibling("a\\..\\x.gguf"),
        sibling("a//x.gguf"),
        sibling("x\0.gguf"),
        sibling("x\n.gguf"),
        sibling(size=-5),
        sibling(size=0),
        sibling(size="5"),
        sibling(size=None),
        sibling(sha256=5),
        sibling(sha256="../" * 21 + "a"),
        sibling(sha256=None),
    ],
)
def test_a_file_that_cannot_be_is_not_offered(hub: LoopbackHub, asked: Hub, hostile: dict[str, Any]) -> None:
    answer(hub, hostile, sibling("sound-Q8_0.gguf"))
    found = asked.repository(NAME)
    assert [file.path for variant in found.variants for file in variant.files] == ["sound-Q8_0.gguf"]
    hub.faults.lift()
    answer(hub, hostile)
    with pytest.raises(RepositoryEmpty):
        asked.repository(NAME)


@pytest.mark.parametrize(
    "fields",
    [
        {"sha": "../../../etc"},
        {"sha": ""},
        {"sha": None},
        {"sha": 5},
        {"id": "a/../../b"},
        {"id": "..\\..\\b"},
        {"id": 5},
        {"siblings": 5},
        {"siblings": "text"},
        {"siblings": [5]},
        {"siblings": [{"rfilename": 5, "size": 5, "lfs": {"sha256": SHA, "size": 5, "pointerSize": 1}}]},
        {"siblings": [{}]},
        {"siblings": [sibling() | {"lfs": "text"}]},
    ],
)
def test_a_description_that_cannot_be_is_told(hub: LoopbackHub, asked: Hub, fields: dict[str, Any]) -> None:
    answer(hub, sibling(), **fields)
    with pytest.raises((HubAnswerBad, RepositoryEmpty)):
        asked.repository(NAME)


@pytest.mark.parametrize("value", [5, "text", None, [], [[]], [5], [{}], [{"id": 5}], [{"id": "a/../b"}], {"id": NAME}])
def test_hits_that_cannot_be_are_left_out_or_told(hub: LoopbackHub, asked: Hub, value: Any) -> None:
    hub.faults.answer(json_answer(value))
    try:
        assert asked.search("x") == []
    except HubAnswerBad:
        return


def test_numbers_and_texts_of_any_kind(hub: LoopbackHub, asked: Hub) -> None:
    odd = {"id": NAME, "downloads": -1, "likes": "many", "gated": 5, "gguf": {"total": True, "architecture": [1]}}
    hub.faults.answer(json_answer([odd | {"tags": ["license:a\nb", 5]}]))
    assert asked.search("x") == [HubHit(NAME, 0, 0, licence="a b")]
