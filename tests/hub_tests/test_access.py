"""Gated, private and disabled repositories, and the tokens that open them."""

from __future__ import annotations

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import DisabledRepoError, GatedRepoError, HfHubHTTPError, RepositoryNotFoundError
from tests.hub.loopback import LoopbackHub
from tests.hub_tests.client import Client

FILES = {"a.gguf": b"weights", "README.md": b"# Ask first"}


def test_a_gate_wants_a_token_first(hub: LoopbackHub, api: HfApi, client: Client) -> None:
    hub.add("owner/name", FILES, gated="manual")
    assert api.model_info("owner/name").gated == "manual"
    assert client.download("owner/name", "README.md").read_bytes() == FILES["README.md"]
    with pytest.raises(GatedRepoError, match="Please log in") as problem:
        client.download("owner/name", "a.gguf")
    assert problem.value.response.status_code == 401


def test_a_gate_says_what_is_missing(hub: LoopbackHub, client: Client) -> None:
    repository = hub.add("owner/name", FILES, gated="manual")
    token = hub.issue_token("ada")
    with pytest.raises(GatedRepoError, match=f"Visit {hub.endpoint}/owner/name to ask for access") as problem:
        client.download("owner/name", "a.gguf", token=token)
    assert problem.value.response.status_code == 403
    repository.awaiting.add("ada")
    with pytest.raises(GatedRepoError, match="awaiting a review from the repo authors"):
        client.download("owner/name", "a.gguf", token=token)
    repository.awaiting.remove("ada")
    repository.rejected.add("ada")
    with pytest.raises(GatedRepoError, match="has been rejected"):
        client.download("owner/name", "a.gguf", token=token)


def test_a_gate_opens_and_the_token_stays_with_the_hub(hub: LoopbackHub, client: Client) -> None:
    repository = hub.add("owner/name", FILES, gated="auto")
    repository.authorized.add("ada")
    token = hub.issue_token("ada")
    assert client.download("owner/name", "a.gguf", token=token).read_bytes() == FILES["a.gguf"]
    assert hub.requests.to("127.0.0.1")
    assert all(request.headers["authorization"] == f"Bearer {token}" for request in hub.requests.to("127.0.0.1"))
    assert [request.has_token for request in hub.requests.to("localhost")] == [False]


def test_a_private_repository_is_there_for_some(hub: LoopbackHub, api: HfApi) -> None:
    hub.add("owner/name", FILES, is_private=True).authorized.add("ada")
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("owner/name")
    with pytest.raises(RepositoryNotFoundError):
        api.model_info("owner/name", token=hub.issue_token("eve"))
    token = hub.issue_token("ada")
    assert api.model_info("owner/name", token=token).private
    assert [each.id for each in api.list_models(token=token)] == ["owner/name"]
    assert not list(api.list_models())


def test_a_disabled_repository(hub: LoopbackHub, api: HfApi) -> None:
    hub.add("owner/name", FILES).is_disabled = True
    with pytest.raises(DisabledRepoError):
        api.model_info("owner/name")


def test_a_token_says_who_asks_until_it_is_revoked(hub: LoopbackHub, api: HfApi) -> None:
    hub.add("owner/name", FILES)
    token = hub.issue_token("ada")
    assert api.whoami(token=token)["name"] == "ada"
    hub.revoke(token)
    with pytest.raises(HfHubHTTPError, match="Invalid user token"):
        api.whoami(token=token)
    with pytest.raises(HfHubHTTPError, match="Invalid credentials") as problem:
        api.model_info("owner/name", token=token)
    assert problem.value.response.status_code == 401
