"""Reasoning and answer come apart however the text arrives, and no word of either is lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.reasoning import MARKERS, Markers, ReasoningSplitter, opened_by, shown_in

BY_START = {family.start: family for family in MARKERS}
THINK = (BY_START["<think>"],)
HARMONY = (BY_START["<|channel|>analysis<|message|>"],)


def split(
    chunks: Iterable[str],
    families: Sequence[Markers] = THINK,
    hidden: str = "",
    inside: Markers | None = None,
    is_answering: bool = False,
) -> tuple[str, str]:
    """Returns the whole reasoning and the whole answer."""
    splitter = ReasoningSplitter(families, hidden=hidden, inside=inside, is_answering=is_answering)
    found = [piece for chunk in chunks for piece in splitter.feed(chunk)] + splitter.finish()
    assert all(text for _, text in found)
    return "".join(text for kind, text in found if kind), "".join(text for kind, text in found if not kind)


@pytest.mark.parametrize(
    ("reply", "reasoning", "answer"),
    [
        ("<think>\nOne and one.\n</think>\n\nTwo.", "One and one.", "Two."),
        ("\n<think>a\n\nb</think>c\n", "a\n\nb", "c\n"),
        ("<think>\n\n</think>\n\nTwo.", "", "Two."),
        ("<think>\nOne and ", "One and ", ""),
        ("<think>\nOne and </thi", "One and </thi", ""),
        ("Use <think> to open and </think> to close.", "", "Use <think> to open and </think> to close."),
        ("  An answer.", "", "  An answer."),
        ("<thin", "", "<thin"),
        ("<thing>", "", "<thing>"),
        ("", "", ""),
        ("<think>a</think><think>b</think>", "a", "<think>b</think>"),
        ("<think>a</think>\n<response>\nb\n</response>\n", "a", "\nb\n"),
        ("<think>a</think><response>b</response> and c", "a", "b</response> and c"),
        ("<think>a</think>The <response> tag.", "a", "The <response> tag."),
        ("<response>b</response>", "", "<response>b</response>"),
    ],
)
def test_reasoning_is_told_from_the_answer(reply: str, reasoning: str, answer: str) -> None:
    assert split([reply]) == (reasoning, answer)
    assert split(reply) == (reasoning, answer)


def test_a_prompt_may_have_begun_the_reasoning() -> None:
    assert split(["One.\n</think>\n\nTwo."], inside=THINK[0]) == ("One.", "Two.")
    assert split(["One."], inside=THINK[0]) == ("One.", "")


def test_an_answer_that_goes_on_may_begin_with_a_marker() -> None:
    assert split(["<think> is a tag."], is_answering=True) == ("", "<think> is a tag.")


@pytest.mark.parametrize(
    ("reply", "reasoning", "answer"),
    [
        ("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Two.", "Hm.", "Two."),
        ("<|channel|>final<|message|>Two.", "", "Two."),
        (
            "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>analysis<|message|>So.<|end|>"
            "<|start|>assistant<|channel|>final<|message|>Two.",
            "Hm.So.",
            "Two.",
        ),
        ("Two.", "", "Two."),
    ],
)
def test_channels_are_reasoning_and_answer(reply: str, reasoning: str, answer: str) -> None:
    assert split([reply], HARMONY) == (reasoning, answer)
    assert split(reply, HARMONY) == (reasoning, answer)


def test_what_stands_for_a_control_token_is_no_text() -> None:
    family = Markers("\ufdd1", "\ufdd2")
    assert split("\ufdd1<think> one\ufdd3 two\ufdd2three\ufdd1 four", (family,), "\ufdd1\ufdd2\ufdd3") == (
        "<think> one two",
        "three four",
    )


def test_endless_white_space_is_an_answer() -> None:
    assert split([" " * 300 + "<think>"]) == ("", " " * 300 + "<think>")
    assert split(" " * 300 + "<think>") == ("", " " * 300 + "<think>")


texts = st.lists(
    st.sampled_from(
        [
            "<think>",
            "</think>",
            "<response>",
            "</response>",
            "<",
            ">",
            "/",
            "think",
            " ",
            "\n",
            "a",
            "文",
            "</thi",
            "<re",
        ]
    ),
    max_size=20,
).map("".join)


@given(texts, st.data(), st.booleans(), st.sampled_from(MARKERS))
def test_chunks_do_not_matter(text: str, data: st.DataObject, is_inside: bool, other: Markers) -> None:
    families = (THINK[0], other) if other is not THINK[0] else THINK
    inside = THINK[0] if is_inside else None
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    whole = split([text], families, inside=inside)
    assert split(chunks, families, inside=inside) == whole
    assert split(text, families, inside=inside) == whole


@given(texts, st.sampled_from([family for family in MARKERS if not family.skipped]))
def test_no_word_is_lost(text: str, family: Markers) -> None:
    reasoning, answer = split([text], (family,))
    kept = "".join((reasoning + answer).split())
    for mark in (family.start, family.end, *(mark for marks in family.answers for mark in marks)):
        text = text.replace(mark, "")
        kept = kept.replace("".join(mark.split()), "")
    assert kept == "".join(text.split())


@given(st.lists(st.sampled_from(["a", "b ", "\n", "<think>", "<", "</"]), min_size=1, max_size=20).map("".join))
def test_an_answer_without_reasoning_stays_as_it_is(text: str) -> None:
    answer = "x" + text
    assert split(answer) == ("", answer)


def test_markers_are_found_in_a_template() -> None:
    assert [family.start for family in shown_in("{{ '<think>' }}")] == ["<think>"]
    assert shown_in("{{ '<think>' }}")[0].answers == ()
    assert shown_in("<think></think><response></response>")[0].answers == (("<response>", "</response>"),)
    assert shown_in("<|im_start|>") == ()
    assert shown_in("<|think|> <|end|>") == ()


def test_the_end_of_a_prompt_tells_whether_reasoning_has_begun() -> None:
    assert opened_by("<|im_start|>assistant\n<think>\n", MARKERS) is THINK[0]
    assert opened_by("<|im_start|>assistant\n<think>\n\n</think>\n\n", MARKERS) is None
