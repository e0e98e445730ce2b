"""What choosing a token costs at a vocabulary of 152k: by sampler, and with a grammar beside none.

Run from the project's folder: ``python benchmarks/sampling_cost.py``. Microseconds a token, and the ratio to the
default chain, which has top-k first.
"""

from __future__ import annotations

import ctypes
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from tests.gguf_files import Shape, write_llama  # noqa: E402

from app.domain.generation import SamplingParameters  # noqa: E402 - only now can they be found
from app.engine.llama_library import llama  # noqa: E402
from app.engine.sampling import SamplerChain  # noqa: E402
from app.engine.vocabulary import Vocabulary  # noqa: E402

N_VOCAB: Final = 151_936
DEFAULT: Final = SamplingParameters(seed=1)
OPEN: Final = replace(DEFAULT, top_k=0, top_p=1.0, min_p=0.0)
CASES: Final = {
    "greedy": replace(DEFAULT, temperature=0.0),
    "default (top-k first)": DEFAULT,
    "default with penalties": replace(DEFAULT, repeat_penalty=1.1),
    "default with DRY": replace(DEFAULT, dry_multiplier=0.8),
    "top-n-sigma": replace(OPEN, top_n_sigma=1.0),
    "top-p without top-k": replace(OPEN, top_p=0.95),
    "typical without top-k": replace(OPEN, typical_p=0.9),
    "XTC without top-k": replace(OPEN, xtc_probability=0.5),
    "Mirostat 2": replace(OPEN, mirostat=2),
    "grammar, each token fits": replace(DEFAULT, grammar=r"root ::= [^\x00]*"),
    "grammar, each token has to be masked": replace(DEFAULT, grammar="root ::= [0-9]*"),
}


def cost(context: Any, vocabulary: Vocabulary, parameters: SamplingParameters) -> float:
    """Returns the microseconds that one token takes, the best of three rounds."""
    chain = SamplerChain(parameters, vocabulary, list(range(300, 400)))
    pointers = (ctypes.c_void_p(each) if isinstance(each, int) else each for each in (chain.pointer, context))
    arguments = (*pointers, ctypes.c_int32(-1))
    rounds = []
    for _ in range(3):
        began, count = time.perf_counter(), 0
        while count < 20 or time.perf_counter() - began < 0.5:
            chain.sample(*arguments)
            count += 1
        rounds.append((time.perf_counter() - began) / count)
    chain.close()
    return min(rounds) * 1e6


def main() -> None:
    """Prints one line a case."""
    silence = llama.llama_log_callback(lambda *_: None)
    llama.llama_log_set(silence, ctypes.c_void_p())
    with tempfile.TemporaryDirectory() as folder:
        path = write_llama(Path(folder) / "wide.gguf", Shape(layers=1), n_vocab=N_VOCAB)
        model = llama.llama_model_load_from_file(str(path).encode(), llama.llama_model_default_params())
    context = llama.llama_init_from_model(model, llama.llama_context_default_params())
    token = (llama.llama_token * 1)(300)
    llama.llama_decode(context, llama.llama_batch_get_one(token, 1))
    vocabulary = Vocabulary(llama.llama_model_get_vocab(model))
    costs = {name: cost(context, vocabulary, parameters) for name, parameters in CASES.items()}
    for name, microseconds in costs.items():
        sys.stdout.write(f"{name:40} {microseconds:10.0f} µs {microseconds / costs['default (top-k first)']:8.2f}\n")


if __name__ == "__main__":
    main()
