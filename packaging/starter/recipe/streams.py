"""Makes what training from nothing reads: the tokenizer and the token stream of the foreign dialogues.

    python -m recipe.streams SOURCES streams

``SOURCES`` holds clones of the repositories that sources.py names. Written are ``tokenizer.json``,
``dialogues.bin`` and, of every fiftieth document, ``dialogues_held_out.bin``: 16-bit token numbers.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from recipe import sources, vocabulary
from recipe.conversations import ConversationSource
from recipe.subjects import read_phrases, read_subjects

_CONVERSATIONS_FOR_VOCABULARY = 40_000
_HELD_OUT = 50


def build(root: Path, out: Path) -> None:
    """Read the sources below ``root`` and write the three files into ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    dialogues = sources.dialogues(root)
    stories = list(sources.stories(root / "asp-source"))
    tokenizer = vocabulary.train(_texts(dialogues, stories))
    tokenizer.save(str(out / "tokenizer.json"))
    encoder = vocabulary.ConversationEncoder(tokenizer)
    documents = [encoder.dialogue(turns) for group in dialogues.values() for turns in group]
    documents += [[*encoder.encode(story), vocabulary.END_OF_TEXT] for story in stories]
    random.Random(5).shuffle(documents)
    held_out = max(1, len(documents) // _HELD_OUT)
    _write(out / "dialogues_held_out.bin", documents[:held_out])
    _write(out / "dialogues.bin", documents[held_out:])
    counts = {name: len(group) for name, group in dialogues.items()} | {"stories": len(stories)}
    sys.stdout.write(f"documents: {counts}; tokens: {sum(map(len, documents))}\n")


def _texts(dialogues: dict[str, list[sources.Dialogue]], stories: list[str]) -> Iterator[str]:
    """Yield the texts that the merges are learned from: the sources and our own conversations."""
    for group in dialogues.values():
        yield from (" ".join(turns) for turns in group)
    yield from stories
    source = ConversationSource(read_subjects(), read_phrases(), seed=3)
    for conversation in itertools.islice(source, _CONVERSATIONS_FOR_VOCABULARY):
        for question, answer in conversation.turns:
            yield question
            yield answer


def _write(path: Path, documents: list[list[int]]) -> None:
    np.fromiter(itertools.chain.from_iterable(documents), np.uint16).tofile(path)


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    build(options.sources, options.out)


if __name__ == "__main__":
    main()
