"""Measures whether the starter picks the right subject, greedily, and writes the figures of the model card.

    python -m recipe.evaluate ../../assets/models/starter-Q4_K_M.gguf --write figures.json

A reply is right when it is word for word (but for case and marks) an answer of an accepted subject.
``--subjects old.json`` judges another model by its own answers: subject to list of answers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from recipe import places
from recipe.llama import GreedyModel
from recipe.subjects import read_questions, read_subjects

_HELD_OUT_A_GROUP = 120
"""So many held-out questions are asked of each group, always the same ones."""
HAND_WRITTEN = "hand-written"


@dataclass(frozen=True)
class Asked:
    """A question, the subjects whose answers are right, and the group it counts for."""

    question: str
    accepted: tuple[str, ...]
    group: str


@dataclass
class Score:
    """Figures of one group.

    ``own_words`` counts replies that are no prepared answer, ``unended`` those that did not end by the
    end-of-message token.
    """

    asked: int = 0
    right: int = 0
    own_words: int = 0
    unended: int = 0
    wrong: list[list[str]] | None = None


class Judge:
    """Knows which subjects a reply belongs to."""

    def __init__(self, answers: dict[str, list[str]]) -> None:
        self._subjects: dict[str, set[str]] = {}
        for subject, texts in answers.items():
            for text in texts:
                self._subjects.setdefault(_plain(text), set()).add(subject)

    def subjects(self, reply: str) -> set[str]:
        """Return the subjects that have this answer; none for words of the model's own."""
        return self._subjects.get(_plain(reply), set())


def own_answers() -> dict[str, list[str]]:
    """Return the answers of every subject as they are written in the recipe."""
    return {subject.id: [*subject.answers, *([subject.more] if subject.more else [])] for subject in read_subjects()}


def questions() -> list[Asked]:
    """Return the hand-written questions and a fixed sample of the held-out ones."""
    groups = {subject.id: subject.group for subject in read_subjects()}
    asked = [
        Asked(entry["question"], tuple(entry["subjects"]), HAND_WRITTEN)
        for entry in json.loads(places.HANDWRITTEN_QUESTIONS.read_text(encoding="utf-8"))
    ]
    held_out = [
        Asked(text, (subject,), groups[subject])
        for subject, texts in read_questions(places.HELD_OUT_QUESTIONS).items()
        for text in texts
    ]
    chance = random.Random(0)
    for group in dict.fromkeys(groups.values()):
        members = [entry for entry in held_out if entry.group == group]
        asked += chance.sample(members, min(_HELD_OUT_A_GROUP, len(members)))
    return asked


def evaluate(path: Path, judge: Judge) -> dict[str, Score]:
    """Ask a model file every question; return the score of each group."""
    scores: dict[str, Score] = {}
    with GreedyModel(path) as model:
        for entry in questions():
            score = scores.setdefault(entry.group, Score(wrong=[]))
            reply, is_ended = model.answer(entry.question)
            subjects = judge.subjects(reply)
            is_right = bool(subjects & set(entry.accepted))
            score.asked += 1
            score.own_words += not subjects
            score.right += is_right
            score.unended += not is_ended
            if not is_right and score.wrong is not None:
                score.wrong.append([entry.question, reply])
    return scores


def main() -> None:
    """Read the command line, evaluate and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--subjects", type=Path, help="answers of another recipe: a JSON object")
    parser.add_argument("--write", type=Path, help="JSON file of figures")
    options = parser.parse_args()
    answers = json.loads(options.subjects.read_text(encoding="utf-8")) if options.subjects else own_answers()
    scores = evaluate(options.model, Judge(answers))
    for group, score in scores.items():
        for question, reply in score.wrong or []:
            sys.stdout.write(f"- {group}: {question} => {reply}\n")
    for group, score in scores.items():
        sys.stdout.write(
            f"{group}: {score.right} of {score.asked} right, {score.own_words} own words, {score.unended} no end\n"
        )
    if options.write:
        options.write.write_text(json.dumps(_figures(options.model, scores), indent=2) + "\n", encoding="utf-8")


def _figures(path: Path, scores: dict[str, Score]) -> dict[str, object]:
    content = path.read_bytes()
    groups = {
        group: {key: value for key, value in asdict(score).items() if key != "wrong"} for group, score in scores.items()
    }
    return {
        "file": path.name,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "decoding": "greedy, first turn, no system prompt",
        "groups": groups,
    }


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


if __name__ == "__main__":
    main()
