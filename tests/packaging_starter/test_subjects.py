"""The subjects of the starter: complete, apart from the examination, and true of the program as built."""

from __future__ import annotations

import itertools
import json
import re

import pytest
from recipe import places
from recipe.conversations import ConversationSource
from recipe.subjects import APP, CHINESE, Subject, key, read_phrases, read_questions, read_subjects

UNTRUE = (
    r"help menu",
    r"about window",
    r"new chat\b",
    r"chat (menu|list|settings)",
    r"model list",
    r"press download",
    r"pause",
    r"gear button",
    r"add file",
    r"gpu layers|layers (of the model )?(go )?to the gpu",
    r"\bexport\b",
    r"auto-?update",
    r"clear all",
    r"report a problem",
    r"\{name\}",
)
"""Words of pages, buttons and abilities that this version does not have."""
NOT_OUR_WORDS = r"\b(chats?|threads? list|sessions?)\b"
"""The guide says conversation, as the window does; a chat template is the field's term."""


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    return read_subjects()


def said(subject: Subject) -> list[str]:
    return [*subject.answers, *([subject.more] if subject.more else [])]


def test_every_subject_can_be_asked_for_and_answered(subjects: list[Subject]) -> None:
    assert len({subject.id for subject in subjects}) == len(subjects)
    for subject in subjects:
        assert subject.questions or subject.framed, subject.id
        assert all(answer.strip() == answer and answer for answer in said(subject)), subject.id


@pytest.mark.parametrize("phrase", UNTRUE)
def test_no_answer_names_what_is_not_there(subjects: list[Subject], phrase: str) -> None:
    found = [text for subject in subjects for text in said(subject) if re.search(phrase, text, re.IGNORECASE)]
    assert found == []


def test_the_guide_uses_the_words_of_the_window(subjects: list[Subject]) -> None:
    guide = [text for subject in subjects if subject.group == APP for text in said(subject)]
    plain = [re.sub(r"chat template|skald chat", "", text) for text in guide]
    assert [text for text in plain if re.search(NOT_OUR_WORDS, text, re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("models.open_file", ("own_gguf", "download_model")),
        ("models.remove", ("delete_model",)),
        ("transcript.regenerate", ("regenerate",)),
        ("transcript.continue", ("continue_answer", "crash_safe")),
        ("transcript.retry", ("crash_safe",)),
        ("transcript.copy", ("save_conversation",)),
        ("composer.stop", ("stop_answer",)),
        ("window.new_conversation", ("new_conversation",)),
        ("toast.undo", ("delete_conversation",)),
        ("settings.title", ("settings_where", "dark_mode", "threads")),
        ("settings.about", ("update",)),
        ("sampling.temperature", ("temperature",)),
    ],
)
def test_labels_in_the_guide_are_those_of_the_window(subjects: list[Subject], name: str, keys: tuple[str, ...]) -> None:
    translations = json.loads((places.SHIPPED.parent.parent / "translations" / "en.json").read_text(encoding="utf-8"))
    label = translations[name].rstrip("…")
    by_id = {subject.id: subject for subject in subjects}
    for subject in keys:
        assert any(label in text for text in by_id[subject].answers), (subject, label)


def test_chinese_labels_are_those_of_the_window(subjects: list[Subject]) -> None:
    translations = json.loads(
        (places.SHIPPED.parent.parent / "translations" / "zh_CN.json").read_text(encoding="utf-8")
    )
    known = set(translations.values())
    quoted = {
        label
        for subject in subjects
        if subject.group == CHINESE
        for text in subject.answers
        for label in re.findall("“(.+?)”", text)
    }
    assert "撤销" in quoted
    assert quoted <= known


def test_nothing_is_trained_that_is_examined(subjects: list[Subject]) -> None:
    trained = {
        key(text)
        for subject in subjects
        if subject.id not in {"greet", "zh_hi", "pc49"}
        for text in (*subject.questions, *subject.framed)
    }
    written = json.loads(places.HANDWRITTEN_QUESTIONS.read_text(encoding="utf-8"))
    greetings = {"greet", "zh_hi"}
    examined = {key(entry["question"]) for entry in written if not greetings & set(entry["subjects"])}
    examined |= {key(text) for texts in read_questions(places.HELD_OUT_QUESTIONS).values() for text in texts}
    assert len(examined) > 1000
    assert trained & examined == set()


def test_the_examination_names_subjects_that_exist(subjects: list[Subject]) -> None:
    known = {subject.id for subject in subjects}
    written = json.loads(places.HANDWRITTEN_QUESTIONS.read_text(encoding="utf-8"))
    assert {name for entry in written for name in entry["subjects"]} <= known
    assert set(read_questions(places.HELD_OUT_QUESTIONS)) <= known


def test_conversations_are_drawn_from_the_subjects_and_the_same_for_a_seed(subjects: list[Subject]) -> None:
    def first(seed: int) -> list[object]:
        return list(itertools.islice(ConversationSource(subjects, read_phrases(), seed), 200))

    assert first(5) == first(5)
    assert first(5) != first(6)
    answers = {text for subject in subjects for text in said(subject)}
    source = ConversationSource(subjects, read_phrases(), 5)
    turns = [turn for conversation in itertools.islice(source, 500) for turn in conversation.turns]
    assert all(question and answer in answers for question, answer in turns)
    assert not any("{" in question for question, _ in turns)


def test_there_are_as_many_answers_as_the_card_says(subjects: list[Subject]) -> None:
    assert 400 < len({text for subject in subjects for text in said(subject)}) < 500
