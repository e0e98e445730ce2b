"""The forecast of memory beside what an engine process takes at its peak: within a tenth on models of other shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.memory_forecast import GOAL, SUBJECTS, Subject, compare

from app.services.machine import MachineProbe


@pytest.mark.parametrize("subject", SUBJECTS[:3], ids=lambda subject: subject.name)
def test_within_a_tenth(subject: Subject, tmp_path: Path) -> None:
    machine = MachineProbe(bandwidth=lambda: 0.0).look()
    result = compare(subject, tmp_path, machine)
    assert max(map(abs, result.errors)) <= GOAL, result
