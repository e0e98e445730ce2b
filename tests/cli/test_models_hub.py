"""`skald models search` and `skald models pull` in the terminal, against a Hub on this machine."""

from __future__ import annotations

import json
import signal
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.command import Skald
from tests.cli.pulling import MIB, PATH, REFERENCE, REPOSITORY, blobs, model, skald_for
from tests.hub.exchange import Place
from tests.hub.loopback import LoopbackHub
from tests.hub.repository import About

from app import paths

CONTENT = model(3 * MIB)


@pytest.fixture
def skald(hub: LoopbackHub, tmp_path: Path) -> Skald:
    hub.add(REPOSITORY, {PATH: CONTENT, "README.md": b"# Tiny"}, about=About(downloads=7, licence="mit"))
    return skald_for(hub, tmp_path / "home")


def test_search(hub: LoopbackHub, skald: Skald) -> None:
    hub.add("other/name-of-more", {"a.gguf": b"x"}, about=About(downloads=9))
    hub.add("other/elsewhere", {"a.bin": b"x"}, about=About(tags=()))
    records = skald("models", "search", "name", "--json").records
    assert [(record["id"], record["downloads"]) for record in records] == [("other/name-of-more", 9), (REPOSITORY, 7)]
    table = skald("models", "search", "name").stdout
    assert [line.split()[0] for line in table.splitlines()[1:]] == ["other/name-of-more", REPOSITORY]
    nothing = skald("models", "search", "zzz")
    assert (nothing.code, nothing.stdout) == (0, "")
    assert "zzz" in nothing.stderr


def test_a_forbidden_network_is_said_in_one_line(hub: LoopbackHub, skald: Skald, tmp_path: Path) -> None:
    settings = tmp_path / "home" / "config" / "settings.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('{"is_network_forbidden": true}', encoding="utf-8")
    for verb in (("search", "name"), ("pull", REFERENCE)):
        outcome = skald("models", *verb)
        assert (outcome.code, outcome.stdout) == (1, "")
        assert outcome.stderr.startswith("skald: The network is forbidden in Settings")
    assert hub.requests.all() == []


def test_pull(hub: LoopbackHub, skald: Skald) -> None:
    outcome = skald("models", "pull", REFERENCE, "--json")
    assert (outcome.code, outcome.stderr) == (0, "")
    first, *_, last = outcome.records
    assert first == {"type": "progress", "done": 0, "total": len(CONTENT)}
    assert (last["type"], last["bytes"], last["quantization"]) == ("finished", len(CONTENT), "F32")
    path = Path(last["path"])
    assert path.read_bytes() == CONTENT
    assert path.name == PATH
    commit = hub.repositories[REPOSITORY].head.id
    folder = path.parents[2]
    assert path.relative_to(folder) == Path("snapshots", commit, PATH)
    assert folder.name == "models--owner--name"
    assert (folder / "refs" / "main").read_text() == commit
    hub.requests.forget()
    again = skald("models", "pull", REPOSITORY)
    assert again.code == 0
    assert hub.requests.of(Place.BYTES) == []


def test_wrong_usage_and_known_errors(hub: LoopbackHub, skald: Skald) -> None:
    assert skald("models", "pull", "no reference").code == 2
    missing = skald("models", "pull", "owner/missing")
    assert (missing.code, missing.stdout) == (1, "")
    assert "owner/missing" in missing.stderr
    assert len(missing.stderr.splitlines()) == 1
    other = skald("models", "pull", f"{REPOSITORY}:Q8_0")
    assert other.code == 1
    assert "Q4_K_M" in other.stderr
    hub.faults.flip(5, path=PATH)
    damaged = skald("models", "pull", REFERENCE)
    assert damaged.code == 1
    assert "SHA-256" in damaged.stderr
    assert blobs(skald.home) == []


def test_a_gated_repository_wants_a_token(hub: LoopbackHub, skald: Skald) -> None:
    repository = hub.repositories[REPOSITORY]
    repository.gated = "manual"
    without = skald("models", "pull", REFERENCE)
    assert without.code == 1
    assert f"{hub.endpoint}/settings/tokens" in without.stderr
    token = hub.issue_token("someone")
    refused = skald("models", "pull", REFERENCE, "--token", token)
    assert refused.code == 1
    assert f"{hub.endpoint}/{REPOSITORY}" in refused.stderr
    repository.authorized.add("someone")
    assert skald("models", "pull", REFERENCE, "--token", token).code == 0
    wrong = skald("models", "pull", REFERENCE, "--token", "hf_wrong")
    assert wrong.code == 1
    assert "hf_wrong" not in wrong.stderr + wrong.stdout
    for path in skald.home.rglob("*"):
        assert path.is_symlink() or not path.is_file() or token.encode() not in path.read_bytes()
    assert not any(seen.has_token for seen in hub.requests.to("localhost"))


def test_a_token_of_the_environment(hub: LoopbackHub, skald: Skald) -> None:
    hub.repositories[REPOSITORY].is_private = True
    hub.repositories[REPOSITORY].authorized.add("someone")
    assert skald("models", "pull", REFERENCE).code == 1
    skald.environment["HF_TOKEN"] = hub.issue_token("someone")
    assert skald("models", "pull", REFERENCE).code == 0


def test_offline_asks_nobody(hub: LoopbackHub, skald: Skald) -> None:
    skald.environment["HF_HUB_OFFLINE"] = "1"
    for arguments in (("pull", REFERENCE), ("search", "name")):
        outcome = skald("models", *arguments)
        assert outcome.code == 1
        assert "HF_HUB_OFFLINE" in outcome.stderr
    assert hub.requests.all() == []


def test_ctrl_c_keeps_what_came_and_the_next_one_goes_on(hub: LoopbackHub, skald: Skald) -> None:
    line = hub.faults.trickle(4 * MIB)
    running = skald.start("models", "pull", REFERENCE, "--json")
    while running.record()["done"] < MIB:
        pass
    running.process.send_signal(signal.SIGINT)
    outcome = running.end()
    assert outcome.code == 130
    assert "Traceback" not in outcome.stderr
    line.lift()
    (partial,) = blobs(skald.home)
    assert partial.suffix == ".incomplete"
    assert partial.stat().st_size >= MIB
    assert skald("models", "pull", REFERENCE).code == 0
    assert hub.requests.bytes_sent_twice() <= MIB


def test_every_request_is_noted(hub: LoopbackHub, skald: Skald) -> None:
    assert skald("models", "pull", REFERENCE).code == 0
    assert skald("models", "search", "name").code == 0
    (noted,) = skald.home.glob("**/requests*")
    text = noted.read_text(encoding="utf-8")
    assert len(text.splitlines()) == len(hub.requests.all())
    assert "Signature" not in text
    assert {seen.path.split("/")[1] for seen in hub.requests.all()} == {"api", "owner"}
    logs = "".join(path.read_text(encoding="utf-8") for path in skald.home.glob("**/*.log"))
    assert "Signature" not in logs


def test_nobody_else_is_asked(hub: LoopbackHub, skald: Skald) -> None:
    """The Hub is named in the settings alone: whoever asks the public one is seen at the proxy."""
    settings = paths.find(str(skald.home)).settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps({"hub_endpoint": hub.endpoint}), encoding="utf-8")
    del skald.environment["HF_ENDPOINT"]
    with witness() as (address, asked):
        skald.environment |= {
            "AI_AGENT": "some",
            "HTTPS_PROXY": address,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "",
        }
        assert skald("models", "pull", REFERENCE).code == 0
        assert skald("models", "search", "name").code == 0
        assert asked == []
        settings.unlink()
        assert "proxy" in skald("models", "search", "name").stderr, "the proxy is in use"
        assert asked == [b"CONNECT huggingface.co:443 HTTP/1.1\r\n"]


@contextmanager
def witness() -> Iterator[tuple[str, list[bytes]]]:
    """A proxy that notes who is asked and opens no tunnel; gives its address and what it noted."""
    asked: list[bytes] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline())
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
        thread.join()
