"""One desktop for all acceptance tests, a fresh program for each, and a picture of the screen of each that fails."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from tests.acceptance import endless_model
from tests.acceptance.accessibility import AccessibilityBus
from tests.acceptance.desktop import Desktop
from tests.acceptance.program import PICTURES, Program

_outcome = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def desktop() -> Iterator[Desktop]:
    """The screen and the buses; in a short path, because that of a socket may have 107 bytes only."""
    with tempfile.TemporaryDirectory(prefix="skald-") as folder, Desktop(Path(folder)) as started:
        yield started


@pytest.fixture(scope="session")
def bus(desktop: Desktop) -> Iterator[AccessibilityBus]:
    """The connection that sees all programs of the desktop."""
    with AccessibilityBus(desktop.session_bus) as connected:
        yield connected


@pytest.fixture(scope="session")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file whose replies never end by themselves."""
    return endless_model.write(tmp_path_factory.mktemp("models") / f"{endless_model.NAME}.gguf")


@pytest.fixture
def program(
    desktop: Desktop, bus: AccessibilityBus, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Program]:
    """The program, not started yet; a log that tells of something broken fails the test."""
    made = Program(desktop, bus, tmp_path / "skald")
    yield made
    has_passed = request.node.stash.get(_outcome, False)
    try:
        if not has_passed:
            _keep_evidence(made, request.node.name)
    finally:
        made.end()
    assert not has_passed or made.complaints() == []


def _keep_evidence(program: Program, name: str) -> None:
    program.keep_picture(name)
    if program.log.exists():
        (PICTURES / f"{name}.log").write_bytes(program.log.read_bytes())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tells the fixture whether its test passed, because the screen is gone when the report is read."""
    report = yield
    if report.when == "call":
        item.stash[_outcome] = report.passed
    return report
