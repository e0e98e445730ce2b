"""The access token of a Hub: in the system's keyring or the environment, never in a file of ours, a log or an error."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from app.domain.errors import KeyringUnavailable

SERVICE: Final = "skald"
DEFAULT_ENDPOINT: Final = "https://huggingface.co"


def environment_endpoint() -> str:
    """Returns the Hub that ``HF_ENDPOINT`` names, else the public one."""
    return (os.environ.get("HF_ENDPOINT") or DEFAULT_ENDPOINT).rstrip("/")


def find_token(endpoint: str) -> str | None:
    """Returns the token for ``endpoint``, None without one. One in ``HF_TOKEN`` belongs to `environment_endpoint`."""
    given = os.environ.get("HF_TOKEN", "").strip()
    if given and endpoint == environment_endpoint():
        return given
    try:
        with _keyring_errors():
            import keyring  # late: its back ends are looked for when it is imported

            return keyring.get_password(SERVICE, endpoint)
    except KeyringUnavailable:
        return None


def keep_token(endpoint: str, token: str) -> None:
    """Keeps a token for ``endpoint``; an empty one forgets it. Raises KeyringUnavailable."""
    with _keyring_errors():
        import keyring
        from keyring.errors import PasswordDeleteError

        if token:
            keyring.set_password(SERVICE, endpoint, token)
            return
        try:
            keyring.delete_password(SERVICE, endpoint)
        except PasswordDeleteError:
            return


@contextmanager
def _keyring_errors() -> Iterator[None]:
    from keyring.errors import KeyringError

    try:
        yield
    except (KeyringError, OSError, RuntimeError) as error:
        raise KeyringUnavailable(reason=type(error).__name__) from error
