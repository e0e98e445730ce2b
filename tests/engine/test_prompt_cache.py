"""What a context holds is used again, and the outcome is what a fresh context gives."""

from __future__ import annotations

import ctypes
import functools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from tests.gguf_files import Shape, write_llama
from tests.gguf_memories import write_gemma3, write_lfm2, write_mamba

from app.domain.language_model import LoadRequest
from app.engine import model_loading
from app.engine.llama_library import AbortFlag, Log, llama
from app.engine.prompt_cache import DECODE_ABORTED, SHORTEST_RUN, PromptCache
from app.engine.wire import Load

ROUNDING = 0.05
"""How far logits, of a size up to 8, are apart where the same tokens are evaluated in other batches."""

HEAD, MIDDLE, REST = list(range(10, 60)), list(range(60, 140)), list(range(140, 240))


class Context:
    """A loaded model whose cache evaluates tokens; ``logits`` are those after the last one."""

    def __init__(self, loaded: model_loading.LoadedModel, abort: AbortFlag) -> None:
        self.loaded = loaded
        self.abort = abort
        self.cache = PromptCache(loaded, abort)

    def reused(self, prompt: list[int], *, may_shift: bool = False, border: int = 0) -> int:
        """Evaluates ``prompt``; returns how many tokens of it were held."""
        reach = self.cache.reach(prompt, may_shift=may_shift)
        held = self.cache.reuse(prompt, may_shift=may_shift)
        assert held == reach or (may_shift and held > reach)
        assert self.cache.tokens == prompt[:held]
        assert self.cache.evaluate(prompt, lambda _: None, border)
        assert self.cache.tokens == prompt
        return held

    def logits(self) -> npt.NDArray[np.float32]:
        """Returns a copy of the last token's logits."""
        size = llama.llama_vocab_n_tokens(llama.llama_model_get_vocab(self.loaded.model))
        return np.ctypeslib.as_array(llama.llama_get_logits_ith(self.loaded.context, -1), (size,)).copy()


@contextmanager
def opened(path: Path) -> Iterator[Context]:
    """A context of its own, in this process."""
    log, abort = Log(), AbortFlag()
    loaded = model_loading.load(Load(LoadRequest(str(path), "m"), 1, 2**30), abort, log, lambda _: None, lambda _: None)
    assert loaded is not None
    yield Context(loaded, abort)
    llama.llama_free(loaded.context)
    llama.llama_model_free(loaded.model)
    llama.llama_log_set(llama.llama_log_callback(), ctypes.c_void_p())


@pytest.fixture(scope="module")
def shallow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One layer: its keys and values depend on their own token alone, so that moving them is exact."""
    return write_llama(tmp_path_factory.mktemp("models") / "shallow.gguf", Shape(layers=1), seed=3)


def fresh_logits(path: Path, prompt: list[int]) -> npt.NDArray[np.float32]:
    with opened(path) as context:
        assert context.reused(prompt) == 0
        return context.logits()


def test_the_longest_common_beginning_is_reused(random_model: Path) -> None:
    with opened(random_model) as context:
        assert context.reused(HEAD + MIDDLE) == 0
        assert context.reused(HEAD + MIDDLE + REST) == len(HEAD + MIDDLE)
        assert context.reused(HEAD + REST) == len(HEAD)
        assert np.allclose(context.logits(), fresh_logits(random_model, HEAD + REST), atol=ROUNDING)
        assert context.reused(HEAD + REST) == len(HEAD + REST) - 1
        assert context.reused(HEAD) == len(HEAD) - 1
        assert context.reused(REST) == 0


def test_what_stands_later_moves_up_where_it_may(shallow: Path) -> None:
    wanted = fresh_logits(shallow, HEAD + REST)
    with opened(shallow) as context:
        context.reused(HEAD + MIDDLE + REST)
        assert context.reused(HEAD + REST, may_shift=True) == len(HEAD + REST) - 1
        assert np.allclose(context.logits(), wanted, atol=ROUNDING)
        assert context.reused([*HEAD, *REST, *MIDDLE], may_shift=True) == len(HEAD + REST)


def test_several_runs_move_up(shallow: Path) -> None:
    wanted = fresh_logits(shallow, HEAD + MIDDLE[40:] + REST[60:])
    with opened(shallow) as context:
        context.reused(HEAD + MIDDLE + REST)
        assert context.reused(HEAD + MIDDLE[40:] + REST[60:], may_shift=True) == len(HEAD) + 40 + 40 - 1
        assert np.allclose(context.logits(), wanted, atol=ROUNDING)


def test_a_short_run_stays(random_model: Path) -> None:
    with opened(random_model) as context:
        context.reused(HEAD + MIDDLE + REST)
        assert context.reused(HEAD + REST[: SHORTEST_RUN - 1] + MIDDLE, may_shift=True) == len(HEAD)


def test_nothing_moves_unasked_and_what_moved_serves_no_exact_prompt(random_model: Path) -> None:
    with opened(random_model) as context:
        context.reused(HEAD + MIDDLE + REST)
        assert context.reused(HEAD + REST) == len(HEAD)
        context.reused(HEAD + MIDDLE + REST)
        assert context.reused(HEAD + REST, may_shift=True) > len(HEAD)
        assert context.reused(HEAD + REST) == 0
        assert np.array_equal(context.logits(), fresh_logits(random_model, HEAD + REST))


def test_a_decode_that_fails_right_after_a_move_leaves_nothing_doubtful(shallow: Path) -> None:
    with opened(shallow) as context:
        context.reused(HEAD + MIDDLE + REST)
        context.cache.reuse(HEAD + REST, may_shift=True)
        context.cache.forget_the_rest()
        assert context.reused(HEAD + REST, may_shift=True) == 0
        assert np.array_equal(context.logits(), fresh_logits(shallow, HEAD + REST))


def test_after_a_cancel_what_was_evaluated_is_kept(shallow: Path) -> None:
    with opened(shallow) as context:
        context.reused(HEAD)
        context.cache.reuse(HEAD + REST)
        context.abort.set()
        assert not context.cache.evaluate(HEAD + REST, lambda _: None)
        context.abort.clear()
        assert context.reused(HEAD + REST) == len(HEAD)


MEMORIES: dict[str, Callable[[Path], Path]] = {
    "recurrent": write_mamba,
    "hybrid": write_lfm2,
    "hybrid, sliding window": functools.partial(write_lfm2, window=64),
    "sliding window": write_gemma3,
    "short sliding window": functools.partial(write_gemma3, window=16),
}


@pytest.fixture(scope="module", params=[(name, is_full) for name in MEMORIES for is_full in (True, False)], ids=str)
def memory(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, pytest.MonkeyPatch]]:
    """A model with a memory of another kind, with windows that keep all or only what they need."""
    name, is_full = request.param
    make = llama.llama_context_default_params

    def with_window() -> object:
        settings = make()
        settings.swa_full = is_full
        return settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(llama, "llama_context_default_params", with_window)
        yield MEMORIES[name](tmp_path_factory.mktemp("memories") / "m.gguf"), patch


def tokens(n_tokens: int, seed: int) -> list[int]:
    return random.Random(seed).choices(range(10, 250), k=n_tokens)


def test_no_memory_is_ever_used_wrongly(memory: tuple[Path, pytest.MonkeyPatch]) -> None:
    path, _ = memory
    head, question, answer = tokens(700, 1), tokens(90, 2), tokens(60, 3)
    prompts = [
        (head, 650),
        (head + question, 780),  # goes on
        (head + question + answer, 845),
        (head + question + tokens(60, 4), 845),  # another reply
        (head + question + tokens(60, 4), 845),  # the very same
        (head + tokens(90, 5), 780),  # an edit
        (head[:300], 290),  # an early one
        (tokens(900, 6), 890),  # another conversation
        (head + question, 780),
        (head + question + answer + tokens(400, 7), 1200),
        (head + question + answer, 845),
    ]
    wanted = {}
    for prompt, _ in prompts:
        wanted[tuple(prompt)] = fresh_logits(path, prompt)
    with opened(path) as context:
        for number, (prompt, border) in enumerate(prompts):
            context.reused(prompt, border=border)
            assert np.allclose(context.logits(), wanted[tuple(prompt)], atol=ROUNDING), number


def test_a_copy_is_what_it_was_whatever_came_between(memory: tuple[Path, pytest.MonkeyPatch]) -> None:
    path, _ = memory
    head, rest, other = tokens(600, 1), tokens(80, 2), tokens(700, 3)
    with opened(path) as context:
        context.reused(head, border=590)
        context.reused(head + rest)
        uninterrupted = context.logits()
        context.reused(other, border=690)
        context.reused(head, border=590)
        copied = context.cache.copy()
        assert copied is not None
        context.reused(other, border=690)
        assert context.cache.reach_of(copied, head + rest) == len(head)
        assert context.cache.take(copied)
        assert context.reused(head + rest) == len(head)
        if context.cache._n_swa:  # the state has no more than the window, and sums begin elsewhere
            assert np.allclose(context.logits(), uninterrupted, atol=ROUNDING)
        else:
            assert np.array_equal(context.logits(), uninterrupted)
        assert context.cache.take(copied)
        assert context.cache.reach_of(copied, head) == context.cache.reach(head)
        assert context.cache.reach(head) == 590 or not context.cache._is_recurrent
        context.reused(head)
        assert np.allclose(context.logits(), fresh_logits(path, head), atol=ROUNDING)


def test_another_reply_needs_no_complete_evaluation(memory: tuple[Path, pytest.MonkeyPatch]) -> None:
    path, _ = memory
    head, question = tokens(600, 1), tokens(80, 2)
    with opened(path) as context:
        context.reused(head, border=590)
        context.reused(head + question, border=670)
        context.reused(head + question + tokens(300, 3))
        assert context.reused(head + question) >= 670
        assert context.reused(head + tokens(80, 4)) >= 590


def test_a_decode_that_fails_leaves_a_recurrent_state_behind_that_is_not_used(
    memory: tuple[Path, pytest.MonkeyPatch],
) -> None:
    path, _ = memory
    head, rest = tokens(600, 1), tokens(80, 2)
    with opened(path) as context:
        context.reused(head)
        context.cache.reuse(head + rest)
        further = (llama.llama_token * 80)(*rest)
        batch = llama.llama_batch_get_one(further, 80)
        context.abort.set()
        assert llama.llama_decode(context.loaded.context, batch) == DECODE_ABORTED
        context.abort.clear()
        context.cache.forget_the_rest()
        context.reused(head + rest)
        assert np.allclose(context.logits(), fresh_logits(path, head + rest), atol=ROUNDING)
