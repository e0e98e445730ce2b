"""A conversation stands below the heading that a person expects."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.presentation.days import day_of

NOON = datetime(2026, 11, 23, 12, 0).astimezone()


@pytest.mark.parametrize(
    ("age", "heading"),
    [
        (timedelta(0), "Today"),
        (timedelta(hours=11), "Today"),
        (timedelta(hours=13), "Yesterday"),
        (timedelta(days=2), "Previous 7 days"),
        (timedelta(days=7), "Previous 7 days"),
        (timedelta(days=8), "Previous 30 days"),
        (timedelta(days=31), "2026-10"),
        (timedelta(days=-1), "Today"),
    ],
)
def test_heading(age: timedelta, heading: str) -> None:
    assert day_of(NOON - age, NOON) == heading
