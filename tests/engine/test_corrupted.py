"""Two hundred corrupted variants of a model: each ends in an answer or in a sentence, soon, and takes no memory."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engine import corrupted
from tests.engine.conftest import asked, reply
from tests.engine.gguf_document import Document
from tests.gguf_files import Shape, write_llama, write_spm

from app import i18n, resources
from app.domain.errors import AppError, ErrorReport, from_report, known_errors
from app.domain.language_model import LoadRequest
from app.engine.client import EngineClient
from app.library.checking import inspect_files
from app.library.describing import describe

resource = pytest.importorskip("resource", reason="the processor time of children is counted on POSIX only")

SECONDS = 10.0
"""Of processor time: what other programs take of the machine does not count."""

HANGS_AFTER_S = 60.0
MOST_GROWTH_KIB = 1024 * 1024
ANSWERED = "answered"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document]:
    """The models that are corrupted: random weights, a vocabulary by SentencePiece, the starter."""
    folder = tmp_path_factory.mktemp("sound")
    return {
        "tiny": Document.read(write_llama(folder / "tiny.gguf", Shape(layers=2))),
        "spm": Document.read(write_spm(folder / "spm.gguf")),
        "starter": Document.read(resources.starter_model()),
    }


@pytest.fixture
def client(tmp_path: Path) -> Iterator[EngineClient]:
    made = EngineClient(tmp_path / "engine.log", hung_after_s=SECONDS)
    yield made
    made.close()


def processor_s() -> float:
    """What this process and all of its ended children calculated, in seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return float(sum(one.ru_utime + one.ru_stime for one in used))


def largest_child_kib() -> int:
    """The most resident memory that any ended child had."""
    unit = 1024 if sys.platform == "darwin" else 1
    return int(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // unit)


def ended(client: EngineClient, path: Path) -> ErrorReport | None:
    """Inspects, loads and asks, as the program does; returns the error that this ended with."""
    try:
        inspect_files(describe(path, path.stem, "file"))
        client.load(LoadRequest(str(path), path.stem, n_ctx=256), lambda _: None)
        _, end = reply(client, asked("Hello there, you.", max_tokens=4))
    except AppError as error:
        return error.report()
    finally:
        client.unload()
    return end.error


def is_a_sentence(report: ErrorReport) -> bool:
    """Whether people are told in both languages."""
    for language in i18n.languages():
        i18n.use_language(language)
        what, remedy = i18n.error_text(report.key, report.values)
        if report.key not in known_errors() or what.startswith("error.") or remedy.startswith("error."):
            return False
    i18n.use_language("en")
    return True


@pytest.mark.parametrize(("name", "count"), [("tiny", 130), ("spm", 50), ("starter", 20)])
def test_every_variant_ends_in_an_answer_or_a_sentence(
    client: EngineClient, sound: dict[str, Document], tmp_path: Path, name: str, count: int
) -> None:
    path = tmp_path / "corrupted.gguf"
    path.write_bytes(sound[name].content())
    assert ended(client, path) is None, "the sound one answers"
    most_kib = largest_child_kib() + MOST_GROWTH_KIB
    ends: Counter[str] = Counter()
    for variant in corrupted.some(sound[name], count, seed=len(name)):
        path.write_bytes(variant.content)
        before = processor_s()
        rescue = threading.Timer(HANGS_AFTER_S, client.close)
        rescue.start()
        report = ended(client, path)
        assert not rescue.finished.is_set(), f"{variant.name} hangs"
        rescue.cancel()
        rescue.join()
        assert processor_s() - before < SECONDS, f"{variant.name} takes too long"
        assert largest_child_kib() < most_kib, f"{variant.name} takes too much memory"
        assert report is None or is_a_sentence(report), f"{variant.name}: {report}"
        ends[report.key if report else ANSWERED] += 1
    assert ends.total() == count
    assert len(ends) > 3
    assert not [key for key in ends if key.startswith("engine_")], "a header that kills is refused before"


def test_the_same_seed_makes_the_same_variants(sound: dict[str, Document]) -> None:
    first, again, other = (list(corrupted.some(sound["tiny"], 100, seed)) for seed in (1, 1, 2))
    assert first == again
    assert other != first
    assert len({variant.content for variant in first}) > 90
    assert len([variant for variant in first if variant.name.startswith("template: ")]) >= 3


def test_a_document_is_written_as_it_was_read(sound: dict[str, Document]) -> None:
    assert sound["starter"].content() == resources.starter_model().read_bytes()


def test_every_death_of_the_engine_has_a_sentence() -> None:
    for key in known_errors():
        if key.startswith("engine_"):
            assert is_a_sentence(from_report(ErrorReport(key, {})).report())
