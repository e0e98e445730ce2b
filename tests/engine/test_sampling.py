"""Each sampler narrows or moves the choice as llama.cpp documents it; the same seed gives the same reply."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engine.conftest import asked, load, reply

from app import resources
from app.domain.generation import FinishReason, LogitBias, SamplingParameters
from app.engine.client import EngineClient
from app.engine.llama_library import llama
from app.engine.sampling import SamplerChain
from app.engine.vocabulary import Vocabulary

Draw = Callable[..., tuple[dict[int, float], int]]

OFF = SamplingParameters(temperature=1.0, top_k=0, top_p=1.0, min_p=0.0, seed=1)
#: The probabilities of tokens 100 to 105; what is left goes to no other token.
HALVES = (0.5, 0.25, 0.12, 0.08, 0.04, 0.01)
FIRST = 100
NAMES = tuple(range(FIRST, FIRST + len(HALVES)))


@pytest.fixture(scope="module")
def vocabulary(random_model: Path) -> Iterator[Vocabulary]:
    """A byte-level vocabulary of 320 tokens."""
    settings = llama.llama_model_default_params()
    settings.vocab_only = True
    loaded = llama.llama_model_load_from_file(str(random_model).encode(), settings)
    yield Vocabulary(llama.llama_model_get_vocab(loaded))
    llama.llama_model_free(loaded)


@pytest.fixture
def draw(vocabulary: Vocabulary) -> Iterator[Draw]:
    """Lets a chain choose among tokens of HALVES' probabilities: what survives with its probability, and the choice."""
    chains = []

    def drawn(
        parameters: SamplingParameters, before: tuple[int, ...] = (), probabilities: tuple[float, ...] = HALVES
    ) -> tuple[dict[int, float], int]:
        chain = SamplerChain(parameters, vocabulary, before)
        chains.append(chain)
        return apply(chain, probabilities)

    yield drawn
    for chain in chains:
        chain.close()


def apply(chain: SamplerChain, probabilities: tuple[float, ...]) -> tuple[dict[int, float], int]:
    rows = (llama.llama_token_data * len(probabilities))()
    for at, share in enumerate(probabilities):
        rows[at] = llama.llama_token_data(id=FIRST + at, logit=math.log(share), p=0.0)
    pointer = ctypes.cast(rows, ctypes.POINTER(llama.llama_token_data))
    array = llama.llama_token_data_array(data=pointer, size=len(rows), selected=-1, sorted=False)
    llama.llama_sampler_apply(chain.pointer, ctypes.byref(array))
    left = [array.data[at] for at in range(int(array.size))]  # XTC moves the pointer
    kept = {int(row.id): float(row.p) for row in left if row.logit > -math.inf and row.p > 0}
    return kept, int(left[array.selected].id)


def test_with_everything_off_each_token_has_its_probability(draw: Draw) -> None:
    kept, _ = draw(OFF)
    assert kept == pytest.approx(dict(zip(NAMES, HALVES, strict=True)), rel=1e-4)


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ({"top_k": 2}, 2),
        ({"top_p": 0.7}, 2),  # the fewest that make up 0.7: 0.5 + 0.25
        ({"top_p": 0.76}, 3),
        ({"min_p": 0.2}, 3),  # 0.12 is at least a fifth of 0.5, 0.08 is not
        ({"top_k": 4, "min_p": 0.2}, 3),
        ({"top_n_sigma": 0.6}, 2),  # the logits have a deviation of 1.26
    ],
)
def test_what_keeps_the_best(draw: Draw, values: dict[str, float], left: int) -> None:
    kept, _ = draw(replace(OFF, **values))  # type: ignore[arg-type]  # numbers of a test
    assert set(kept) == set(NAMES[:left])


def test_typical_prefers_what_is_as_surprising_as_expected(draw: Draw) -> None:
    entropy = -sum(share * math.log(share) for share in HALVES)
    nearest = min(NAMES, key=lambda token: abs(-math.log(HALVES[token - FIRST]) - entropy))
    kept, choice = draw(replace(OFF, typical_p=0.2))
    assert set(kept) == {nearest} == {choice} == {FIRST + 1}


def test_typical_knows_no_entropy_of_the_impossible(draw: Draw) -> None:
    kept, _ = draw(replace(OFF, typical_p=0.2), (), (*HALVES, 1e-44))
    assert set(kept) == {FIRST + 1}


def test_xtc_leaves_out_the_likeliest_but_the_last_that_is_likely(draw: Draw) -> None:
    kept, _ = draw(replace(OFF, xtc_probability=1.0, xtc_threshold=0.1))
    assert set(kept) == set(NAMES[2:])  # 0.5, 0.25 and 0.12 are above 0.1; the last of them stays
    assert set(draw(replace(OFF, xtc_probability=0.0, xtc_threshold=0.1))[0]) == set(NAMES)


@pytest.mark.parametrize(
    ("values", "first"),
    [
        ({"repeat_penalty": 2.0}, 0.25),  # a logit below 0 is multiplied
        ({"frequency_penalty": 0.5}, 0.5 * math.exp(-1.0)),  # said twice
        ({"presence_penalty": 0.5}, 0.5 * math.exp(-0.5)),
        ({"presence_penalty": 0.5, "repeat_last_n": 0}, 0.5),
        ({"presence_penalty": 0.5, "repeat_last_n": 1}, 0.5),  # it was said before that
    ],
)
def test_penalties(draw: Draw, values: dict[str, float], first: float) -> None:
    kept, _ = draw(replace(OFF, **values), (FIRST, FIRST, 200))  # type: ignore[arg-type]  # numbers of a test
    assert kept[FIRST] / kept[FIRST + 1] == pytest.approx(first / 0.25, rel=1e-3)


def test_penalties_come_before_top_k(draw: Draw) -> None:
    kept, _ = draw(replace(OFF, presence_penalty=2.0, top_k=1), (FIRST,))
    assert set(kept) == {FIRST + 1}


def test_dry_holds_back_what_continues_a_repetition(draw: Draw) -> None:
    said = (150, 151, 152, FIRST, 160, 150, 151, 152)
    dry = replace(OFF, dry_multiplier=0.8, dry_base=1.75, dry_allowed_length=2)
    kept, _ = draw(dry, said)
    # three tokens are repeated, two are free: 0.8 · 1.75 ^ 1
    assert kept[FIRST] / kept[FIRST + 1] == pytest.approx(2 * math.exp(-0.8 * 1.75), rel=1e-3)
    kept, _ = draw(replace(dry, dry_allowed_length=4), said)
    assert kept[FIRST] / kept[FIRST + 1] == pytest.approx(2, rel=1e-3)
    assert draw(replace(dry, dry_multiplier=5.0, temperature=0.0), said)[1] == FIRST + 1


def test_the_temperature(draw: Draw) -> None:
    assert draw(replace(OFF, temperature=0.0))[1] == FIRST
    kept, _ = draw(replace(OFF, temperature=2.0))
    assert kept[FIRST] / kept[FIRST + 1] == pytest.approx(math.sqrt(2), rel=1e-3)
    sure, _ = draw(replace(OFF, temperature=1.0, dynatemp_range=1.0), (), (0.98, 0.01, 0.01))
    unsure, _ = draw(replace(OFF, temperature=1.0, dynatemp_range=1.0), (), (0.34, 0.33, 0.33))
    assert sure[FIRST] > 0.999
    assert unsure[FIRST] == pytest.approx(0.3367, abs=1e-3)  # nearly twice the temperature


def test_mirostat_keeps_to_its_target_and_leaves_top_k_out(vocabulary: Vocabulary) -> None:
    rare = tuple(1 / rank for rank in range(1, 201))
    for version in (1, 2):
        shares = []
        for tau in (0.5, 6.0):
            parameters = replace(OFF, mirostat=version, mirostat_tau=tau, mirostat_eta=0.2, top_k=1)
            chain = SamplerChain(parameters, vocabulary, ())
            counts = Counter(apply(chain, rare)[1] for _ in range(300))
            chain.close()
            shares.append(counts[FIRST] / 300)
        focused, surprised = shares
        assert surprised < 0.4 < 0.6 < focused, (version, shares)


def test_a_bias_moves_and_forbids(draw: Draw, vocabulary: Vocabulary) -> None:
    letters = {token: vocabulary.piece(token).decode() for token in NAMES if vocabulary.piece(token).isascii()}
    first, second = list(letters)[:2]
    kept, _ = draw(replace(OFF, logit_bias=(LogitBias(letters[first], -100), LogitBias(letters[second], 2.0))))
    assert first not in kept
    ratio = HALVES[second - FIRST] / HALVES[-1]
    assert kept[second] / kept[NAMES[-1]] == pytest.approx(ratio * math.exp(2), rel=1e-3)


def test_the_same_seed_gives_the_same_reply_in_a_new_process_too(engine: EngineClient, random_model: Path) -> None:
    load(engine, random_model)
    wild = SamplingParameters(
        temperature=3.0, seed=11, dry_multiplier=0.8, xtc_probability=0.5, frequency_penalty=0.2, typical_p=0.9
    )
    for sampling in (
        wild,
        replace(wild, mirostat=1),
        replace(wild, mirostat=2),
        replace(wild, grammar="root ::= .{9}"),
    ):
        request = asked("Tell me a story.", sampling=sampling, max_tokens=60)
        first, end = reply(engine, request)
        assert end.error is None
        assert reply(engine, request)[0] == first  # the prompt is not evaluated again
        reply(engine, asked("Something else", max_tokens=5))
        assert reply(engine, request)[0] == first
        engine.unload()
        assert reply(engine, request)[0] == first
        others = {reply(engine, replace(request, sampling=replace(sampling, seed=seed)))[0] for seed in (1, 2, 3)}
        assert others != {first}


def test_a_forbidden_word_is_not_said(engine: EngineClient) -> None:
    load(engine, resources.starter_model())
    plain, _ = reply(engine, asked("Hello"))
    word = plain.split()[1]
    biases = tuple(LogitBias(text, -100.0) for text in (f" {word}", word))
    text, end = reply(engine, asked("Hello", sampling=SamplingParameters(temperature=0.0, logit_bias=biases)))
    assert end.reason is FinishReason.STOP
    assert word not in text.split()
