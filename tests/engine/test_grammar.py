"""A reply keeps to its grammar or schema, greedy as if masked from the start; hostile grammars end in a sentence."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.engine.conftest import asked, load, reply

from app import resources
from app.domain.generation import FinishReason, LogitBias, SamplingParameters, TextDelta
from app.engine.client import EngineClient
from app.engine.llama_library import llama
from app.engine.sampling import SamplerChain
from app.engine.vocabulary import Vocabulary

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 12},
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "tags": {"type": "array", "items": {"enum": ["a", 'b"\n', "ä"]}, "maxItems": 3},
        "size": {"anyOf": [{"type": "null"}, {"type": "number", "minimum": 0}]},
        "born": {"type": "string", "format": "date"},
    },
    "required": ["name", "age"],
}
#: Every "a" may be followed by two things that look the same: the ways double with each.
AMBIGUOUS = 'root ::= "a" root "b" | "a" root "c"'


def is_good(found: Any) -> bool:
    names = ["name", "age", "tags", "size", "born"]
    return (
        [name for name in names if name in found] == list(found)
        and 1 <= len(found["name"]) <= 12
        and type(found["age"]) is int
        and 0 <= found["age"] <= 120
        and all(tag in ("a", 'b"\n', "ä") for tag in found.get("tags", []))
        and (found.get("size") is None or found["size"] >= 0)
    )


def test_replies_of_a_schema_are_valid(engine: EngineClient, random_model: Path) -> None:
    for path in (random_model, resources.starter_model()):
        load(engine, path)
        ended = 0
        for seed in range(12):
            sampling = SamplingParameters(temperature=1.0, seed=seed, json_schema=json.dumps(SCHEMA))
            text, end = reply(engine, asked("Who?", sampling=sampling, max_tokens=300))
            assert end.error is None
            if end.reason is FinishReason.STOP:
                ended += 1
                assert is_good(json.loads(text)), text
        assert ended > 2


def test_a_choice_of_words(engine: EngineClient) -> None:
    load(engine, resources.starter_model())
    words = {"yes", "no", "可能"}
    grammar = "root ::= " + " | ".join(f'"{word}"' for word in words)
    said = set()
    for seed in range(8):
        sampling = SamplingParameters(temperature=5.0, top_k=0, top_p=1.0, min_p=0.0, seed=seed, grammar=grammar)
        text, end = reply(engine, asked("Is it?", sampling=sampling))
        assert (end.reason, text in words) == (FinishReason.STOP, True)
        said.add(text)
    assert len(said) > 1
    banned = SamplingParameters(temperature=0.0, grammar='root ::= "yes" | "no"', logit_bias=(LogitBias("y", -100.0),))
    assert reply(engine, asked("Is it?", sampling=banned))[1].error is None


def test_every_sampler_works_within_a_grammar(engine: EngineClient) -> None:
    load(engine, resources.starter_model())
    for values in (
        {"mirostat": 1}, {"mirostat": 2}, {"typical_p": 0.3}, {"top_n_sigma": 1.0}, {"xtc_probability": 1.0},
        {"dry_multiplier": 0.8}, {"repeat_penalty": 1.5}, {"dynatemp_range": 0.5}, {"temperature": 0.0}, {"top_k": 1},
    ):  # fmt: skip
        sampling = SamplingParameters(seed=3, grammar='root ::= "[" [0-9]{3,5} "]"', **values)
        text, end = reply(engine, asked("A number", sampling=sampling))
        assert (end.reason, end.error) == (FinishReason.STOP, None)
        assert 100 <= int(text[1:-1]) + 10 ** (len(text) - 2) <= 200_000


def test_greedy_is_as_if_masked_from_the_start(random_model: Path) -> None:
    settings = llama.llama_model_default_params()
    model = llama.llama_model_load_from_file(str(random_model).encode(), settings)
    context = llama.llama_init_from_model(model, llama.llama_context_default_params())
    vocabulary = Vocabulary(llama.llama_model_get_vocab(model))
    text = r'root ::= ([a-z]+ " "){2,4} [A-Z]{1,9} "."'
    prompt = vocabulary.prompt_tokens("Hello", 512)
    assert said(context, vocabulary, prompt, text) == masked_first(context, vocabulary, prompt, text)
    llama.llama_free(context)
    llama.llama_model_free(model)


def said(context: Any, vocabulary: Vocabulary, prompt: list[int], text: str) -> list[int]:
    chain = SamplerChain(SamplingParameters(temperature=0.0, grammar=text), vocabulary, prompt)
    found = generated(context, vocabulary, prompt, lambda: chain.sample(chain.pointer, context, -1))
    chain.close()
    return found


def masked_first(context: Any, vocabulary: Vocabulary, prompt: list[int], text: str) -> list[int]:
    """llama.cpp's own loop with the grammar as the first sampler of the chain."""
    chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
    llama.llama_sampler_chain_add(chain, llama.llama_sampler_init_grammar(vocabulary.pointer, text.encode(), b"root"))
    llama.llama_sampler_chain_add(chain, llama.llama_sampler_init_greedy())
    found = generated(context, vocabulary, prompt, lambda: llama.llama_sampler_sample(chain, context, -1))
    llama.llama_sampler_free(chain)
    return found


def generated(context: Any, vocabulary: Vocabulary, prompt: list[int], sample: Any) -> list[int]:
    llama.llama_memory_clear(llama.llama_get_memory(context), True)
    batch, found = list(prompt), list[int]()
    while len(found) < 60:
        tokens = (llama.llama_token * len(batch))(*batch)
        assert llama.llama_decode(context, llama.llama_batch_get_one(tokens, len(batch))) == 0
        token = sample()
        found.append(token)
        if vocabulary.is_end(token):
            break
        batch = [token]
    assert len(found) > 5
    return found


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"grammar": 'root ::= "a'}, "grammar_unreadable"),
        ({"grammar": "root ::= " + "(" * 20_000}, "grammar_too_large"),
        ({"grammar": "root ::= root"}, "grammar_recursive"),
        ({"grammar": "root ::= a"}, "grammar_incomplete"),
        ({"grammar": "root ::= <no such token>"}, "grammar_refused"),
        ({"grammar": 'root ::= "a"', "json_schema": "{}"}, "grammar_refused"),
        ({"grammar": 'root ::= "a" \ud800'}, "grammar_unreadable"),
        ({"json_schema": '{"pattern": "a"}'}, "schema_unsupported"),
        ({"json_schema": "["}, "schema_unreadable"),
        # nothing is above the last character of Unicode, not even what the bytes of a token could say
        ({"grammar": r"root ::= [^\x00-\U0FFFFFFF]"}, "grammar_dead_end"),
        ({"grammar": r'root ::= "ab" [^\x00-\U0FFFFFFF]'}, "grammar_dead_end"),
    ],
)
def test_a_bad_grammar_is_a_known_error_and_the_engine_lives(
    engine: EngineClient, values: dict[str, str], key: str
) -> None:
    load(engine, resources.starter_model())
    pid = engine.pid
    plain, _ = reply(engine, asked("Hello"))
    text, end = reply(engine, asked("Hello", sampling=SamplingParameters(temperature=0.0, **values)))  # type: ignore[arg-type]
    assert (end.reason, end.error.key if end.error else "") == (FinishReason.ERROR, key)
    assert text == ("ab" if "ab" in values.get("grammar", "") else "")
    assert reply(engine, asked("Hello"))[0] == plain
    assert engine.pid == pid


def test_an_ambiguous_grammar_can_be_stopped(engine: EngineClient) -> None:
    load(engine, resources.starter_model())
    stop = threading.Timer(0.5, engine.cancel)
    stop.start()
    _, end = reply(engine, asked(sampling=SamplingParameters(temperature=0.0, grammar=AMBIGUOUS)))
    stop.join()
    assert end.reason is FinishReason.CANCELLED
    assert reply(engine, asked("Hello"))[1].reason is FinishReason.STOP


def test_an_ambiguous_grammar_ends_by_itself(engine: EngineClient) -> None:
    load(engine, resources.starter_model())
    shown: list[object] = []
    sampling = SamplingParameters(temperature=0.0, grammar=AMBIGUOUS)
    _, end = reply(engine, asked(sampling=sampling), shown.append)
    assert any(isinstance(event, TextDelta) for event in shown)
    assert end.error is not None
    assert (end.error.key, end.error.values) == (
        "grammar_too_slow",
        {"seconds": "5"},
    )
    assert reply(engine, asked("Hello"))[1].reason is FinishReason.STOP
