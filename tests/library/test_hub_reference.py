"""What a person types for a model on the Hub is understood strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.library.hub_reference import HubReference, is_repository, parse_reference

QWEN = "Qwen/Qwen2.5-1.5B-Instruct-GGUF"


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        (QWEN, HubReference(QWEN)),
        (f" {QWEN}\n", HubReference(QWEN)),
        (f"{QWEN}:Q4_K_M", HubReference(QWEN, variant="Q4_K_M")),
        (f"{QWEN}:my model-Q4_K_M", HubReference(QWEN, variant="my model-Q4_K_M")),
        (f"{QWEN}/a.gguf", HubReference(QWEN, file="a.gguf")),
        (f"{QWEN}/Q4/a b-00001-of-00002.GGUF", HubReference(QWEN, file="Q4/a b-00001-of-00002.GGUF")),
        (f"{QWEN}/llama3:8b.gguf", HubReference(QWEN, file="llama3:8b.gguf")),
        ("a/b", HubReference("a/b")),
    ],
)
def test_references(text: str, reference: HubReference) -> None:
    assert parse_reference(text) == reference


@pytest.mark.parametrize(
    "text",
    [
        "", "starter", "/", "a/", "/b", "a//b", "../b", "a/..", "a/b..c", "a/b--c", "-a/b", "a/b-", ".a/b", "a/b.git",
        "a/b:", "a/b/", "a/b/c", "a/b/c.bin", "a/b/../c.gguf", "a/b//c.gguf", "a/b/./c.gguf", "a/b/c\\d.gguf",
        "a/b:..", "a/b:x:y", "a/b:x\ny", "a b/c", "ä/b", "https://huggingface.co/a/b", "C:\\models\\a.gguf",
        "~/models/a.gguf", "./models/a.gguf", f"a/{'b' * 97}", "a/b/" + "c" * 600 + ".gguf", "a/b@main", "a/b?x=1",
    ],
)  # fmt: skip
def test_everything_else_is_none(text: str) -> None:
    assert parse_reference(text) is None


@given(st.text(alphabet=st.sampled_from("aB0/.-_: \\\n%模"), max_size=24) | st.text(max_size=40))
def test_what_is_understood_is_safe(text: str) -> None:
    found = parse_reference(text)
    if found is None:
        return
    assert is_repository(found.repository)
    assert ".." not in found.repository
    assert found.repository.count("/") == 1
    assert found.variant is None or found.file is None
    for path in (found.variant or "v", found.file or "f"):
        assert not {"", ".", ".."} & set(path.split("/"))
        assert "\\" not in path
    spelled = found.repository
    spelled += f":{found.variant}" if found.variant else f"/{found.file}" if found.file else ""
    assert spelled == text.strip()
    assert parse_reference(spelled) == found
