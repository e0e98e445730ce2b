"""A model's answer becomes a title only where it is one, and only for a conversation that wants one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.generation import ContextPolicy
from app.domain.messages import MessageStatus, ReplyFacts, Role, TextPart, TitleOrigin
from app.services.titling import LONGEST_TITLE, clean_title, title_request, wants_title
from app.storage.conversations import ConversationStore
from app.storage.settings import Settings


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("A trip to Kyoto", "A trip to Kyoto"),
        ('\n "A trip to Kyoto." \nIt says what …', "A trip to Kyoto"),
        ("**Title: A trip to Kyoto**", "A trip to Kyoto"),
        ("《京都之行》。", "京都之行"),
        ("Why: a question", "Why: a question"),
        ("", ""),
        ('"\n"', ""),
        ("bad\x07bell", ""),
    ],
)
def test_the_title_of_an_answer(answer: str, title: str) -> None:
    assert clean_title(answer) == title


@given(st.text())
def test_any_answer_gives_one_short_line_or_nothing(answer: str) -> None:
    title = clean_title(answer)
    assert len(title) <= LONGEST_TITLE + 1
    assert title.isprintable()
    assert title == title.strip()


def test_only_after_the_first_reply_and_never_over_a_person_s(store: ConversationStore) -> None:
    conversation = store.create("first line")
    question = store.add_message(conversation.id, Role.USER, (TextPart("Hello"),), parent_id=None)
    assert not wants_title(conversation, store.path(conversation.id))
    reply = store.add_message(
        conversation.id, Role.ASSISTANT, (), parent_id=question.id, status=MessageStatus.STREAMING
    )
    assert not wants_title(conversation, store.path(conversation.id))
    store.finish_reply(reply.id, (TextPart("Hi"),), MessageStatus.COMPLETE, ReplyFacts())
    branch = store.path(conversation.id)
    assert wants_title(conversation, branch)
    assert not wants_title(replace(conversation, title_origin=TitleOrigin.PERSON), branch)
    assert not wants_title(replace(conversation, title_origin=TitleOrigin.MODEL), branch)
    assert not wants_title(replace(conversation, id="temporary-1"), branch)
    request = title_request(conversation, branch, Settings())
    assert [message.role for message in request.messages] == ["user", "assistant", "user"]
    assert (request.thinking, request.policy, request.max_tokens) == (False, ContextPolicy.ROLL, 32)
    assert request.conversation_id == conversation.id
