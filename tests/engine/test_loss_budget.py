"""Drafts that do not pay stop before they cost what a person could feel."""

from __future__ import annotations

import pytest

from app.engine.loss_budget import ALLOWED, AT_FIRST, LossBudget


@pytest.fixture
def budget() -> LossBudget:
    """One that knows that a token takes 1 s."""
    budget = LossBudget()
    budget.plain(10, 10.0)
    return budget


def test_nothing_is_drafted_before_a_tokens_time_is_known() -> None:
    assert not LossBudget().allows_a_draft


def test_losses_are_bounded(budget: LossBudget) -> None:
    n_drafts = 0
    while budget.allows_a_draft:
        budget.drafted(n_tokens=1, n_evaluated=4, seconds=2.0)
        n_drafts += 1
    assert n_drafts == AT_FIRST + 1


def test_time_without_drafts_allows_another(budget: LossBudget) -> None:
    budget.drafted(1, 16, 11.0)
    assert not budget.allows_a_draft
    budget.plain(700, 700.0)
    assert budget.allows_a_draft


def test_a_gain_pays_for_losses_before_it_only(budget: LossBudget) -> None:
    budget.drafted(1, 4, 4.0)
    budget.drafted(16, 16, 4.0)
    for _ in range(AT_FIRST):
        budget.drafted(1, 4, 2.0)
    assert budget.allows_a_draft
    budget.drafted(1, 4, 3.0)
    assert not budget.allows_a_draft


def test_a_draft_that_waited_for_the_processor_costs_no_more_than_its_tokens(budget: LossBudget) -> None:
    budget.drafted(n_tokens=4, n_evaluated=4, seconds=1000.0)
    budget.drafted(n_tokens=1, n_evaluated=4, seconds=1000.0)
    assert budget.allows_a_draft


def test_the_time_of_a_token_is_that_of_an_undisturbed_one(budget: LossBudget) -> None:
    budget.plain(1, 100.0)
    assert budget.token_s < 14
    budget.plain(4, 2.0)
    assert budget.token_s == 0.5


def test_the_share_is_small() -> None:
    assert ALLOWED <= 0.02
