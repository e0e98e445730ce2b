"""What was said is found as a person would find it by reading everything, whatever became of the messages since."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.messages import MessageStatus, ReplyFacts, Role, TextPart
from app.storage.conversation_search import ConversationSearch, SearchHit, snippet
from app.storage.conversations import ConversationStore
from app.storage.database import Database

LETTERS = "aAbBzäÄéЖж量化模型 \n\"'%_\\*-0"


@pytest.fixture
def search(database: Database) -> ConversationSearch:
    return ConversationSearch(database)


def say(store: ConversationStore, title: str, *texts: str) -> list[str]:
    """Makes a conversation of these texts and returns the ids of its messages."""
    ids: list[str] = []
    conversation = store.create(title)
    for text in texts:
        parent = ids[-1] if ids else None
        ids.append(store.add_message(conversation.id, Role.USER, (TextPart(text),), parent_id=parent).id)
    return ids


def found(hits: list[SearchHit]) -> list[str]:
    return [hit.conversation.title for hit in hits]


@pytest.mark.parametrize("query", ["Quantization", "quantizATION", "antiz", "量化等级", "量化", "级", "Ärger", "äRG"])
def test_a_message_is_found_by_any_part_of_it_in_any_case(
    store: ConversationStore, search: ConversationSearch, query: str
) -> None:
    say(store, "other", "nothing of the kind")
    first, second = say(store, "wanted", "hello", "The quantization, Ärger: 量化等级")
    (hit,) = search.find(query)
    assert (hit.conversation.title, hit.message_id) == ("wanted", second)
    assert first != second
    assert hit.match.casefold() == query.casefold()


def test_titles_come_first_and_a_conversation_comes_once(store: ConversationStore, search: ConversationSearch) -> None:
    say(store, "Trip to Kyoto", "what of it?")
    (_, newest) = say(store, "Trains", "to kyoto", "from Kyoto")
    hits = search.find("kyoto")
    assert found(hits) == ["Trip to Kyoto", "Trains"]
    assert [hit.message_id for hit in hits] == ["", newest]
    assert [hit.match for hit in hits] == ["Kyoto", "Kyoto"]


def test_a_deleted_conversation_is_not_found(store: ConversationStore, search: ConversationSearch) -> None:
    say(store, "secret", "a secret thing")
    conversation = store.list()[0]
    store.delete(conversation.id)
    assert search.find("secret") == []
    store.restore(conversation.id)
    assert found(search.find("secret")) == ["secret"]


def test_a_reply_is_found_while_it_streams_when_it_ends_and_when_it_goes_on(
    store: ConversationStore, search: ConversationSearch
) -> None:
    (question,) = say(store, "talk", "hello")
    conversation = store.list()[0].id
    reply = store.add_message(conversation, Role.ASSISTANT, (), parent_id=question, status=MessageStatus.STREAMING)
    store.save_reply(reply.id, (TextPart("first words"),))
    assert found(search.find("first")) == ["talk"]
    store.finish_reply(reply.id, (TextPart("first words only"),), MessageStatus.STOPPED, ReplyFacts())
    assert [hit.message_id for hit in search.find("words only")] == [reply.id]
    store.resume_reply(reply.id, 1)
    store.save_reply(reply.id, (TextPart("first words and more"),))
    assert search.find("words only") == []
    assert found(search.find("and more")) == ["talk"]
    store.finish_reply(reply.id, (TextPart("quite another text"),), MessageStatus.COMPLETE, ReplyFacts())
    assert search.find("and more") == []
    assert found(search.find("another text")) == ["talk"]


def test_a_search_for_nothing_finds_nothing(store: ConversationStore, search: ConversationSearch) -> None:
    say(store, "a title", "a text")
    assert search.find(" \0 ") == []


def test_the_snippet_is_one_line_around_the_match() -> None:
    text = "# Cities\n\n" + "Many words before it. " * 4 + "The **old town** of\nKyoto is beautiful.\n" + "More. " * 30
    before, match, after = snippet(text, "KYOTO")
    assert (before, match) == ("…The old town of ", "Kyoto")
    assert after.startswith(" is beautiful. More.")
    assert snippet("short", "nowhere") == ("", "", "short")


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(LETTERS, max_size=12), min_size=1, max_size=8),
    queries=st.lists(st.text(LETTERS, min_size=1, max_size=6), min_size=1, max_size=6),
    changes=st.lists(st.tuples(st.integers(0, 7), st.text(LETTERS, max_size=9)), max_size=4),
)
def test_it_finds_what_reading_everything_finds(
    texts: list[str], queries: list[str], changes: list[tuple[int, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder, Database.open(Path(folder) / "s.sqlite3") as database:
        store, now = ConversationStore(database), {}
        for text in texts:
            (message,) = say(store, "", text)
            now[message] = text
        for number, text in changes:
            message = list(now)[number % len(now)]
            store.finish_reply(message, (TextPart(text),), MessageStatus.COMPLETE, ReplyFacts())
            now[message] = text
        for query in queries:
            needle = query.strip().casefold()
            naive = {message for message, text in now.items() if needle and needle in text.casefold()}
            assert {hit.message_id for hit in ConversationSearch(database).find(query)} == naive
