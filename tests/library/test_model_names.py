"""Names of models from repositories: short where they can be, the file's own where they cannot."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from app.library.model_names import quantization_label, repository_model_name, unique_name


@pytest.mark.parametrize(
    ("repository", "file", "name"),
    [
        ("Qwen/Qwen3-0.6B-GGUF", "Qwen3-0.6B-Q8_0.gguf", "Qwen/Qwen3-0.6B-GGUF:Q8_0"),
        ("Qwen/Qwen2.5-1.5B-GGUF", "qwen2.5-1.5b-q4_k_m.gguf", "Qwen/Qwen2.5-1.5B-GGUF:Q4_K_M"),
        ("TheBloke/phi-2-GGUF", "phi-2.Q4_K_M.gguf", "TheBloke/phi-2-GGUF:Q4_K_M"),
        ("unsloth/Qwen3-8B-GGUF", "UD-Q4_K_XL/Qwen3-8B-UD-Q4_K_XL.gguf", "unsloth/Qwen3-8B-GGUF:UD-Q4_K_XL"),
        ("a/b", "b-FP16.gguf", "a/b:F16"),
        ("a/b-GGUF", "other-Q4_0.gguf", "a/b-GGUF/other-Q4_0.gguf"),
        ("a/b-GGUF", "b-Q4_0-special.gguf", "a/b-GGUF/b-Q4_0-special.gguf"),
        ("a/b-GGUF", "b.gguf", "a/b-GGUF/b.gguf"),
    ],
)  # fmt: skip
def test_the_name_of_a_file(repository: str, file: str, name: str) -> None:
    path = PurePosixPath(file)
    assert repository_model_name(repository, path, path.stem) == name


def test_a_quantization_counts_at_the_end_only() -> None:
    assert quantization_label("a-Q4_K_M") == "Q4_K_M"
    assert quantization_label("a-Q4_K_M-tuned") == quantization_label("a") == ""


def test_taken_names_get_their_source_and_then_a_number() -> None:
    assert unique_name("a", "jan", {"b"}) == "a"
    assert unique_name("a", "jan", {"a"}) == "a@jan"
    assert unique_name("a", "jan", {"a", "a@jan", "a@jan-2"}) == "a@jan-3"
