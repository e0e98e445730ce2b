"""Models of random weights from 10M to 1B parameters, written once into the cache: speed asks not what is learned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gguf
from tests.gguf_files import CONTROLS, Shape, write_llama

from app import paths

N_VOCAB: Final = 16_000


@dataclass(frozen=True)
class RandomModel:
    """One to be written."""

    name: str
    shape: Shape
    kind: gguf.GGMLQuantizationType

    def path(self) -> Path:
        """Returns its file, which is written where it is not there yet."""
        path = paths.find().cache / "benchmarks" / f"random-{self.name}.gguf"
        if not path.exists():
            unfinished = path.with_suffix(".part")
            silent = len(CONTROLS) + 256  # neither an end nor the byte of an unfinished character disturbs a run
            write_llama(unfinished, self.shape, n_vocab=N_VOCAB, kind=self.kind, n_silent=silent)
            unfinished.replace(path)
        return path


SMALL: Final = RandomModel("10M-F16", Shape(5, 256, 4, 704, 4096), gguf.GGMLQuantizationType.F16)
MIDDLE: Final = RandomModel("100M-Q8_0", Shape(12, 768, 12, 2048, 4096), gguf.GGMLQuantizationType.Q8_0)
LARGE: Final = RandomModel("1B-Q4_0", Shape(20, 2048, 16, 5632, 4096), gguf.GGMLQuantizationType.Q4_0)
