"""What a context holds is used again, and the outcome is what a fresh context gives."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from tests.gguf_files import Shape, write_llama

from app.domain.language_model import LoadRequest
from app.engine import model_loading
from app.engine.llama_library import AbortFlag, Log, llama
from app.engine.prompt_cache import SHORTEST_RUN, PromptCache
from app.engine.wire import Load

HEAD, MIDDLE, REST = list(range(10, 60)), list(range(60, 140)), list(range(140, 240))


class Context:
    """A loaded model whose cache evaluates tokens; ``logits`` are those after the last one."""

    def __init__(self, loaded: model_loading.LoadedModel, abort: AbortFlag) -> None:
        self.loaded = loaded
        self.abort = abort
        self.cache = PromptCache(loaded, abort)

    def reused(self, prompt: list[int], *, may_shift: bool = False) -> int:
        """Evaluates ``prompt``; returns how many tokens of it were held."""
        held = self.cache.reuse(prompt, may_shift=may_shift)
        assert self.cache.tokens == prompt[:held]
        assert self.cache.evaluate(prompt, lambda _: None)
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
    loaded = model_loading.load(Load(LoadRequest(str(path), "m"), 1, 2**30), abort, log, lambda _: None)
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
        assert np.allclose(context.logits(), fresh_logits(random_model, HEAD + REST), atol=1e-4)
        assert context.reused(HEAD + REST) == len(HEAD + REST) - 1
        assert context.reused(HEAD) == len(HEAD) - 1
        assert context.reused(REST) == 0


def test_what_stands_later_moves_up_where_it_may(shallow: Path) -> None:
    wanted = fresh_logits(shallow, HEAD + REST)
    with opened(shallow) as context:
        context.reused(HEAD + MIDDLE + REST)
        assert context.reused(HEAD + REST, may_shift=True) == len(HEAD + REST) - 1
        assert np.allclose(context.logits(), wanted, atol=1e-2)
        assert context.reused([*HEAD, *REST, *MIDDLE], may_shift=True) == len(HEAD + REST)


def test_several_runs_move_up(shallow: Path) -> None:
    wanted = fresh_logits(shallow, HEAD + MIDDLE[40:] + REST[60:])
    with opened(shallow) as context:
        context.reused(HEAD + MIDDLE + REST)
        assert context.reused(HEAD + MIDDLE[40:] + REST[60:], may_shift=True) == len(HEAD) + 40 + 40 - 1
        assert np.allclose(context.logits(), wanted, atol=1e-2)


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
