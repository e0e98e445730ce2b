"""Each fault really happens, and the real client takes it as it takes the real thing."""

from __future__ import annotations

import http.client
import json
import threading
from pathlib import Path

import httpx2
import pytest
from huggingface_hub import HfApi, constants
from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError
from tests.hub.exchange import Place
from tests.hub.faults import API, FILES, RESOLVE
from tests.hub.loopback import LoopbackHub
from tests.hub_tests.client import Client, get, link_to

WEIGHTS = bytes(range(256)) * 400


@pytest.fixture
def link(hub: LoopbackHub) -> str:
    hub.add("owner/name", {"a.gguf": WEIGHTS, "b.gguf": b"other weights"})
    return link_to(hub.endpoint, "owner/name", "a.gguf")


@pytest.fixture
def short_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client keeps what it has by steps, else of ten megabytes."""
    monkeypatch.setattr(constants, "DOWNLOAD_CHUNK_SIZE", 100)


def test_a_dropped_connection(hub: LoopbackHub, link: str) -> None:
    fault = hub.faults.drop_after(1000, times=1)
    with pytest.raises(ConnectionResetError):
        get(link)
    assert fault.happened == 1
    assert hub.requests.bytes_sent() == 1000
    assert get(link).body == WEIGHTS


def test_a_body_that_ends_early_is_fetched_on(
    hub: LoopbackHub, link: str, client: Client, waits: list[float], short_steps: None
) -> None:
    hub.faults.end_after(1000, times=2, path="a.gguf")
    assert client.download("owner/name", "a.gguf").read_bytes() == WEIGHTS
    assert [request.asked_range for request in hub.requests.of(Place.BYTES)] == [None, "bytes=1000-", "bytes=2000-"]
    assert [request.sent for request in hub.requests.of(Place.BYTES)] == [1000, 1000, len(WEIGHTS) - 2000]
    assert hub.requests.bytes_sent_twice() == 0
    assert len(waits) == 2


def test_a_body_that_always_ends_early(hub: LoopbackHub, link: str) -> None:
    hub.faults.end_after(10, path="a.gguf")
    for _ in range(3):
        with pytest.raises(http.client.IncompleteRead) as problem:
            get(link)
        assert problem.value.partial == WEIGHTS[:10]
    assert get(link_to(hub.endpoint, "owner/name", "b.gguf")).body == b"other weights"
    hub.faults.lift()
    assert get(link).body == WEIGHTS


def test_a_stall_until_it_is_released(hub: LoopbackHub, link: str, client: Client) -> None:
    fault = hub.faults.stall_after(1000)
    found: list[Path] = []
    thread = threading.Thread(target=lambda: found.append(client.download("owner/name", "a.gguf")))
    thread.start()
    fault.wait()
    (seen,) = hub.requests.of(Place.BYTES)
    assert (seen.sent, seen.is_held) == (1000, True)
    fault.release()
    thread.join()
    assert found[0].read_bytes() == WEIGHTS


def test_a_stall_that_the_client_gives_up(
    hub: LoopbackHub, link: str, client: Client, monkeypatch: pytest.MonkeyPatch, short_steps: None
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DOWNLOAD_TIMEOUT", 0.2)
    hub.faults.stall_after(1000, times=1)
    assert client.download("owner/name", "a.gguf").read_bytes() == WEIGHTS
    assert [request.asked_range for request in hub.requests.of(Place.BYTES)] == [None, "bytes=1000-"]


def test_a_flipped_byte(hub: LoopbackHub, link: str) -> None:
    fault = hub.faults.flip(500, times=1)
    wrong = WEIGHTS[:500] + bytes([WEIGHTS[500] ^ 0xFF]) + WEIGHTS[501:]
    assert get(link, Range="bytes=600-").body == WEIGHTS[600:]
    assert fault.happened == 0
    assert get(link, Range="bytes=400-").body == wrong[400:]
    assert get(link).body == WEIGHTS


def test_a_flipped_byte_of_a_file_on_disk(hub: LoopbackHub, tmp_path: Path) -> None:
    source = tmp_path / "a.gguf"
    source.write_bytes(WEIGHTS)
    hub.add("owner/name", {"a.gguf": source})
    hub.faults.flip(500)
    body = get(link_to(hub.endpoint, "owner/name", "a.gguf")).body
    assert [offset for offset in range(len(WEIGHTS)) if body[offset] != WEIGHTS[offset]] == [500]


def test_only_what_arrived_counts_as_sent(hub: LoopbackHub) -> None:
    hub.add("owner/large", {"a.gguf": bytes(64 << 20)})
    with httpx2.stream("GET", link_to(hub.endpoint, "owner/large", "a.gguf")) as response:
        next(response.iter_bytes(1000))
    (seen,) = hub.requests.of(Place.BYTES)
    assert 1000 <= seen.sent < 32 << 20


def test_a_file_that_lies_about_its_length(hub: LoopbackHub, link: str, client: Client) -> None:
    hub.faults.shorten(7, times=1)
    with pytest.raises(OSError, match="Consistency check failed"):
        client.download("owner/name", "a.gguf")
    assert get(link).body == WEIGHTS


def test_a_server_that_knows_no_ranges(hub: LoopbackHub, link: str, client: Client, short_steps: None) -> None:
    hub.faults.end_after(1000, times=1)
    hub.faults.ignore_range(times=1)
    assert client.download("owner/name", "a.gguf").read_bytes() == WEIGHTS
    assert [request.status for request in hub.requests.of(Place.BYTES)] == [200, 200]
    assert hub.requests.bytes_sent_twice() == 1000
    assert get(link, Range="bytes=0-9").status == 206


def test_a_slow_connection(hub: LoopbackHub, link: str) -> None:
    fault = hub.faults.trickle(1_000_000)
    assert get(link).body == WEIGHTS
    assert fault.happened == 1


def test_a_slow_connection_ends_with_the_hub(link: str, hub: LoopbackHub) -> None:
    fault = hub.faults.trickle(1)
    received: list[BaseException] = []

    def fetch() -> None:
        with pytest.raises((http.client.IncompleteRead, ConnectionError)) as problem:
            get(link)
        received.append(problem.value)

    thread = threading.Thread(target=fetch)
    thread.start()
    fault.wait()
    hub.close()
    thread.join()
    assert received


def test_a_rate_limit_is_waited_out(hub: LoopbackHub, link: str, client: Client, waits: list[float]) -> None:
    hub.faults.rate_limit(7, times=2, places=FILES)
    assert client.download("owner/name", "a.gguf").read_bytes() == WEIGHTS
    assert [request.status for request in hub.requests.of(Place.BYTES)] == [429, 429, 200]
    assert waits == [8.0, 8.0]


def test_a_service_that_is_unavailable_for_a_while(hub: LoopbackHub, link: str, api: HfApi) -> None:
    hub.faults.unavailable(times=3, places=API)
    assert [each.id for each in api.list_models()] == ["owner/name"]
    assert [request.status for request in hub.requests.of(Place.API)] == [503, 503, 503, 200]


def test_a_broken_server(hub: LoopbackHub, link: str, api: HfApi, client: Client) -> None:
    hub.faults.break_down()
    with pytest.raises(HfHubHTTPError, match="Internal Error") as problem:
        api.model_info("owner/name")
    assert problem.value.response.status_code == 500
    with pytest.raises(LocalEntryNotFoundError):
        client.download("owner/name", "a.gguf")


def test_a_redirect_loop(hub: LoopbackHub, link: str, client: Client, api: HfApi) -> None:
    hub.faults.redirect_loop()
    with pytest.raises(httpx2.TooManyRedirects):
        client.download("owner/name", "a.gguf")
    assert len(hub.requests.of(Place.RESOLVE, method="HEAD")) == 20
    hub.faults.redirect_loop(places=API)
    with pytest.raises(httpx2.TooManyRedirects):
        api.model_info("owner/name")


def test_an_answer_that_is_not_json(hub: LoopbackHub, link: str, api: HfApi) -> None:
    hub.faults.malformed(times=1, path="api/models")
    with pytest.raises(json.JSONDecodeError):
        list(api.list_models())
    assert [each.id for each in api.list_models()] == ["owner/name"]


def test_an_answer_without_an_end(hub: LoopbackHub, link: str) -> None:
    hub.faults.endless()
    with httpx2.stream("GET", f"{hub.endpoint}/api/models") as response:
        assert "Content-Length" not in response.headers
        pieces = response.iter_bytes(1 << 20)
        text = b"".join(next(pieces) for _ in range(8))
    lines = text.splitlines()
    assert lines[0] == b'[{"id": "endless/repository", "tags": []},'
    assert set(lines[1:-1]) == {b'{"id": "endless/repository", "tags": []},'}
    (seen,) = hub.requests.of(Place.API)
    assert seen.sent >= len(text)


def test_a_file_that_changes_during_its_download(hub: LoopbackHub, link: str, client: Client) -> None:
    repository = hub.repositories["owner/name"]

    def change() -> None:
        repository.commit({"a.gguf": b"new weights"})
        hub.links.expire()

    hub.faults.run_after(1000, change)
    hub.faults.end_after(2000, times=1)
    with pytest.raises(HfHubHTTPError) as problem:
        client.download("owner/name", "a.gguf")
    assert problem.value.response.status_code == 403
    assert client.download("owner/name", "a.gguf").read_bytes() == b"new weights"


def test_a_fault_is_where_it_was_put(hub: LoopbackHub, link: str, api: HfApi) -> None:
    hub.faults.unavailable(places=RESOLVE)
    assert get(link).status == 200
    assert api.model_info("owner/name").id == "owner/name"
    assert get(f"{hub.endpoint}/owner/name/resolve/main/a.gguf").status == 503


def test_an_action_that_fails_fails_the_test(link: str, hub: LoopbackHub) -> None:
    hub.faults.run_after(10, lambda: 1 // 0)
    with pytest.raises(http.client.IncompleteRead):
        get(link)
    with pytest.raises(BaseExceptionGroup, match="the loopback Hub itself failed"):
        hub.close()
