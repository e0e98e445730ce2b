"""Compares the memory forecast with what the engine process takes at its peak, for models of different shape.

Run from the project's folder: ``python -m benchmarks.memory_forecast [--json]``. Each model is written, forecast from
its header, loaded, given a prompt that fills a batch, and forecast again from what the load took. The goal is that
both forecasts are within 10 % of the peak.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gguf

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.gguf_files import Shape, write_llama  # noqa: E402

from app.domain.fit import Machine  # noqa: E402 - only now can they be found
from app.domain.generation import Finished, GenerationRequest, PromptMessage, SamplingParameters  # noqa: E402
from app.domain.language_model import LoadRequest  # noqa: E402
from app.domain.load_options import AUTOMATIC, LoadOptions  # noqa: E402
from app.engine.client import EngineClient  # noqa: E402
from app.library.fit import shape_of_file  # noqa: E402
from app.services.local_fit import fit_of  # noqa: E402
from app.services.machine import MachineProbe  # noqa: E402
from app.services.measuring import PlannedLoad, measured_of  # noqa: E402

GOAL: Final = 0.10
MIB: Final = 1 << 20


@dataclass(frozen=True)
class Subject:
    """A model and how it is loaded."""

    name: str
    shape: Shape
    n_vocab: int
    n_ctx: int
    options: LoadOptions = AUTOMATIC
    kind: gguf.GGMLQuantizationType = gguf.GGMLQuantizationType.F16


BIG: Final = Shape(16, 1024, 16, 2816, 4096)
DEEP: Final = Shape(16, 512, 8, 1536, 8192)

SUBJECTS: Final = (
    Subject("wide and shallow, large vocabulary", Shape(2, 1024, 8, 2816, 4096), 64_000, 2048),
    Subject("deep and narrow, shared heads", Shape(28, 512, 8, 1536, 8192, kv_heads=2), 8_000, 8192),
    Subject("mixture of experts", Shape(6, 512, 8, 1024, 4096, experts=8), 16_000, 4096),
    Subject("quantized cache", DEEP, 8_000, 8192, LoadOptions(cache_type_k="q8_0", cache_type_v="q8_0")),
    Subject("without flash attention", DEEP, 8_000, 1536, LoadOptions(flash_attention="off")),
    Subject("quantized weights", BIG, 8_000, 2048, kind=gguf.GGMLQuantizationType.Q4_0),
    Subject(
        "quantized weights, not mapped", BIG, 8_000, 2048, LoadOptions(use_mmap=False), gguf.GGMLQuantizationType.Q4_0
    ),
)


@dataclass(frozen=True)
class Result:
    """Bytes: forecast from the header, at the peak, and forecast from the load before."""

    name: str
    forecast: int
    peak: int
    measured: int

    @property
    def errors(self) -> tuple[float, float]:
        """How far the two forecasts are from the peak, as parts of it."""
        return self.forecast / self.peak - 1, self.measured / self.peak - 1


def compare(subject: Subject, folder: Path, machine: Machine) -> Result:
    """Measures one model."""
    path = folder / "model.gguf"
    write_llama(path, subject.shape, n_vocab=subject.n_vocab, kind=subject.kind)
    request = LoadRequest(str(path), "model", subject.n_ctx, options=subject.options)
    shape = shape_of_file(path)
    before = fit_of(shape, machine, PlannedLoad(request))
    client = EngineClient(folder / "engine.log")
    try:
        info = client.load(request, lambda _fraction: None)
        assert info is not None
        words = PromptMessage("user", "word " * min(300, round(subject.n_ctx * 0.18)))
        request_for_text = GenerationRequest("1", (words,), SamplingParameters(temperature=0.7), 32, ignore_end=True)
        end = list(client.generate(request_for_text))[-1]
        assert isinstance(end, Finished)
        assert end.error is None, end.error
        peak = client.peak_bytes()
    finally:
        client.close()
    measured = measured_of(info)
    assert measured is not None
    after = fit_of(shape, machine, PlannedLoad(request, measured))
    return Result(subject.name, before.memory.used, peak, after.memory.used)


def results() -> Iterator[Result]:
    """Measures every model."""
    machine = MachineProbe(bandwidth=lambda: 0.0).look()
    for subject in SUBJECTS:
        with tempfile.TemporaryDirectory() as folder:
            yield compare(subject, Path(folder), machine)


def main() -> int:
    """Prints the comparison; the exit status tells whether the goal is met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="one JSON object a model")
    is_json = parser.parse_args().json
    worst = 0.0
    for result in results():
        worst = max(worst, *map(abs, result.errors))
        if is_json:
            print(json.dumps({**vars(result), "errors": result.errors}))
        else:
            first, again = (f"{error:+.1%}" for error in result.errors)
            sizes = " ".join(f"{size / MIB:8.1f}" for size in (result.forecast, result.peak, result.measured))
            print(f"{result.name:38} forecast, peak, measured (MiB): {sizes}   {first}, measured {again}")
    return 0 if worst <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
