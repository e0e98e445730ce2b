"""Reading the public sources of the first training, from small clones of the same shape."""

from __future__ import annotations

import json
from pathlib import Path

from recipe import sources


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_self_dialogues_leave_out_blocked_workers_and_short_ones(tmp_path: Path) -> None:
    write(tmp_path / "blocked_workers.txt", "BAD\n")
    rows = [
        "WorkerId,Answer.sentence2,Answer.sentence1,Answer.sentence3,Answer.sentence4",
        "GOOD,Hello,“Hi”,How are you?,Fine",
        "BAD,Hello,Hi,How are you?,Fine",
        "GOOD,Hello,Hi,{},",
    ]
    write(tmp_path / "corpus" / "music" / "music0.csv", "\n".join(rows))
    assert list(sources.self_dialogues(tmp_path)) == [['"Hi"', "Hello", "How are you?", "Fine"]]


def test_topical_chat_reads_its_four_parts(tmp_path: Path) -> None:
    for part in ("valid_freq", "valid_rare", "test_freq", "test_rare"):
        dialogue = {"t1": {"content": [{"message": f"from {part} "}, {"message": "yes"}]}}
        write(tmp_path / "conversations" / f"{part}.json", json.dumps(dialogue))
    assert [turns[0] for turns in sources.topical_chat(tmp_path)] == [
        "from valid_freq",
        "from valid_rare",
        "from test_freq",
        "from test_rare",
    ]


def test_taskmaster_joins_turns_and_begins_with_the_customer(tmp_path: Path) -> None:
    utterances = [
        {"speaker": "ASSISTANT", "text": "Welcome"},
        {"speaker": "USER", "text": "A latte"},
        {"speaker": "USER", "text": "please"},
        {"speaker": "ASSISTANT", "text": "Sure"},
    ]
    write(tmp_path / "TM-4-2024" / "data" / "data_00.json", json.dumps([{"utterances": utterances}]))
    assert list(sources.taskmaster(tmp_path)) == [["A latte please", "Sure"]]


def test_kdconv_reads_domains(tmp_path: Path) -> None:
    for domain in ("film", "music", "travel"):
        for part in ("dev", "test"):
            dialogue = [{"messages": [{"message": f"{domain}？"}, {"message": "好"}]}]
            write(tmp_path / "data" / domain / f"{part}.json", json.dumps(dialogue))
    assert len(list(sources.kdconv(tmp_path))) == 6


def test_stories_only_with_the_attribution_licence(tmp_path: Path) -> None:
    body = "# The hare\n##\nOnce a hare met a tortoise on the long road to the river.\n##\nThey walked on together.\n"
    write(tmp_path / "en" / "1_free.md", body + "* License: [CC-BY]\n")
    write(tmp_path / "en" / "2_not.md", body + "* License: [CC-BY-NC]\n")
    write(tmp_path / "en" / "README.md", body + "License: [CC-BY]")
    assert list(sources.stories(tmp_path)) == [
        "The hare. Once a hare met a tortoise on the long road to the river. They walked on together."
    ]
