"""The library from outside: a model is searched, downloaded, paused, resumed, talked with, deleted and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for
from tests.gguf_files import write_scripted
from tests.hub.loopback import LoopbackHub

pytestmark = pytest.mark.acceptance
REPOSITORY = "ada/parrot-GGUF"
NAME = f"{REPOSITORY}:Q4_K_M"
STALLED_AT = 100_000


@pytest.fixture
def hub(tmp_path: Path, program: Program) -> Iterator[LoopbackHub]:
    """A Hub with one model that always says the same; the program asks it, and sees no other program's files."""
    with LoopbackHub() as made:
        made.add(REPOSITORY, {"parrot-Q4_K_M.gguf": write_scripted(tmp_path / "parrot.gguf", [b"Pretty", b" bird"])})
        program.variables = {"HF_ENDPOINT": made.endpoint, "HOME": str(tmp_path)}
        yield made


def test_a_model_is_found_downloaded_used_deleted_and_brought_back(program: Program, hub: LoopbackHub) -> None:
    held = hub.faults.stall_after(STALLED_AT, times=1)
    program.start()
    assert hub.requests.all() == [], "nothing is asked before the person asks"

    program.press("open-models")
    program.find("hub-search").set_text("parrot")
    program.press("hub-search-button")
    program.find("offer", "parrot-GGUF")
    program.press("download-model")
    program.find("download", NAME)
    held.wait()
    program.press("pause-download")
    program.find("resume-download")
    program.keep_picture("seen-paused")
    held.release()
    program.press("resume-download")
    wait_for(lambda: _says(program, "is verified and ready"), "the end of the download", also=program.describe)
    assert hub.requests.bytes_sent_twice() <= 1 << 20

    program.press("toast-action")
    program.press("close-page")
    program.say("Hello")
    assert program.hear() == "Pretty bird"

    program.press("open-models")
    program.press("remove-model")
    wait_for(lambda: _says(program, "is in the trash"), "the toast", also=program.describe)
    wait_for(lambda: len(program.all_of("model-file")) == 1, "the starter alone", also=program.describe)
    program.press("toast-action")
    wait_for(lambda: len(program.all_of("model-file")) == 2, "both model files", also=program.describe)
    program.keep_picture("seen-brought-back")


def test_a_download_goes_on_after_the_window_was_killed(program: Program, hub: LoopbackHub) -> None:
    held = hub.faults.stall_after(STALLED_AT, times=1)
    program.start()
    program.press("open-models")
    program.find("hub-search").set_text("parrot")
    program.press("hub-search-button")
    program.press("download-model")
    held.wait()
    program.kill()
    held.release()

    program.start()
    wait_for(lambda: _says(program, "is verified and ready"), "the end of the download", also=program.describe)
    assert hub.requests.bytes_sent_twice() <= 1 << 20


def _says(program: Program, words: str) -> bool:
    return any(words in control.name for control in program.controls())
