"""However the bytes are cut, the text is whole, and nothing of a stop string is in it."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.engine.text_stream import TextStream


def streamed(pieces: list[bytes], stop: tuple[str, ...] = ()) -> list[str]:
    stream = TextStream(stop)
    shown = []
    for piece in pieces:
        stopped = stream.feed(piece)
        shown.append(stream.take())
        if stopped:
            break
    return [*shown, stream.finish()]


def cut(data: bytes, places: list[int]) -> list[bytes]:
    borders = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(borders)]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.integers(0, 1000)))
def test_text_is_the_same_however_it_is_cut(text: str, places: list[int]) -> None:
    assert "".join(streamed(cut(text.encode(), places))) == text


@given(st.text("abé🙂", max_size=30), st.lists(st.integers(0, 200)), st.lists(st.text("abé", min_size=1), max_size=3))
def test_stop_strings_end_the_text_wherever_they_are_cut(text: str, places: list[int], stop: list[str]) -> None:
    ends = [text.find(item) for item in stop if item in text]
    shown = "".join(streamed(cut(text.encode(), places), tuple(stop)))
    # Piece by piece, the stop string that is complete first counts; it ends no later than the first in the text.
    assert shown == text[: len(shown)]
    if ends:
        assert not any(item in shown for item in stop)
        assert len(shown) <= max(ends)
    else:
        assert shown == text


@given(st.binary())
def test_any_bytes_give_text(data: bytes) -> None:
    shown = "".join(streamed([data[at : at + 1] for at in range(len(data))]))
    complete = data.decode("utf-8", "replace")
    assert complete.startswith(shown)
    assert len(complete) - len(shown) <= 3  # what may still become a character has at most three bytes


def test_a_character_waits_for_its_last_byte() -> None:
    assert streamed([b"caf\xc3", b"\xa9", b"!"]) == ["caf", "é", "!", ""]


def test_an_unfinished_character_is_never_shown() -> None:
    assert streamed([b"a\xf0\x9f"]) == ["a", ""]


def test_only_what_may_become_a_stop_string_is_held_back() -> None:
    assert streamed([b"one EN", b"TER END", b" more"], ("END",)) == ["one ", "ENTER ", ""]


def test_a_held_tail_is_shown_when_nothing_follows() -> None:
    assert streamed([b"the EN"], ("END",)) == ["the ", "EN"]
