"""`skald bench` with real models."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import Skald
from tests.gguf_files import Shape, write_llama


def test_the_starter_as_json(skald: Skald) -> None:
    done = skald("bench", "--json", "--rounds", "2", "--tokens", "8", "--prompt-tokens", "64")
    assert (done.code, done.stderr) == (0, "")
    (found,) = done.records
    assert found["model"] == "starter"
    assert found["completion_tokens"] == 8
    assert 32 <= found["prompt_tokens"] <= 160
    assert len(found["rounds"]) == 2
    assert min(found[name] for name in ("load_s", "prompt_tokens_per_s", "tokens_per_s", "first_token_s")) > 0


def test_a_prompt_that_the_context_does_not_hold_is_shorter(skald: Skald, tmp_path: Path) -> None:
    small = write_llama(tmp_path / "small.gguf", Shape(n_ctx=256))
    (found,) = skald(
        "bench", "-m", small, "--json", "--rounds", "1", "--tokens", "4", "--prompt-tokens", "9000"
    ).records
    assert 50 < found["prompt_tokens"] < 256


def test_for_a_person(skald: Skald) -> None:
    done = skald("bench", "--rounds", "1", "--tokens", "4", "--prompt-tokens", "32")
    assert done.code == 0
    assert len(done.stdout.splitlines()) == 5
    assert "starter" in done.stdout


def test_wrong_use(skald: Skald, tmp_path: Path) -> None:
    assert skald("bench", "--rounds", "0").code == 2
    unknown = skald("bench", "-m", tmp_path / "none.gguf")
    assert (unknown.code, unknown.stdout, unknown.stderr.count("\n")) == (1, "", 1)
