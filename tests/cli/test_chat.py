"""`skald chat` with the bundled model: one message, JSON events, a conversation that goes on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import psutil
import pytest
from tests.cli.command import Outcome, Skald
from tests.gguf_files import CHATML, write_scripted

FINISHED_KEYS = {
    "usage": ["prompt_tokens", "cached_tokens", "completion_tokens"],
    "timings": ["load_s", "first_token_s", "prompt_tokens_per_s", "tokens_per_s"],
}


def text_of(outcome: Outcome) -> str:
    return "".join(record["text"] for record in outcome.records if record["type"] == "delta")


def test_one_message(skald: Skald) -> None:
    outcome = skald("chat", "-p", "Hello", "--temperature", "0")
    assert (outcome.code, outcome.stderr) == (0, "")
    assert len(outcome.stdout.strip()) > 5
    assert outcome.stdout.endswith("\n")
    (conversation,) = skald("conversations", "list", "--json").records
    question, answer = skald("conversations", "show", conversation["id"], "--json").records
    assert (question["text"], answer["text"]) == ("Hello", outcome.stdout[:-1])
    assert (answer["status"], answer["model"]) == ("complete", "starter")


def test_the_events_of_the_contract(skald: Skald) -> None:
    outcome = skald("chat", "--json", "-p", "Hello", "--seed", "5")
    assert (outcome.code, outcome.stderr) == (0, "")
    records = outcome.records
    kinds = [record["type"] for record in records]
    loading = [record for record in records if record["type"] == "loading"]
    assert loading[0] == {"type": "loading", "fraction": 0.0}
    assert loading[-1]["fraction"] == 1.0
    assert kinds == ["loading"] * len(loading) + ["delta"] * kinds.count("delta") + ["finished"]
    finished = records[-1]
    assert list(finished) == ["type", "reason", "usage", "timings"]
    assert finished["reason"] == "stop"
    assert {name: list(finished[name]) for name in FINISHED_KEYS} == FINISHED_KEYS
    assert finished["usage"]["prompt_tokens"] > 0
    assert finished["usage"]["completion_tokens"] >= kinds.count("delta")
    assert min(finished["timings"].values()) > 0
    again = skald("chat", "--json", "-p", "Hello", "--seed", "5")
    assert text_of(again) == text_of(outcome) != ""


def test_the_reply_can_be_cut(skald: Skald) -> None:
    outcome = skald("chat", "--json", "-p", "Who are you?", "--max-tokens", "3")
    assert (outcome.code, outcome.records[-1]["reason"]) == (0, "length")
    assert outcome.records[-1]["usage"]["completion_tokens"] == 3
    assert "cut" in skald("chat", "-p", "Who are you?", "--max-tokens", "3").stderr


def test_a_conversation_goes_on(skald: Skald) -> None:
    skald("chat", "-p", "Hello", "--system", "Be kind.")
    (conversation,) = skald("conversations", "list", "--json").records
    outcome = skald("chat", "-p", "Thank you", "--conversation", conversation["id"][:8], "--json")
    assert outcome.code == 0
    shown = skald("conversations", "show", conversation["id"], "--json").records
    assert [message["role"] for message in shown] == ["user", "assistant", "user", "assistant"]
    assert [message["parent"] for message in shown] == [None, *(message["id"] for message in shown[:-1])]
    assert outcome.records[-1]["usage"]["prompt_tokens"] > shown[1]["usage"]["prompt_tokens"]
    assert len(skald("conversations", "list", "--json").records) == 1


def test_a_long_conversation_is_not_evaluated_again_by_the_next_run(skald: Skald) -> None:
    skald("chat", "-p", "word " * 320, "--max-tokens", "5")
    (conversation,) = skald("conversations", "list", "--json").records
    outcome = skald("chat", "-p", "Go on", "--conversation", conversation["id"], "--json", "--max-tokens", "5")
    assert outcome.records[-1]["usage"]["cached_tokens"] > 256


def test_the_message_may_come_from_standard_input(skald: Skald) -> None:
    assert skald("chat", "-p", "-", stdin="Hello\nthere").code == 0
    (conversation,) = skald("conversations", "list", "--json").records
    assert skald("conversations", "show", conversation["id"], "--json").records[0]["text"] == "Hello\nthere"


def test_lines_of_standard_input_are_messages(skald: Skald) -> None:
    outcome = skald("chat", "--json", stdin="Hello\n\nThank you\n")
    assert (outcome.code, outcome.stderr) == (0, "")
    assert [record["type"] for record in outcome.records].count("finished") == 2
    (conversation,) = skald("conversations", "list", "--json").records
    assert conversation["messages"] == 4


def test_a_path_is_a_model(skald: Skald, tmp_path: Path, endless: Path) -> None:
    outcome = skald("chat", "-m", endless, "-p", "Go", "--max-tokens", "30", "--temperature", "0", "--json")
    assert text_of(outcome) == "abcdefghijklmnopqrstuvwxyz abc"
    last = skald("chat", "-p", "Go", "--max-tokens", "2", "--temperature", "0", "--json")
    assert text_of(last) == "ab", "the last used one"
    assert [entry["name"] for entry in skald("models", "list", "--json").records] == ["starter"]
    gone = Path(shutil.copy(endless, tmp_path / "gone.gguf"))
    skald("chat", "-m", gone, "-p", "Go", "--max-tokens", "2")
    gone.unlink()
    assert skald("chat", "-p", "Hello", "--json").code == 0, "the starter again"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-m nothing", "no model file named nothing"),
        ("-m nothing.gguf", "is not there"),
        ("--conversation abcdef123", "no conversation abcdef123"),
    ],
)
def test_a_known_error_ends_with_a_finished_event(skald: Skald, line: str, said: str) -> None:
    outcome = skald("chat", "--json", "-p", "Hi", *line.split())
    assert outcome.code == 1
    (finished,) = outcome.records
    assert (finished["type"], finished["reason"]) == ("finished", "error")
    assert said in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert skald("conversations", "list", "--json").records == [], "nothing was said yet"


def test_a_prompt_that_does_not_fit_is_kept_as_failed(skald: Skald) -> None:
    outcome = skald("chat", "--json", "-p", "word " * 2000)
    assert (outcome.code, outcome.records[-1]["reason"]) == (1, "error")
    assert "too long" in outcome.stderr
    (conversation,) = skald("conversations", "list", "--json").records
    question, answer = skald("conversations", "show", conversation["id"], "--json").records
    assert question["text"] == "word " * 2000
    assert (answer["status"], answer["error"]["key"]) == ("error", "prompt_too_long")


def test_a_reader_that_leaves_stops_the_reply(skald: Skald, endless: Path) -> None:
    running = skald.start("chat", "--json", "-m", endless, "-p", "Go", "--temperature", "0")
    text = running.deltas(3)
    engines = psutil.Process(running.process.pid).children(recursive=True)
    assert running.process.stdout is not None
    assert running.process.stderr is not None
    running.process.stdout.close()
    assert running.process.stderr.read() == b""
    assert running.process.wait(timeout=30) == 0
    running.process.stderr.close()
    psutil.wait_procs(engines, timeout=30)
    assert not any(engine.is_running() for engine in engines)
    (conversation,) = skald("conversations", "list", "--json").records
    answer = skald("conversations", "show", conversation["id"], "--json").records[-1]
    assert answer["status"] == "stopped"
    assert answer["text"].startswith(text)


def cut_off() -> list[str]:
    """Returns the command that takes the network away from what follows it; empty where the system forbids it."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    return []


WATCH = """
import os, sys
def watch(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        with open({path!r}, "a") as stream:
            stream.write(f"{{event}} {{arguments}}\\n")
sys.addaudithook(watch)
open({started!r}, "a").close()
"""


def test_it_answers_without_any_network(skald: Skald, tmp_path: Path) -> None:
    watching = tmp_path / "watching"
    watching.mkdir()
    used, started = tmp_path / "used", tmp_path / "started"
    (watching / "sitecustomize.py").write_text(WATCH.format(path=str(used), started=str(started)))
    path = os.pathsep.join([str(watching), skald.environment["PYTHONPATH"]])
    outcome = skald("chat", "-p", "Hello", "--json", prefix=cut_off(), environment={"PYTHONPATH": path})
    assert (outcome.code, outcome.stderr) == (0, "")
    assert outcome.records[-1]["reason"] == "stop"
    assert text_of(outcome)
    assert started.exists(), "the watcher ran"
    assert not used.exists(), "and no process of ours touched a socket"


def test_the_network_is_really_cut_off() -> None:
    command = cut_off()
    if command:
        told = subprocess.run(
            [*command, "cat", "/proc/net/dev"], capture_output=True, text=True, check=True
        ).stdout.splitlines()[2:]
        assert [line.split(":")[0].strip() for line in told] == ["lo"]
    else:
        assert shutil.which("unshare") is None or os.geteuid() != 0


LONG_LINES = "".join(f"{number}: tell me about the sea, the harbour and the cat. " * 6 + "\n" for number in range(6))


def test_what_the_model_does_not_see_any_more_is_told(skald: Skald) -> None:
    options = ("--context-policy", "roll", "--max-tokens", "2")
    records = skald("chat", "--json", *options, stdin=LONG_LINES).records
    views = [record for record in records if record["type"] == "view"]
    assert views
    assert [view["left_out"] for view in views] == sorted(view["left_out"] for view in views)
    assert views[0]["first"] >= views[0]["left_out"] > 0
    told = skald("chat", *options, stdin=LONG_LINES)
    assert told.code == 0
    assert re.search(r"The model does not see [46] earlier messages any more\.", told.stderr)


def test_a_full_context_window_stops_where_it_should_ask(skald: Skald) -> None:
    outcome = skald("chat", "--context-policy", "stop", "--max-tokens", "2", stdin=LONG_LINES)
    assert "The context window of 512 tokens is full." in outcome.stderr
    assert "does not see" not in outcome.stderr


def test_a_summary_takes_the_place_of_what_is_left_out(skald: Skald) -> None:
    records = skald("chat", "--json", "--context-policy", "summarise", "--max-tokens", "2", stdin=LONG_LINES).records
    kinds = [record["type"] for record in records]
    assert "summarising" in kinds
    assert all(0 <= record["fraction"] <= 1 for record in records if record["type"] == "summarising")


THINKING = "{# <think> #}" + CHATML.replace(
    "assistant\n'}}{% endif %}",
    "assistant\n'}}{% if enable_thinking is false %}{{'<think>\n\n</think>\n'}}{% endif %}{% endif %}",
)
SCRIPT = (b"<think>", b"Hm", b" so.", b"</think>", b"Two", b" words")


def test_reasoning_is_told_apart_and_kept_out_of_the_answer(skald: Skald, tmp_path: Path) -> None:
    model = write_scripted(tmp_path / "thinker.gguf", SCRIPT, template=THINKING)
    outcome = skald("chat", "-m", model, "-p", "Hello", "--temperature", "0")
    assert (outcome.code, outcome.stdout, outcome.stderr) == (0, "Two words\n", "")
    outcome = skald("chat", "-m", model, "-p", "Hello", "--temperature", "0", "--json")
    thoughts = [record["text"] for record in outcome.records if record["type"] == "reasoning"]
    assert ("".join(thoughts), text_of(outcome)) == ("Hm so.", "Two words")
    assert outcome.records[-1]["timings"]["reasoning_s"] > 0
    shown = skald("conversations", "list", "--json").records
    assert skald("conversations", "show", shown[0]["id"], "--json").records[-1]["text"] == "Two words"


def test_thinking_can_be_switched_off_and_bounded(skald: Skald, tmp_path: Path) -> None:
    model = write_scripted(tmp_path / "thinker.gguf", SCRIPT, template=THINKING)

    def prompt_tokens(*options: str) -> int:
        outcome = skald("chat", "-m", model, "-p", "Hello", "--json", *options)
        assert (outcome.code, outcome.stderr) == (0, "")
        return int(outcome.records[-1]["usage"]["prompt_tokens"])

    assert prompt_tokens("--no-think") == prompt_tokens() + len("<think>\n\n</think>\n")
    assert prompt_tokens("--think") == prompt_tokens()
    bounded = skald("chat", "-m", model, "-p", "Hello", "--json", "--thinking-budget", "2", "--max-tokens", "20")
    assert "".join(record["text"] for record in bounded.records if record["type"] == "reasoning") == "Hm"


def test_what_a_model_does_not_know_is_said(skald: Skald, tmp_path: Path) -> None:
    model = write_scripted(tmp_path / "m.gguf", (b"Two",), template="{{ raise_exception('not today') }}")
    outcome = skald("chat", "-m", model, "-p", "Hello", "--no-think")
    assert (outcome.code, outcome.stdout) == (0, "Two\n")
    problem, switch = outcome.stderr.splitlines()
    assert "not today" in problem
    assert "ChatML" in problem
    assert "thinking" in switch
