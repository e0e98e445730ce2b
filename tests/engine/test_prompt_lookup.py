"""What stood in the context is guessed where it is repeated, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from app.engine.prompt_lookup import PromptLookup


def never(_token: int) -> bool:
    return False


def drafted(prompt: Sequence[int], reply: Sequence[int], most: int = 3, least_same: int = 4) -> list[int]:
    """Returns the draft after the last token of ``reply``."""
    lookup = PromptLookup(prompt)
    for token in reply:
        lookup.append(token)
    return lookup.draft(most, least_same, never)


def test_what_followed_before_is_guessed() -> None:
    assert drafted([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4]) == [5, 6, 7]


def test_the_reply_itself_is_context_too() -> None:
    assert drafted([9], [1, 2, 3, 4, 5, 6, 1, 2, 3, 4]) == [5, 6, 1]


def test_the_last_place_counts() -> None:
    assert drafted([1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 6], [1, 2, 3, 4], most=1) == [6]


def test_fewer_than_four_the_same_are_chance() -> None:
    assert drafted([1, 2, 3, 4, 5], [0, 2, 3, 4]) == []


def test_more_can_be_asked_for() -> None:
    prompt, reply = [0, 1, 2, 3, 4, 5, 6, 7], [9, 1, 2, 3, 4, 5]
    assert drafted(prompt, reply, least_same=5) == [6, 7, 9]
    assert drafted(prompt, reply, least_same=6) == []


def test_a_draft_goes_on_where_the_last_one_was_right() -> None:
    lookup = PromptLookup([1, 2, 3, 4, 5, 6, 7, 8])
    for token in (1, 2, 3, 4):
        lookup.append(token)
    assert lookup.draft(2, 4, never) == [5, 6]
    for token in (5, 6):
        assert lookup.append(token)
    assert lookup.draft(2, 99, never) == [7, 8]
    assert not lookup.append(0)
    assert lookup.draft(2, 4, never) == []


def test_nothing_is_guessed_past_the_end_of_a_reply() -> None:
    lookup = PromptLookup([1, 2, 3, 4, 5, 6, 7])
    for token in (1, 2, 3, 4):
        lookup.append(token)
    assert lookup.draft(9, 4, lambda token: token == 6) == [5]


def test_a_short_prompt_has_nothing_to_find() -> None:
    assert drafted([], [1, 2]) == []
    assert drafted([1, 2, 3], [4]) == []


@given(st.lists(st.integers(0, 2), max_size=40), st.lists(st.integers(0, 2), min_size=1, max_size=40))
def test_a_draft_is_what_followed_the_same_tokens(prompt: list[int], reply: list[int]) -> None:
    draft = drafted(prompt, reply, most=5, least_same=4)
    tokens = prompt + reply
    ends = [end for end in range(4, len(tokens)) if tokens[end - 4 : end] == tokens[-4:]]
    assert draft == (tokens[ends[-1] : ends[-1] + 5] if ends else [])
