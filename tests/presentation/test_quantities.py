"""Sizes and counts are said as people read them."""

from __future__ import annotations

import pytest

from app.presentation.quantities import bytes_text, count_text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (2_889_472, "2.9 MB"), (150_000, "150 kB"), (4_700_000_000, "4.7 GB")],
)
def test_bytes(size: int, text: str) -> None:
    assert bytes_text(size) == text


@pytest.mark.parametrize(("count", "text"), [(0, ""), (950, "950"), (4_200_000, "4.2M"), (7_620_000_000, "7.6B")])
def test_counts(count: int, text: str) -> None:
    assert count_text(count) == text
