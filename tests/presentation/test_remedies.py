"""One button beside a failed reply: the one that helps with what happened, and with the model that is chosen now."""

from __future__ import annotations

import pytest

from app import i18n
from app.domain.errors import ErrorReport, known_errors
from app.presentation.remedies import Remedy, remedy_for, remedy_text


@pytest.mark.parametrize(
    ("key", "has_text", "remedy"),
    [
        ("engine_killed", True, Remedy.CONTINUE),
        ("engine_crashed", True, Remedy.CONTINUE),
        ("engine_aborted", False, Remedy.RETRY),
        ("engine_hung", True, Remedy.CONTINUE),
        ("model_changed", True, Remedy.CONTINUE),
        ("model_changed", False, Remedy.RETRY),
        ("engine_out_of_memory", True, Remedy.SHORTER_CONTEXT),
        ("out_of_memory", False, Remedy.SHORTER_CONTEXT),
        ("model_missing", False, Remedy.CHOOSE_MODEL),
        ("model_missing", True, Remedy.CHOOSE_MODEL),
        ("template_failed", False, Remedy.CHOOSE_MODEL),
        ("prompt_too_long", False, Remedy.RETRY),
    ],
)
def test_what_happened_decides(key: str, has_text: bool, remedy: Remedy) -> None:
    assert remedy_for(ErrorReport(key, {}), has_text, is_other_model=False, is_loaded=False) is remedy


@pytest.mark.parametrize("key", sorted(known_errors()))
def test_with_another_model_the_same_message_is_worth_a_try(key: str) -> None:
    error = ErrorReport(key, {})
    assert remedy_for(error, False, is_other_model=True, is_loaded=False) is Remedy.RETRY
    assert remedy_for(error, True, is_other_model=True, is_loaded=True) is Remedy.CONTINUE


def test_a_file_that_is_back_can_answer_and_a_bad_template_cannot() -> None:
    missing, template = (ErrorReport(key, {}) for key in ("model_missing", "template_failed"))
    assert remedy_for(missing, False, is_other_model=False, is_loaded=True) is Remedy.RETRY
    assert remedy_for(template, False, is_other_model=False, is_loaded=True) is Remedy.CHOOSE_MODEL


def test_an_interrupted_reply_goes_on() -> None:
    assert remedy_for(None, True, is_other_model=False, is_loaded=False) is Remedy.CONTINUE
    assert remedy_for(None, False, is_other_model=False, is_loaded=True) is Remedy.RETRY


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_button_has_a_text(language: str) -> None:
    i18n.use_language(language)
    texts = {remedy_text(remedy) for remedy in Remedy}
    assert len(texts) == len(Remedy)
    assert not [text for text in texts if "." in text]
