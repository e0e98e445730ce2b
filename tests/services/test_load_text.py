"""What is told of a load that went otherwise than it was wanted."""

from __future__ import annotations

import pytest

from app import i18n
from app.domain.language_model import LoadRequest, ModelInfo
from app.domain.load_memory import Reduced, Reduction
from app.domain.load_options import AUTOMATIC, LoadOptions, RopeScaling
from app.services.load_text import load_notice


def info(*reduced: Reduction, n_ctx: int = 4096, trained: int = 8192, options: LoadOptions = AUTOMATIC) -> ModelInfo:
    request = LoadRequest("/m", "m", options=options)
    return ModelInfo(
        "m", "/m", "llama", 1, n_ctx, trained, 1, 0.1, 1, True, layers=33, reduced=reduced, request=request
    )


@pytest.mark.parametrize(
    ("reduced", "told"),
    [
        ((), ""),
        (
            (Reduction(Reduced.LAYERS, 33, 16),),
            "Memory is short, so the model was loaded with 16 of 33 layers on the GPU.",
        ),
        (
            (Reduction(Reduced.LAYERS, 33, 0), Reduction(Reduced.CONTEXT, 8192, 4096)),
            "Memory is short, so the model was loaded with no layers on the GPU, "
            "a context window of 4,096 instead of 8,192 tokens.",
        ),
        ((Reduction(Reduced.DEVICE, 0, 0),), "The device chosen for this model is not there; another one is used."),
    ],
)
def test_one_sentence(reduced: tuple[Reduction, ...], told: str) -> None:
    assert load_notice(info(*reduced)) == told


def test_every_reduction_has_words_in_every_language() -> None:
    every = info(*(Reduction(what, 512, 64) for what in Reduced))
    assert load_notice(every).count(".") == 2
    i18n.use_language("zh_CN")
    try:
        assert "内存不足" in load_notice(every)
    finally:
        i18n.use_language("en")


def test_a_context_beyond_training_is_told_unless_it_is_scaled() -> None:
    assert "8,192" in load_notice(info(n_ctx=16_384))
    assert load_notice(info(n_ctx=16_384, options=LoadOptions(rope=RopeScaling("yarn")))) == ""
    assert load_notice(info(n_ctx=256, trained=250)) == ""
    assert load_notice(info(n_ctx=256, trained=0)) == ""
