"""The yardstick of those who take the binding's own class: ``llama_cpp.Llama`` streams, measured as bare_loop.cpp is.

``python -m benchmarks.high_level MODEL N_CTX N_THREADS N_TOKENS N_HELD COUNT... < PROMPT_TOKENS`` prints the same
lines, but holds nothing before. What it calls the evaluated prompt is the first piece of the stream, as nothing else
can be seen of it.
"""

from __future__ import annotations

import sys
import time

import llama_cpp


def moment() -> tuple[int, int]:
    """Returns nanoseconds on the clock and of the processor."""
    return time.monotonic_ns(), time.process_time_ns()


def main() -> None:
    """Measures one reply for each count."""
    path, n_ctx, n_threads, n_tokens, _, *counts = sys.argv[1:]
    tokens = [int(word) for word in sys.stdin.read().split()]
    language_model = llama_cpp.Llama(
        path, n_ctx=int(n_ctx), n_threads=int(n_threads), n_threads_batch=int(n_threads), n_batch=512, verbose=False
    )
    for count in (8, *map(int, counts)):
        language_model.reset()  # type: ignore[no-untyped-call]
        began = moment()
        stream = language_model.create_completion(
            tokens[:count],
            max_tokens=int(n_tokens),
            stream=True,
            temperature=0.7,
            top_k=40,
            top_p=0.95,
            min_p=0.05,
            seed=1,
        )
        first: tuple[int, int] | None = None
        for _ in stream:
            first = first or moment()
        ended = moment()
        assert first is not None
        n_given = max(2, language_model.n_tokens - count + 1)
        share = (int(n_tokens) - 1) / (n_given - 1)  # it can't go on past an end, so what it gave stands for all
        ended = (first[0] + round((ended[0] - first[0]) * share), first[1] + round((ended[1] - first[1]) * share))
        print(*(at - start for then in (first, first, ended) for at, start in zip(then, began, strict=True)))


if __name__ == "__main__":
    main()
