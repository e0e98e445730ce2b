"""Each way in which the Hub refuses is an error of its own, with what a person has to do."""

from __future__ import annotations

import time
from email.utils import formatdate

import httpx2
import pytest
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import hf_raise_for_status  # type: ignore[attr-defined]  # exported, by a lazy list
from tests.hub.loopback import LoopbackHub

from app.domain.errors import (
    AccessDenied,
    AccessPending,
    AppError,
    HubBusy,
    HubFailed,
    HubFileMissing,
    LicenceNotAccepted,
    LoginNeeded,
    ProxyFailed,
    RepositoryNotFound,
    TokenRefused,
)
from app.library.hub import Hub
from app.library.hub_connection import HubConnection
from app.library.hub_files import HubFiles
from app.library.hub_refusals import LONGEST_REASON, refusal, retry_after

NAME = "owner/name"
ENDPOINT = "https://hub.example"
PAGE, TOKENS = f"{ENDPOINT}/{NAME}", f"{ENDPOINT}/settings/tokens"


def refused(status: int, headers: dict[str, str] | None = None) -> AppError:
    """Returns what an answer means."""
    request = httpx2.Request("GET", f"{ENDPOINT}/{NAME}/resolve/main/a.gguf")
    with pytest.raises(HfHubHTTPError) as caught:
        hf_raise_for_status(httpx2.Response(status, headers=headers, request=request))
    return refusal(caught.value, NAME, ENDPOINT)


def said(code: str, message: str) -> dict[str, str]:
    return {"X-Error-Code": code, "X-Error-Message": message}


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (401, {}, RepositoryNotFound(repository=NAME, host="hub.example")),
        (401, said("GatedRepo", "Please log in."), LoginNeeded(repository=NAME, page=TOKENS)),
        (403, said("GatedRepo", "You are not in the authorized list."), LicenceNotAccepted(repository=NAME, page=PAGE)),
        (403, said("GatedRepo", "Your request is awaiting a review."), AccessPending(repository=NAME, page=PAGE)),
        (
            403,
            said("GatedRepo", "It has been rejected."),
            AccessDenied(repository=NAME, reason="It has been rejected."),
        ),
        (401, said("", "Invalid credentials in Authorization header"), TokenRefused(host="hub.example", page=TOKENS)),
        (403, said("", "It is\n disabled."), AccessDenied(repository=NAME, reason="It is disabled.")),
        (403, {}, AccessDenied(repository=NAME, reason=403)),
        (401, said("RepoNotFound", "Invalid username."), RepositoryNotFound(repository=NAME, host="hub.example")),
        (404, said("RepoNotFound", ""), RepositoryNotFound(repository=NAME, host="hub.example")),
        (404, {}, RepositoryNotFound(repository=NAME, host="hub.example")),
        (404, said("EntryNotFound", ""), HubFileMissing(repository=NAME, path="a.gguf")),
        (404, said("RevisionNotFound", ""), HubFileMissing(repository=NAME, path="a.gguf")),
        (407, {}, ProxyFailed(host="hub.example", reason=407)),
        (429, {}, HubBusy(host="hub.example", seconds=60)),
        (429, {"Retry-After": "7"}, HubBusy(host="hub.example", seconds=7)),
        (429, {"Retry-After": "0"}, HubBusy(host="hub.example", seconds=0)),
        (429, {"RateLimit": '"api";r=0;t=55'}, HubBusy(host="hub.example", seconds=55)),
        (503, {"Retry-After": "7"}, HubBusy(host="hub.example", seconds=7)),
        (503, {}, HubFailed(host="hub.example", status=503)),
        (500, {}, HubFailed(host="hub.example", status=500)),
        (418, {}, HubFailed(host="hub.example", status=418)),
    ],
)
def test_what_an_answer_means(status: int, headers: dict[str, str], expected: AppError) -> None:
    error = refused(status, headers)
    assert (type(error), error.values) == (type(expected), expected.values)


def test_words_without_end_are_cut() -> None:
    assert len(refused(403, said("", "no " * 1000)).values["reason"]) == LONGEST_REASON


@pytest.mark.parametrize("value", ["", "soon", "-5", "Wed, 99 Foo 2026 00:00:00 GMT", "9" * 5000 + "x"])
def test_a_wait_that_is_none(value: str) -> None:
    assert retry_after({"Retry-After": value}) is None


def test_a_wait_until_a_date() -> None:
    assert retry_after({"Retry-After": formatdate(time.time() + 30, usegmt=True)}) in (29, 30)
    assert retry_after({"Retry-After": formatdate(0, usegmt=True)}) == 0
    assert retry_after({"Retry-After": "9" * 5000}) == 999_999_999


@pytest.mark.parametrize(
    ("group", "kind"),
    [("authorized", None), ("awaiting", AccessPending), ("rejected", AccessDenied), ("", LicenceNotAccepted)],
)
def test_a_gated_repository_as_the_hub_words_it(hub: LoopbackHub, group: str, kind: type[AppError] | None) -> None:
    repository = hub.add(NAME, {"a.gguf": b"weights"}, gated="manual")
    if group:
        getattr(repository, group).add("someone")
    connection = HubConnection(hub.endpoint, hub.issue_token("someone"))
    with HubFiles(connection) as files:
        if kind is None:
            assert files.resolve(NAME, "main", "a.gguf").sha256 == repository.sha256["a.gguf"]
            return
        with pytest.raises(kind), connection.translated(NAME):
            files.resolve(NAME, "main", "a.gguf")


def test_a_private_repository_looks_as_if_it_were_not_there(hub: LoopbackHub) -> None:
    hub.add(NAME, {"a.gguf": b"weights"}, is_private=True)
    with pytest.raises(RepositoryNotFound):
        Hub(HubConnection(hub.endpoint)).repository(NAME)
    token = hub.issue_token("someone")
    with pytest.raises(RepositoryNotFound):
        Hub(HubConnection(hub.endpoint, token)).repository(NAME)
    hub.revoke(token)
    with pytest.raises(TokenRefused):
        Hub(HubConnection(hub.endpoint, token)).repository(NAME)
