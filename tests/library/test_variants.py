"""The variants of a repository: every whole and verifiable model once, under a name of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.hub import Variant
from app.library.variants import ListedFile, choose_variant, find_variants

HASH = "A" * 64


def listed(*paths: str) -> list[ListedFile]:
    """The files of a repository, each a byte larger than the one before."""
    return [ListedFile(path, 1000 + number, HASH) for number, path in enumerate(paths)]


def names(variants: tuple[Variant, ...]) -> list[str]:
    return [variant.name for variant in variants]


def recommended(*paths: str) -> str:
    (found,) = [variant.name for variant in find_variants(listed(*paths)) if variant.is_recommended]
    return found


def test_a_common_repository() -> None:
    found = find_variants(listed("README.md", "M-Q2_K.gguf", "M-Q4_K_M.gguf", "M-q8_0.gguf", "m.bin", "M.imatrix"))
    assert names(found) == ["Q2_K", "Q4_K_M", "Q8_0"]
    assert [variant.is_recommended for variant in found] == [False, True, False]
    assert found[1].files[0].path == "M-Q4_K_M.gguf"
    assert found[1].files[0].sha256 == "a" * 64


def test_parts_are_one_variant() -> None:
    paths = [f"Q4_K_M/big-0000{number}-of-00003.gguf" for number in (3, 1, 2)]
    (found,) = find_variants(listed(*paths))
    assert found.name == "Q4_K_M"
    assert [file.path[-15] for file in found.files] == ["1", "2", "3"]
    assert found.model_bytes == 3003


@pytest.mark.parametrize(
    "file",
    [
        ListedFile("M-00002-of-00002.gguf", 5, None),
        ListedFile("M-00002-of-00003.gguf", 5, HASH),
        ListedFile("M-00001-of-00002.gguf", 5, HASH),
    ],
)
def test_an_incomplete_model_is_left_out(file: ListedFile) -> None:
    assert find_variants([*listed("M-00001-of-00002.gguf"), file]) == ()


def test_what_cannot_be_verified_is_left_out() -> None:
    files = [ListedFile("M-Q4_K_M.gguf", 5, None), ListedFile("M-Q5_K_M.gguf", 5, "d0"), *listed("M-Q8_0.gguf")]
    assert names(find_variants(files)) == ["Q8_0"]


@pytest.mark.parametrize(
    "path",
    [
        "imatrix_unsloth.gguf", "M.imatrix.gguf", "M-Q8_0.imatrix.gguf", "M-f16-imatrix.gguf", "LoRA-M-8B-F16.gguf",
        "M-adapter.gguf", "ggml-vocab-llama.gguf", "M.gguf.part1of2", "gguf", "mmproj-M-f16.gguf",
        "x/M.F16-mmproj.gguf",
    ],
)  # fmt: skip
def test_no_language_models(path: str) -> None:
    assert names(find_variants(listed("M-Q4_K_M.gguf", path))) == ["Q4_K_M"]


@pytest.mark.parametrize("path", ["M-Q4_K_M-imatrix.gguf", "M-Q4_K_M_imat.gguf", "M-lora-merged-Q4_K_M.gguf"])
def test_language_models_that_look_like_something_else(path: str) -> None:
    assert names(find_variants(listed(path))) == ["Q4_K_M"]


@pytest.mark.parametrize(
    ("projectors", "best"),
    [
        (("mmproj-F32.gguf", "mmproj-BF16.gguf", "mmproj-F16.gguf"), "mmproj-F16.gguf"),
        (("mmproj-Q8_0.gguf", "mmproj-BF16.gguf"), "mmproj-BF16.gguf"),
        (("mmproj-F32.gguf", "mmproj-model-q8_0.gguf"), "mmproj-model-q8_0.gguf"),
        (("mmproj-b.gguf", "mmproj-F32.gguf"), "mmproj-b.gguf"),
    ],
)
def test_each_variant_has_the_best_projector(projectors: tuple[str, ...], best: str) -> None:
    found = find_variants(listed(*projectors, "M-Q4_K_M.gguf", "M-Q8_0.gguf"))
    assert [variant.projector and variant.projector.path for variant in found] == [best, best]
    assert found[0].bytes > found[0].model_bytes


def test_two_models_have_names_and_projectors_of_their_own() -> None:
    paths = ["a-Q4_K_M.gguf", "a-Q8_0.gguf", "b-Q4_K_M.gguf", "b-Q8_0.gguf", "mmproj-a-f16.gguf"]
    found = find_variants(listed(*paths))
    assert names(found) == ["a-Q4_K_M", "a-Q8_0", "b-Q4_K_M", "b-Q8_0"]
    assert [variant.projector is not None for variant in found] == [True, True, False, False]
    assert [variant.name for variant in found if variant.is_recommended] == ["a-Q4_K_M"]


def test_the_main_model_keeps_the_short_names() -> None:
    assert names(find_variants(listed("a-Q4_K_M.gguf", "a-Q8_0.gguf", "tiny-Q4_K_M.gguf"))) == [
        "Q4_K_M", "Q8_0", "tiny-Q4_K_M",
    ]  # fmt: skip


def test_equal_names_in_two_folders() -> None:
    assert names(find_variants(listed("x/M-Q4_K_M.gguf", "y/M-Q4_K_M.gguf"))) == ["x/M-Q4_K_M.gguf", "y/M-Q4_K_M.gguf"]


def test_the_stem_where_no_quantization_is_told() -> None:
    assert names(find_variants(listed("ggml-model.gguf"))) == ["ggml-model"]


@pytest.mark.parametrize(
    ("paths", "best"),
    [
        (("M-Q4_K_S.gguf", "M-Q4_0.gguf"), "Q4_K_S"),
        (("M-UD-Q4_K_XL.gguf", "M-IQ4_XS.gguf"), "IQ4_XS"),
        (("M-Q4_0.gguf", "M-UD-Q4_K_XL.gguf"), "UD-Q4_K_XL"),
        (("M-Q8_0.gguf", "M-f16.gguf"), "Q8_0"),
        (("M-Q2_K.gguf", "M-Q5_K_M.gguf"), "Q5_K_M"),
        (("model.gguf",), "model"),
    ],
)
def test_the_recommended_one(paths: tuple[str, ...], best: str) -> None:
    assert recommended(*paths) == best


def test_how_a_person_asks_for_one() -> None:
    found = find_variants(listed("a-Q4_K_M.gguf", "b-Q8_0.gguf", "c-Q8_0.gguf"))
    for wanted, name in (("a-q4_k_m", "a-Q4_K_M"), ("Q4_K_M", "a-Q4_K_M"), ("Q8_0", None), ("Q5_0", None), ("", None)):
        chosen = choose_variant(found, wanted)
        assert (chosen.name if chosen else None) == name


PIECES = st.sampled_from(
    ["M", "n", "mmproj", "imatrix", "lora", "vocab", "Q4_K_M", "q8_0", "UD-Q4_K_XL", "f16", "00001-of-00002",
     "00002-of-00002", "00001-of-99999", "00000-of-00000", "gguf", ":", "模型", ""]
)  # fmt: skip
PATHS = st.lists(
    st.tuples(st.lists(PIECES, max_size=4).map("-".join), st.sampled_from(["", "Q4_K_M/", "x/y/"])),
    max_size=12,
).map(lambda made: list(dict.fromkeys(folder + name + ".gguf" for name, folder in made)))


@given(PATHS | st.lists(st.text(max_size=30).map(lambda text: text + ".gguf"), max_size=5, unique=True))
def test_whatever_a_repository_lists(paths: list[str]) -> None:
    found = find_variants(listed(*paths))
    assert len(set(names(found))) == len(found)
    assert all(names(found))
    assert [variant.model_bytes for variant in found] == sorted(variant.model_bytes for variant in found)
    assert sum(variant.is_recommended for variant in found) == (1 if found else 0)
    used = [file.path for variant in found for file in variant.files]
    assert len(set(used)) == len(used)
    assert set(used) <= set(paths)
    assert find_variants(listed(*paths)) == found
    for variant in found:
        assert choose_variant(found, variant.name) == variant
