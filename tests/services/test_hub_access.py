"""The way to the Hub is the one that the person has set: address, token, speed, folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.errors import NoKeyringError
from tests.hub.loopback import LoopbackHub

from app.domain.errors import KeyringUnavailable, RepositoryNotFound, WrongUsage
from app.library.hub_connection import shared_cache
from app.library.hub_reference import HubReference
from app.paths import Paths
from app.services.hub_access import HubAccess, connect, download_folder, make_downloader
from app.storage.request_log import RequestLog
from app.storage.settings import Settings

NAME = "owner/name"


@pytest.fixture(autouse=True)
def _no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: str) -> None:
        raise NoKeyringError

    for name in ("get_password", "set_password", "delete_password"):
        monkeypatch.setattr(keyring, name, refuse)


class Person:
    """Changes the settings meanwhile."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __call__(self) -> Settings:
        return self.settings


def test_the_hub_of_the_settings_comes_before_that_of_the_environment(
    hub: LoopbackHub, folders: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert connect(folders, Settings()).endpoint == "https://huggingface.co"
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.example/")
    assert connect(folders, Settings()).endpoint == "https://hub.example"
    assert connect(folders, Settings(hub_endpoint=f"{hub.endpoint}/")).endpoint == hub.endpoint


@pytest.mark.parametrize("address", ["ftp://hub.example", "hub.example", "https://", "https://name:word@hub.example"])
def test_an_address_that_cannot_be(folders: Paths, address: str) -> None:
    with pytest.raises(WrongUsage):
        connect(folders, Settings(hub_endpoint=address))


def test_the_token_of_the_environment_and_that_of_the_call(
    hub: LoopbackHub, folders: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote = hub.add(NAME, {"a-Q4_K_M.gguf": b"x"}, is_private=True)
    remote.authorized.add("someone")
    settings, reference = Settings(hub_endpoint=hub.endpoint), HubReference(NAME)
    monkeypatch.setenv("HF_TOKEN", hub.issue_token("someone"))
    with pytest.raises(RepositoryNotFound):
        make_downloader(folders, settings).plan(reference, folders.hub_cache)
    token = hub.issue_token("someone")
    assert make_downloader(folders, settings, token).plan(reference, folders.hub_cache).repository == NAME
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    assert make_downloader(folders, settings).plan(reference, folders.hub_cache).repository == NAME
    text = folders.requests.read_text(encoding="utf-8")
    assert token not in text
    assert len(RequestLog(folders.requests).latest(99)) == len(hub.requests.all())


def test_the_folder(folders: Paths) -> None:
    assert download_folder(folders, Settings()) == folders.hub_cache
    assert download_folder(folders, Settings(is_hub_cache_shared=True)) == shared_cache()
    assert isinstance(shared_cache(), Path)


def test_the_window_follows_the_settings(hub: LoopbackHub, folders: Paths) -> None:
    person = Person(Settings(hub_endpoint=hub.endpoint, download_limit_kib=5))
    access = HubAccess(folders, person)
    first = access.downloader()
    assert first._limit.bytes_per_s == 5 * 1024
    assert access.downloader()._connection is first._connection
    person.settings = replace(person.settings, download_limit_kib=7)
    access.follow_settings()
    assert first._limit.bytes_per_s == 7 * 1024
    with LoopbackHub() as other:
        person.settings = replace(person.settings, hub_endpoint=other.endpoint)
        assert access.downloader().hub.search("x") == []
        assert len(other.requests.all()) == 1
    assert hub.requests.all() == []
    assert access.folder() == folders.hub_cache


def test_without_a_keyring(hub: LoopbackHub, folders: Paths) -> None:
    access = HubAccess(folders, Person(Settings(hub_endpoint=hub.endpoint)))
    assert not access.has_token()
    with pytest.raises(KeyringUnavailable):
        access.keep_token("hf_secret")
