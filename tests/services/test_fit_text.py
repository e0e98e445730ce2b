"""The forecast as a person reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import i18n
from app.domain.fit import Fit, FitKind, MemoryForecast, Speed
from app.services.fit_text import fit_text, pace_text

FIT = Fit(FitKind.CPU, MemoryForecast(1_200_000_000, 150_000_000, 50_000_000, 1), 8192, 28, 0, 0, 26.0, Speed.FAST)


def test_on_the_cpu() -> None:
    assert fit_text(FIT) == "Runs on the CPU, about 20 words a second · 1.4 GB of memory"
    assert fit_text(replace(FIT, tokens_per_s=None)) == "Runs on the CPU · 1.4 GB of memory"
    assert fit_text(replace(FIT, is_estimated=True)).endswith(" · about 1.4 GB of memory")


def test_with_a_gpu() -> None:
    assert fit_text(replace(FIT, kind=FitKind.GPU, tokens_per_s=None)) == "Runs on the GPU · 1.4 GB of memory"
    partly = replace(FIT, kind=FitKind.PARTLY, gpu_layers=14)
    assert fit_text(partly) == "Runs partly on the GPU (50 %), about 20 words a second · 1.4 GB of memory"


def test_too_big() -> None:
    fit = replace(FIT, kind=FitKind.TOO_BIG, missing_bytes=2_300_000_000)
    assert fit_text(fit) == "Too big for this computer now: 2.3 GB of memory are missing"


def test_in_chinese() -> None:
    i18n.use_language("zh_CN")
    assert fit_text(FIT) == "在 CPU 上运行，每秒约 40 字 · 占用 1.4 GB 内存"
    assert fit_text(replace(FIT, kind=FitKind.PARTLY, gpu_layers=14)).startswith("部分在 GPU 上运行（50%）")


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (0.5, "less than a word a second"),
        (1.4, "about 1 word a second"),
        (8, "about 6 words a second"),
        (100, "about 80 words a second"),
        (6000, "more than 100 words a second"),
    ],
)
def test_paces(tokens: float, text: str) -> None:
    assert pace_text(tokens) == text
