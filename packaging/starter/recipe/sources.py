"""Reads the public dialogues and stories of the first training from clones of their repositories.

``root`` holds one clone a repository, each in a folder of its name:

| repository on GitHub               | read                                                         | licence          |
|------------------------------------|--------------------------------------------------------------|------------------|
| jfainberg/self_dialogue_corpus     | corpus/**/*.csv, blocked_workers.txt                         | BSD-3-Clause     |
| alexa/Topical-Chat                 | conversations/{valid,test}_{freq,rare}.json                  | CDLA-Sharing 1.0 |
| google-research-datasets/Taskmaster| TM-4-2024/data/*.json                                        | CC BY 4.0        |
| gunthercox/chatterbot-corpus       | chatterbot_corpus/data/english/*.yml but some topics         | BSD-3-Clause     |
| global-asp/asp-source              | en/*.md, only stories marked CC-BY                           | CC BY            |
| thu-coai/KdConv                    | data/{film,music,travel}/{dev,test}.json                     | Apache-2.0       |
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Dialogue = list[str]
"""What two speakers say in turn."""

_CHATTERBOT_LEFT_OUT = {"ai", "gossip", "politics", "psychology", "drugs", "covid", "botprofile", "humor"}
_SHORTEST_STORY = 80


def clean(text: str) -> str:
    """Return the text in one line with plain quotation marks."""
    for fancy, plain in (("’", "'"), ("“", '"'), ("”", '"'), ("–", "-"), ("…", "..."), ("\u00a0", " ")):
        text = text.replace(fancy, plain)
    return re.sub(r"\s+", " ", text).strip()


def dialogues(root: Path) -> dict[str, list[Dialogue]]:
    """Return all dialogues of at least two turns, by source."""
    sources = {
        "self dialogue": self_dialogues(root / "self_dialogue_corpus"),
        "topical chat": topical_chat(root / "Topical-Chat"),
        "taskmaster 4": taskmaster(root / "Taskmaster"),
        "chatterbot": chatterbot(root / "chatterbot-corpus"),
        "kdconv": kdconv(root / "KdConv"),
    }
    return {name: [turns for turns in source if len(turns) >= 2] for name, source in sources.items()}


def self_dialogues(repository: Path) -> Iterator[Dialogue]:
    """Yield dialogues that one person wrote with themselves, without those of the blocked workers."""
    blocked = set((repository / "blocked_workers.txt").read_text(encoding="utf-8").split())
    for path in sorted((repository / "corpus").rglob("*.csv")):
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            for row in csv.DictReader(file):
                turns = [] if row.get("WorkerId") in blocked else _sentences(row)
                if len(turns) >= 4:
                    yield turns


def _sentences(row: dict[str, str | Any]) -> Dialogue:
    columns = [name for name in row if name and name.startswith("Answer.sentence")]
    columns.sort(key=lambda name: int(re.sub(r"\D", "", name)))
    texts = (clean(row[name] or "") for name in columns)
    return [text for text in texts if text not in ("", "{}")]


def topical_chat(repository: Path) -> Iterator[Dialogue]:
    """Yield the validation and test dialogues of Topical-Chat."""
    for part in ("valid_freq", "valid_rare", "test_freq", "test_rare"):
        for dialogue in _json(repository / "conversations" / f"{part}.json").values():
            yield [clean(turn["message"]) for turn in dialogue["content"]]


def taskmaster(repository: Path) -> Iterator[Dialogue]:
    """Yield the coffee orders of TM-4, begun by the customer, the turns of one speaker joined."""
    for path in sorted((repository / "TM-4-2024" / "data").glob("*.json")):
        for dialogue in _json(path):
            turns: list[tuple[str, str]] = []
            for utterance in dialogue.get("utterances") or []:
                speaker, text = str(utterance.get("speaker", "user")), clean(utterance.get("text", ""))
                if turns and turns[-1][0] == speaker:
                    turns[-1] = (speaker, f"{turns[-1][1]} {text}")
                else:
                    turns.append((speaker, text))
            is_customer_first = bool(turns) and turns[0][0].lower().startswith("u")
            yield [text for _, text in (turns if is_customer_first else turns[1:])]


def chatterbot(repository: Path) -> Iterator[Dialogue]:
    """Yield the English dialogues of the ChatterBot corpus but those of some topics; needs PyYAML."""
    import yaml  # type: ignore[import-untyped,unused-ignore]  # only here, so that everything else runs without it

    for path in sorted((repository / "chatterbot_corpus" / "data" / "english").glob("*.yml")):
        if path.stem in _CHATTERBOT_LEFT_OUT:
            continue
        for turns in yaml.safe_load(path.read_text(encoding="utf-8")).get("conversations") or []:
            yield [clean(str(text)) for text in turns]


def kdconv(repository: Path) -> Iterator[Dialogue]:
    """Yield the development and test dialogues of KdConv, in Chinese."""
    for domain in ("film", "music", "travel"):
        for part in ("dev", "test"):
            for dialogue in _json(repository / "data" / domain / f"{part}.json"):
                yield [clean(turn["message"]) for turn in dialogue["messages"]]


def stories(repository: Path) -> Iterator[str]:
    """Yield the English stories of the African Storybook that are marked CC-BY (not CC-BY-NC)."""
    for path in sorted((repository / "en").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if path.name == "README.md" or not re.search(r"License: \[CC-BY\]", text):
            continue
        text = re.sub(r"^(\*.*|##\s*)$", "", text, flags=re.MULTILINE)
        text = clean(re.sub(r"^# (.*)$", r"\1.", text, flags=re.MULTILINE))
        if len(text) > _SHORTEST_STORY:
            yield text


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
