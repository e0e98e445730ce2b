"""`skald chat --attach`: the text of files goes along with the message."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import Skald


def test_files_go_along_with_the_message(skald: Skald, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The key is under the mat.", "utf-8")
    (tmp_path / "b.csv").write_text("x,y\n1,2\n", "utf-8")
    asked = ["chat", "--json", "-p", "Hello", "--max-tokens", "1"]
    plain = skald(*asked).records[-1]["usage"]["prompt_tokens"]
    outcome = skald(*asked, "--attach", tmp_path / "a.txt", tmp_path / "b.csv")
    assert (outcome.code, outcome.stderr) == (0, "")
    assert outcome.records[-1]["usage"]["prompt_tokens"] > plain + 10
    newest = skald("conversations", "list", "--json").records[0]
    question, _ = skald("conversations", "show", newest["id"], "--json").records
    assert question["text"] == "Hello"
    assert [(part["name"], part["kind"], part["text"]) for part in question["attachments"]] == [
        ("a.txt", "text", "The key is under the mat."),
        ("b.csv", "csv", "x,y\n1,2\n"),
    ]
    shown = skald("conversations", "show", newest["id"]).stdout
    assert shown.startswith("You:\n[Attached: a.txt]\n[Attached: b.csv]\nHello\n\n")


def test_a_file_that_cannot_be_read_is_told_before_anything_is_written(skald: Skald, tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    outcome = skald("chat", "-p", "What is this?", "--attach", picture)
    assert (outcome.code, outcome.stdout) == (1, "")
    assert outcome.stderr.startswith("skald: “a.png” is a picture, and this model cannot see images.")
    assert skald("conversations", "list", "--json").records == []


def test_a_message_takes_twenty_files(skald: Skald, tmp_path: Path) -> None:
    outcome = skald("chat", "-p", "Hello", "--attach", *(tmp_path / f"{n}.txt" for n in range(21)))
    assert outcome.code == 1
    assert "20 files" in outcome.stderr
