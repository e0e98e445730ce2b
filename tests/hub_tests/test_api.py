"""Search, information and listings, asked by the real client."""

from __future__ import annotations

import hashlib

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import RepositoryNotFoundError, RevisionNotFoundError
from huggingface_hub.hf_api import RepoFile, RepoFolder
from tests.hub.exchange import Place
from tests.hub.loopback import LoopbackHub
from tests.hub.repository import About

WEIGHTS = b"GGUF weights"
GGUF = {"total": 1_543_714_304, "architecture": "qwen2", "context_length": 32768}


def test_information_tells_what_the_hub_tells(hub: LoopbackHub, api: HfApi) -> None:
    about = About("mit", downloads=7, likes=3, gguf=GGUF)
    repository = hub.add("owner/name", {"a.gguf": WEIGHTS, "README.md": b"# Hello"}, gated="manual", about=about)
    told = api.model_info("owner/name", files_metadata=True)
    assert (told.id, told.sha, told.private, told.gated) == ("owner/name", repository.head.id, False, "manual")
    assert (told.downloads, told.likes, told.pipeline_tag, told.gguf) == (7, 3, "text-generation", GGUF)
    assert told.card_data is not None
    assert told.card_data.license == "mit"
    assert told.tags is not None
    assert {"gguf", "license:mit"} <= set(told.tags)
    assert told.created_at is not None
    assert told.last_modified == repository.head.date
    assert told.siblings is not None
    readme, weights = told.siblings
    assert (readme.rfilename, readme.size, readme.lfs) == ("README.md", 7, None)
    assert readme.blob_id == hashlib.sha1(b"blob 7\0# Hello", usedforsecurity=False).hexdigest()
    assert weights.lfs is not None
    assert (weights.size, weights.lfs.size) == (len(WEIGHTS), len(WEIGHTS))
    assert weights.lfs.sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    assert weights.lfs.pointer_size == len(repository.head.files["a.gguf"].pointer)


def test_information_of_an_older_commit(hub: LoopbackHub, api: HfApi) -> None:
    repository = hub.add("owner/name", {"a.gguf": b"old"})
    first = repository.head.id
    repository.tag("v1")
    repository.commit({"b.gguf": b"new", "a.gguf": None})
    assert api.model_info("owner/name", revision="v1").sha == first
    assert api.model_info("owner/name", revision=first).sha == first
    newest = api.model_info("owner/name")
    assert newest.sha == repository.head.id != first
    assert [sibling.rfilename for sibling in newest.siblings or ()] == ["b.gguf"]


def test_a_search_gives_what_fits(hub: LoopbackHub, api: HfApi) -> None:
    hub.add("qwen/Qwen2-GGUF", {"a.gguf": b"1"}, about=About(downloads=5, gguf=GGUF))
    hub.add("qwen/Qwen2", {"a.safetensors": b"2"}, about=About(tags=("safetensors",), downloads=9))
    hub.add("other/Qwen2-small-GGUF", {"a.gguf": b"3"}, about=About(downloads=8))
    hub.add("secret/Qwen2-GGUF", {"a.gguf": b"4"}, is_private=True)
    found = list(api.list_models(search="qwen2", filter="gguf", sort="downloads", expand=["gguf", "gated", "likes"]))
    assert [each.id for each in found] == ["other/Qwen2-small-GGUF", "qwen/Qwen2-GGUF"]
    assert (found[1].gguf, found[1].gated, found[1].downloads) == (GGUF, False, None)
    assert [each.id for each in api.list_models(author="other")] == ["other/Qwen2-small-GGUF"]
    assert not list(api.list_models(search="nothing like it"))
    (full,) = api.list_models(search="small", full=True)
    assert (full.author, full.gated, full.sha is not None) == ("other", False, True)
    assert [sibling.rfilename for sibling in full.siblings or ()] == ["a.gguf"]


def test_a_search_comes_in_pages(hub: LoopbackHub, api: HfApi) -> None:
    for number in range(7):
        hub.add(f"owner/name-{number}", {"a.gguf": b"1"})
    hub.page_size = 3
    found = [each.id for each in api.list_models(search="NAME", filter=["gguf", "license:apache-2.0"])]
    assert found == [f"owner/name-{number}" for number in range(7)]
    asked = hub.requests.of(Place.API)
    assert [request.query.get("cursor") for request in asked] == [None, ["3"], ["6"]]
    assert all(request.query["filter"] == ["gguf", "license:apache-2.0"] for request in asked)
    assert len(list(api.list_models(limit=2))) == 2
    assert len(hub.requests.of(Place.API)) == 4


def test_a_tree_comes_in_pages(hub: LoopbackHub, api: HfApi) -> None:
    parts = {f"q4/part-{number}.gguf": b"%d" % number for number in range(4)}
    hub.add("owner/name", {**parts, "q8/deep/one.gguf": b"8", "README.md": b"#"})
    hub.page_size = 2
    every = list(api.list_repo_tree("owner/name", recursive=True))
    assert {each.path for each in every if isinstance(each, RepoFile)} == {*parts, "q8/deep/one.gguf", "README.md"}
    assert {each.path for each in every if isinstance(each, RepoFolder)} == {"q4", "q8", "q8/deep"}
    assert len(hub.requests.of(Place.API)) == 5
    assert sorted(each.path for each in api.list_repo_tree("owner/name")) == ["README.md", "q4", "q8"]
    (one, *_) = api.list_repo_tree("owner/name", "q4", expand=True)
    assert isinstance(one, RepoFile)
    assert one.lfs is not None
    assert (one.path, one.lfs.sha256) == ("q4/part-0.gguf", hashlib.sha256(b"0").hexdigest())
    assert one.last_commit is not None


def test_paths_are_looked_up(hub: LoopbackHub, api: HfApi) -> None:
    hub.add("owner/name", {"a.gguf": WEIGHTS, "b.gguf": b"b"})
    (found,) = api.get_paths_info("owner/name", ["a.gguf", "none.gguf"])
    assert isinstance(found, RepoFile)
    assert found.size == len(WEIGHTS)


def test_what_is_not_there_is_refused(hub: LoopbackHub, api: HfApi) -> None:
    hub.add("owner/name", {"a.gguf": WEIGHTS})
    with pytest.raises(RepositoryNotFoundError) as problem:
        api.model_info("owner/none")
    assert problem.value.response.status_code == 401
    with pytest.raises(RepositoryNotFoundError) as problem:
        api.model_info("owner/none", token=hub.issue_token("ada"))
    assert problem.value.response.status_code == 404
    with pytest.raises(RevisionNotFoundError):
        api.model_info("owner/name", revision="v9")
    with pytest.raises(RevisionNotFoundError):
        list(api.list_repo_tree("owner/name", revision="refs/pr/9"))
