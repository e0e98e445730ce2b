"""The subjects that the starter can talk about: how each is asked for, and what it answers."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recipe import places
from recipe.grammar import expand

APP, TALK, PERSONALITY, CHINESE, FACT, UNKNOWN = "app", "talk", "personality", "chinese", "fact", "unknown"

_GREETINGS = {"greet", "zh_hi"}


@dataclass(frozen=True)
class Subject:
    """One thing to ask about; a reply counts as right when it is one of the answers of the right subject."""

    id: str
    group: str
    questions: tuple[str, ...]
    """Training questions without the held-out ones; may hold ``{NAME}``."""
    framed: tuple[str, ...]
    """Training questions made of sentence frames; as likely altogether as ``questions`` altogether."""
    answers: tuple[str, ...]
    """The first one is the usual one."""
    more: str | None = None
    """What to say when asked to tell more."""
    weight: float = 1.0
    """How often it is drawn within its group."""


@dataclass(frozen=True)
class Phrases:
    """Small parts that conversations are put together from."""

    more: tuple[str, ...]
    system: tuple[str, ...]
    names: tuple[str, ...]


def read_toml(name: str) -> dict[str, Any]:
    """Read one file of the folder ``subjects``."""
    return tomllib.loads((places.SUBJECTS / name).read_text(encoding="utf-8"))


def read_questions(path: Path) -> dict[str, list[str]]:
    """Read questions by subject (borrowed or held out)."""
    questions: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))
    return questions


def read_phrases() -> Phrases:
    """Read the phrases of ``frames.toml``."""
    frames = read_toml("frames.toml")
    return Phrases(tuple(frames["more"]), tuple(frames["system"]), tuple(frames["names"]))


def read_subjects() -> list[Subject]:
    """Read all subjects; no training question is one that the model is examined with, but for bare greetings."""
    borrowed = read_questions(places.BORROWED_QUESTIONS)
    held_out = _examination()
    english = read_toml("frames.toml")
    chinese = read_toml("chinese.toml")
    written = [
        (APP, read_toml("app_guide.toml"), english),
        (TALK, read_toml("talk.toml"), english),
        (PERSONALITY, read_toml("personality.toml"), english),
        (CHINESE, chinese, chinese),
    ]
    subjects = [
        _subject(entry, group, frames, borrowed, held_out)
        for group, file, frames in written
        for entry in file["subject"]
    ]
    return [*subjects, *_capitals(held_out), _unknown(borrowed, held_out)]


def _examination() -> set[str]:
    """Return the keys of the held-out and the hand-written questions, without greetings: there are only so many."""
    written = json.loads(places.HANDWRITTEN_QUESTIONS.read_text(encoding="utf-8"))
    texts = [entry["question"] for entry in written if not _GREETINGS & set(entry["subjects"])]
    held_out = read_questions(places.HELD_OUT_QUESTIONS).values()
    return {key(text) for text in [*texts, *(text for group in held_out for text in group)]}


def key(text: str) -> str:
    """Return the text as questions are compared: without case and closing punctuation."""
    return text.lower().rstrip("?.! ").strip()


def _subject(
    entry: dict[str, Any],
    group: str,
    frames: dict[str, Any],
    borrowed: dict[str, list[str]],
    held_out: set[str],
) -> Subject:
    questions = [text for template in entry.get("questions", []) for text in expand(template)]
    questions += borrowed.get(entry["id"], [])
    framed = [
        text
        for kind, slot in (("tasks", "{TASK}"), ("topics", "{TOPIC}"))
        for phrase in entry.get(kind, [])
        for frame in frames[kind]
        for text in expand(frame.replace(slot, phrase))
    ]
    return Subject(
        id=entry["id"],
        group=group,
        questions=_without(questions, held_out),
        framed=_without(framed, held_out),
        answers=tuple(entry["answers"]),
        more=entry.get("more"),
        weight=float(entry.get("weight", 1)),
    )


def _without(questions: list[str], held_out: set[str]) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(questions) if key(text) not in held_out)


def _capitals(held_out: set[str]) -> list[Subject]:
    ways = ["what is the capital of {}", "capital of {}", "what's the capital of {}"]
    ways += ["which city is the capital of {}", "do you know the capital of {}"]
    return [
        Subject(
            id=f"capital_{country}",
            group=FACT,
            questions=_without([way.format(country) for way in ways], held_out),
            framed=(),
            answers=(f"The capital of {country} is {city}.",),
        )
        for country, city in read_toml("facts.toml")["capitals"].items()
    ]


def _unknown(borrowed: dict[str, list[str]], held_out: set[str]) -> Subject:
    entry = read_toml("facts.toml")["unknown"]
    templates = [text for template in entry["questions"] for text in expand(template)]
    things = entry["things"]
    filled = [
        text.replace("{X}", things[(at * 31 + step) % len(things)], 1).replace("{X}", things[at])
        for step, text in enumerate(templates)
        for at in range(len(things))
    ]
    filled += [f"what is the capital of {country}" for country in entry["countries"] for _ in range(20)]
    return Subject(
        id="oos",
        group=UNKNOWN,
        questions=_without(borrowed["oos"], held_out),
        framed=_without(filled, held_out),
        answers=tuple(entry["answers"]),
    )
