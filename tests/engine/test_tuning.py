"""A model is tuned by measuring, within a bounded time, and only by what is clearly better."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engine.conftest import asked, reply

from app.domain.language_model import LoadRequest, Tuning
from app.engine.client import EngineClient
from app.engine.llama_library import AbortFlag, Log, llama, start_backends
from app.engine.tuning import ContextTrial, Pace, TrialLate, choose, thread_counts

GUESS = Tuning(n_threads=4, n_threads_batch=4, n_batch=512)


class FakeTrial:
    """Gives the paces that ``pace`` tells of; late after ``n_allowed`` measurements."""

    def __init__(self, pace: Callable[[Tuning], Pace], n_allowed: int = 1000) -> None:
        self._pace = pace
        self._n_allowed = n_allowed
        self.measured: list[Tuning] = []

    def measure(self, choice: Tuning) -> Pace:
        if len(self.measured) == self._n_allowed:
            raise TrialLate
        self.measured.append(choice)
        return self._pace(choice)


def test_each_thing_is_chosen_by_what_it_is_for() -> None:
    def pace(choice: Tuning) -> Pace:
        prompt = 8 / choice.n_threads_batch + (0 if choice.n_batch == 128 else 1)
        return Pace(prompt, 1 + abs(choice.n_threads - 2) + (1 if choice.flash_attention else 0))

    best = choose(FakeTrial(pace), GUESS, thread_counts(8), may_drop_flash=True)
    assert best == Tuning(n_threads=1, n_threads_batch=8, n_batch=128, flash_attention=False)


def test_what_is_hardly_better_is_not_taken() -> None:
    def pace(choice: Tuning) -> Pace:
        return Pace(1.0, 1.0) if choice == GUESS else Pace(0.95, 0.95)

    assert choose(FakeTrial(pace), GUESS, thread_counts(8), may_drop_flash=True) == GUESS


def test_what_was_better_once_by_chance_is_not_taken() -> None:
    trial = FakeTrial(lambda _: Pace(0.1 if len(trial.measured) == 2 else 1.0, 1.0))
    assert choose(trial, GUESS, (), may_drop_flash=True) == GUESS


def test_flash_attention_stays_where_its_absence_would_take_much_memory() -> None:
    trial = FakeTrial(lambda _: Pace(1.0, 1.0))
    choose(trial, GUESS, (), may_drop_flash=False)
    assert all(choice.flash_attention for choice in trial.measured)


@pytest.mark.parametrize("n_allowed", range(12))
def test_whenever_time_is_over_the_best_so_far_counts(n_allowed: int) -> None:
    trial = FakeTrial(lambda choice: Pace(1.0, 1.0 if choice.flash_attention else 0.1), n_allowed)
    best = choose(trial, GUESS, (), may_drop_flash=True)
    assert best.flash_attention == (n_allowed < 5)


def test_threads_worth_a_trial() -> None:
    assert thread_counts(1) == (1,)
    assert thread_counts(2) == (2, 1)
    assert thread_counts(8) == (8, 7, 4, 1)


def test_real_trials_end_when_time_is_over(slow_model: Path) -> None:
    log = Log()
    start_backends()
    model = llama.llama_model_load_from_file(str(slow_model).encode(), llama.llama_model_default_params())
    settings = llama.llama_context_default_params()
    settings.n_ctx, settings.n_seq_max, settings.n_threads = 1024, 1, 1
    late = AbortFlag()
    trial = ContextTrial(model, settings, late)
    pace = trial.measure(Tuning(1, 1, 512))
    assert min(pace.prompt_s, pace.reply_s) > 0
    late.set()
    with pytest.raises(TrialLate):
        trial.measure(Tuning(1, 1, 128, flash_attention=False))
    trial.close()
    llama.llama_model_free(model)
    llama.llama_log_set(llama.llama_log_callback(), ctypes.c_void_p())
    assert log.lines


def test_a_first_load_measures_and_a_second_one_knows(random_model: Path) -> None:
    kept: list[tuple[str, Tuning]] = []
    client = EngineClient(on_tuned=lambda name, measured: kept.append((name, measured)))
    try:
        request = LoadRequest(str(random_model), "r", tune_as="here")
        info = client.load(request, lambda _: None)
        assert info is not None
        ((name, measured),) = kept
        assert (name, info.tuning) == ("here", measured)
        assert info.n_threads == measured.n_threads
        assert reply(client, asked(max_tokens=3))[0]
        client.unload()
        assert reply(client, asked(max_tokens=3))[0]
        pid = client.pid
        known = LoadRequest(str(random_model), "r", tuning=measured, tune_as="here")
        assert client.load(known, lambda _: None) is not None
        assert client.pid == pid
        assert len(kept) == 1
    finally:
        client.close()


def test_nothing_is_measured_that_nobody_wants_to_keep(engine: EngineClient, random_model: Path) -> None:
    info = engine.load(LoadRequest(str(random_model), "r"), lambda _: None)
    assert info is not None
    assert info.tuning is None


def test_the_persons_threads_stay(engine: EngineClient, random_model: Path) -> None:
    known = Tuning(1, 1, 64, flash_attention=False)
    info = engine.load(LoadRequest(str(random_model), "r", n_threads=2, tuning=known), lambda _: None)
    assert info is not None
    assert info.n_threads == 2
    info = engine.load(LoadRequest(str(random_model), "r", n_threads=2, tune_as="x"), lambda _: None)
    assert info is not None
    assert info.n_threads == 2


def test_a_load_that_is_cancelled_while_it_measures_leaves_nothing(engine: EngineClient, slow_model: Path) -> None:
    def loaded(fraction: float) -> None:
        if fraction >= 1.0:
            engine.cancel()

    assert engine.load(LoadRequest(str(slow_model), "s", tune_as="x"), loaded) is None
    assert engine.pid is None
