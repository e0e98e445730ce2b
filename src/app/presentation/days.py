"""Groups conversations by day, as a person would say it."""

from __future__ import annotations

from datetime import datetime, timedelta

from app import i18n


def day_of(moment: datetime, now: datetime) -> str:
    """Returns the heading for ``moment`` as seen at ``now`` (both aware): Today, Yesterday, … or its month."""
    local, today = moment.astimezone(), now.astimezone().date()
    age = today - local.date()
    if age <= timedelta(0):
        return i18n.text("day.today")
    if age == timedelta(1):
        return i18n.text("day.yesterday")
    if age <= timedelta(7):
        return i18n.text("day.week")
    if age <= timedelta(30):
        return i18n.text("day.month")
    return i18n.text("day.year_month", year=local.year, month=f"{local.month:02d}")
