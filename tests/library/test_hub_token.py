"""The token is in the keyring or the environment, belongs to one Hub, and is never on disk."""

from __future__ import annotations

from collections.abc import Iterator

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import InitError, KeyringError, PasswordDeleteError

from app import paths
from app.domain.errors import KeyringUnavailable
from app.library.hub_token import DEFAULT_ENDPOINT, environment_endpoint, find_token, keep_token

TOKEN = "hf_secretsecretsecret"
OTHER = "https://hub.example"


class FakeKeyring(KeyringBackend):
    """Keeps in memory; fails with ``problem``."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # keyring has it so
        self.kept: dict[tuple[str, str], str] = {}
        self.problem: Exception | None = None

    def _check(self) -> None:
        if self.problem is not None:
            raise self.problem

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not found")
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[FakeKeyring]:
    before = keyring.get_keyring()
    made = FakeKeyring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def test_kept_found_and_forgotten(ring: FakeKeyring) -> None:
    assert find_token(DEFAULT_ENDPOINT) is None
    keep_token(DEFAULT_ENDPOINT, TOKEN)
    assert find_token(DEFAULT_ENDPOINT) == TOKEN
    assert find_token(OTHER) is None
    assert ring.kept == {("skald", DEFAULT_ENDPOINT): TOKEN}
    keep_token(DEFAULT_ENDPOINT, "")
    keep_token(DEFAULT_ENDPOINT, "")
    assert find_token(DEFAULT_ENDPOINT) is None


def test_one_of_the_environment_belongs_to_its_hub(ring: FakeKeyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", f" {TOKEN}\n")
    assert (find_token(DEFAULT_ENDPOINT), find_token(OTHER)) == (TOKEN, None)
    monkeypatch.setenv("HF_ENDPOINT", f"{OTHER}/")
    assert environment_endpoint() == OTHER
    assert (find_token(DEFAULT_ENDPOINT), find_token(OTHER)) == (None, TOKEN)
    ring.kept["skald", OTHER] = "hf_kept"
    assert find_token(OTHER) == TOKEN, "the environment comes first"


def test_a_token_is_never_on_disk(ring: FakeKeyring, folders: paths.Paths) -> None:
    keep_token(DEFAULT_ENDPOINT, TOKEN)
    assert ring.kept
    assert not [path for path in folders.settings.parent.rglob("*") if path.is_file()]


@pytest.mark.parametrize("problem", [KeyringError("locked"), InitError("none"), OSError("bus"), RuntimeError("none")])
def test_a_keyring_that_refuses(ring: FakeKeyring, problem: Exception) -> None:
    ring.problem = problem
    assert find_token(DEFAULT_ENDPOINT) is None
    for token in (TOKEN, ""):
        with pytest.raises(KeyringUnavailable) as caught:
            keep_token(DEFAULT_ENDPOINT, token)
        assert caught.value.values == {"reason": type(problem).__name__}
        assert TOKEN not in repr(caught.value)
