"""`skald chat` with options of sampling: presets, numbers, a grammar or schema from a file, what a model recommends."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.command import Skald
from tests.gguf_files import write_llama

from app import paths
from app.domain.generation import LogitBias, SamplingParameters
from app.storage.conversations import ConversationStore
from app.storage.database import Database


def sampled(skald: Skald) -> SamplingParameters:
    """Returns how the last reply was sampled."""
    with Database.open(paths.find(str(skald.home)).database) as database:
        store = ConversationStore(database)
        found = store.path(store.list()[0].id)[-1].facts.sampling
    assert found is not None
    return found


def test_a_grammar_and_a_schema_from_files(skald: Skald, tmp_path: Path) -> None:
    grammar, schema = tmp_path / "answer.gbnf", tmp_path / "schema.json"
    grammar.write_text('root ::= "是" | "否"', "utf-8")
    schema.write_text(json.dumps({"properties": {"n": {"type": "integer", "maximum": 9}}, "required": ["n"]}), "utf-8")
    assert skald("chat", "-p", "Is it?", "--grammar", grammar).stdout in ("是\n", "否\n")
    outcome = skald("chat", "-p", "How many?", "--json-schema", schema, "--seed", "3")
    assert outcome.code == 0
    assert json.loads(outcome.stdout)["n"] <= 9


def test_a_bad_grammar_is_one_sentence_before_anything_is_written(skald: Skald, tmp_path: Path) -> None:
    bad = tmp_path / "bad.gbnf"
    bad.write_text("root ::= root", "utf-8")
    outcome = skald("chat", "-p", "Hello", "--grammar", bad)
    assert (outcome.code, outcome.stdout, outcome.stderr.count("\n")) == (1, "", 1)
    assert "root" in outcome.stderr
    assert skald("conversations", "list", "--json").records == []


def test_a_preset_and_what_changes_it(skald: Skald) -> None:
    options = (
        "--preset",
        "precise",
        "--top-k",
        "7",
        "--seed",
        "4",
        "--logit-bias",
        "a=b=-2",
        "--dry-multiplier",
        "0.8",
    )
    assert skald("chat", "-p", "Hello", *options).code == 0
    found = sampled(skald)
    assert (found.temperature, found.top_k, found.seed, found.dry_multiplier) == (0.2, 7, 4, 0.8)
    assert found.logit_bias == (LogitBias("a=b", -2.0),)


def test_what_the_model_file_recommends_is_used_where_nothing_else_is_said(skald: Skald, tmp_path: Path) -> None:
    path = write_llama(tmp_path / "tiny.gguf", sampling={"temp": 0.6, "top_k": 20.0})
    skald("chat", "-m", path, "-p", "Hello", "--max-tokens", "2")
    assert (sampled(skald).temperature, sampled(skald).top_k) == (0.6, 20)
    skald("chat", "-m", path, "-p", "Hello", "--max-tokens", "2", "--temperature", "1.5")
    assert (sampled(skald).temperature, sampled(skald).top_k) == (1.5, 20)
    skald("models", "import", path)
    (tiny,) = [entry for entry in skald("models", "list", "--json").records if entry["name"] == "tiny"]
    assert tiny["recommended_sampling"]["temperature"] == 0.6
