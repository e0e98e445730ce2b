"""Files come over two hosts, whole or in part, behind links that can expire."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from huggingface_hub import get_hf_file_metadata, hf_hub_url
from huggingface_hub.errors import RemoteEntryNotFoundError, RevisionNotFoundError
from tests.hub.exchange import Place
from tests.hub.loopback import LoopbackHub
from tests.hub_tests.client import Client, get, link_to

WEIGHTS = bytes(range(256)) * 1000


@pytest.mark.parametrize("is_xet", [False, True])
def test_a_large_file_comes_from_the_second_host(hub: LoopbackHub, client: Client, is_xet: bool) -> None:
    repository = hub.add("owner/name", {"q4/a.gguf": WEIGHTS}, is_xet=is_xet)
    where = client.download("owner/name", "q4/a.gguf")
    assert where.read_bytes() == WEIGHTS
    assert where.resolve().name == hashlib.sha256(WEIGHTS).hexdigest() == repository.sha256["q4/a.gguf"]
    assert repository.head.id in where.parts
    (bytes_request,) = hub.requests.of(Place.BYTES)
    assert (bytes_request.host, bytes_request.status, bytes_request.sent) == ("localhost", 200, len(WEIGHTS))
    assert {request.method for request in hub.requests.of(Place.RESOLVE)} == ({"HEAD", "GET"} if is_xet else {"HEAD"})
    client.download("owner/name", "q4/a.gguf")
    assert hub.requests.bytes_sent() == len(WEIGHTS)


def test_what_the_hub_says_of_a_large_file(hub: LoopbackHub) -> None:
    repository = hub.add("owner/name", {"a.gguf": WEIGHTS})
    url = hf_hub_url("owner/name", "a.gguf", endpoint=hub.endpoint)
    told = get_hf_file_metadata(url, token=False)
    assert (told.commit_hash, told.etag, told.size) == (
        repository.head.id,
        repository.sha256["a.gguf"],
        len(WEIGHTS),
    )
    assert told.location.startswith(hub.second_endpoint)
    assert get(told.location, method="HEAD").headers["Content-Length"] == str(len(WEIGHTS))


def test_a_small_file_comes_from_the_hub_itself(hub: LoopbackHub, client: Client) -> None:
    hub.add("owner/name", {"config file.json": b"{}"})
    assert client.download("owner/name", "config file.json").read_bytes() == b"{}"
    assert not hub.requests.to("localhost")


def test_a_file_on_disk(hub: LoopbackHub, client: Client, tmp_path: Path) -> None:
    source = tmp_path / "owner" / "name" / "q8" / "source.gguf"
    source.parent.mkdir(parents=True)
    source.write_bytes(WEIGHTS)
    (repository,) = hub.add_folder(tmp_path)
    assert client.download("owner/name", "q8/source.gguf").read_bytes() == WEIGHTS
    assert repository.sha256["q8/source.gguf"] == hashlib.sha256(WEIGHTS).hexdigest()
    link = link_to(hub.endpoint, "owner/name", "q8/source.gguf")
    assert get(link, Range="bytes=300-309").body == WEIGHTS[300:310]


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-0", 0, 1), ("bytes=1000-", 1000, 256000), ("bytes=-5", 255995, 256000), ("bytes=9-999999", 9, 256000)],
)
def test_a_part_of_a_file(hub: LoopbackHub, asked: str, start: int, stop: int) -> None:
    hub.add("owner/name", {"a.gguf": WEIGHTS})
    response = get(link_to(hub.endpoint, "owner/name", "a.gguf"), Range=asked)
    assert (response.status, response.body) == (206, WEIGHTS[start:stop])
    assert response.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(WEIGHTS)}"
    (seen,) = hub.requests.of(Place.BYTES)
    assert (seen.asked_range, seen.start, seen.sent) == (asked, start, stop - start)


def test_parts_that_are_not_given(hub: LoopbackHub) -> None:
    hub.add("owner/name", {"a.gguf": WEIGHTS})
    link = link_to(hub.endpoint, "owner/name", "a.gguf")
    outside = get(link, Range=f"bytes={len(WEIGHTS)}-")
    assert (outside.status, outside.headers["Content-Range"]) == (416, f"bytes */{len(WEIGHTS)}")
    whole = get(link)
    assert (whole.status, whole.headers["Accept-Ranges"]) == (200, "bytes")
    assert get(link, Range="bytes=0-9", If_Range=whole.headers["ETag"]).status == 206
    assert get(link, Range="bytes=0-9", If_Range='"another"').status == 200


def test_bytes_sent_twice_are_counted(hub: LoopbackHub) -> None:
    hub.add("owner/name", {"a.gguf": WEIGHTS, "b.gguf": WEIGHTS})
    link = link_to(hub.endpoint, "owner/name", "a.gguf")
    for asked in ("bytes=0-99", "bytes=50-149", "bytes=200-299"):
        get(link, Range=asked)
    get(link_to(hub.endpoint, "owner/name", "b.gguf"), Range="bytes=0-99")
    assert (hub.requests.bytes_sent(), hub.requests.bytes_sent_twice()) == (400, 50)
    assert hub.requests.bytes_sent("b.gguf") == 100
    hub.requests.forget()
    assert hub.requests.bytes_sent() == 0


def test_what_is_not_there(hub: LoopbackHub, client: Client) -> None:
    hub.add("owner/name", {"a.gguf": WEIGHTS})
    with pytest.raises(RemoteEntryNotFoundError):
        client.download("owner/name", "b.gguf")
    with pytest.raises(RevisionNotFoundError):
        client.download("owner/name", "a.gguf", revision="v9")


def test_a_link_is_good_for_so_many_uses(hub: LoopbackHub) -> None:
    hub.add("owner/name", {"a.gguf": WEIGHTS})
    hub.links.max_uses = 2
    link = link_to(hub.endpoint, "owner/name", "a.gguf")
    assert [get(link).status for _ in range(3)] == [200, 200, 403]
    assert get(link_to(hub.endpoint, "owner/name", "a.gguf")).status == 200


def test_a_newer_link_spends_the_older(hub: LoopbackHub) -> None:
    hub.add("owner/name", {"a.gguf": WEIGHTS})
    hub.links.is_only_newest_good = True
    older, newer = (link_to(hub.endpoint, "owner/name", "a.gguf") for _ in range(2))
    assert (get(older).status, get(newer).status) == (403, 200)
    hub.links.expire()
    assert get(newer).status == 403
    assert get(newer.replace("Signature=", "Signature=no")).status == 403


def test_a_new_commit_leaves_the_old_bytes(hub: LoopbackHub, client: Client) -> None:
    repository = hub.add("owner/name", {"a.gguf": WEIGHTS})
    old = repository.head.id
    repository.commit({"a.gguf": b"new weights"})
    assert client.download("owner/name", "a.gguf").read_bytes() == b"new weights"
    assert client.download("owner/name", "a.gguf", revision=old).read_bytes() == WEIGHTS
