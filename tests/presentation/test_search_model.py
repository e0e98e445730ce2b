"""A search as a person types: the newest query wins, and what is chosen is shown in its place and marked."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.assembly import Window
from app.domain.messages import Role, TextPart
from app.presentation.item_roles import FIRST_ROLE
from app.presentation.search_model import SearchModel
from app.presentation.transcript_model import ROLES
from app.storage.conversations import ConversationStore


def say(store: ConversationStore, title: str, *texts: str) -> list[str]:
    """Makes a conversation of these texts and returns the ids of its messages."""
    ids: list[str] = []
    conversation = store.create(title)
    for text in texts:
        parent = ids[-1] if ids else None
        ids.append(store.add_message(conversation.id, Role.USER, (TextPart(text),), parent_id=parent).id)
    return ids


def shown(search: SearchModel, role: str) -> list[str]:
    number = FIRST_ROLE + SearchModel.ROLES.index(role)
    return [search.data(search.index(row, 0), number) for row in range(search.rowCount())]


def test_the_newest_query_wins(window: Window, qtbot: QtBot) -> None:
    say(window.controller.parts.store, "Kyoto", "a trip")
    say(window.controller.parts.store, "Oslo", "a trip to the north, 向北")
    search = window.controller.search
    states: list[list[str]] = []
    search.found.connect(lambda: states.append(shown(search, "title")))
    for query in ("t", "tr", "trip", "trip to the n"):
        search.query = query
    qtbot.waitUntil(lambda: bool(search.state))
    assert states == [["Oslo"]]
    assert search.state == "1 found"
    search.query = "向北"
    qtbot.waitUntil(lambda: shown(search, "match") == ["向北"])
    assert shown(search, "before") == ["a trip to the north, "]
    search.query = "nowhere"
    qtbot.waitUntil(lambda: search.state == "Nothing found")
    search.query = ""
    assert (search.rowCount(), search.isActive) == (0, False)


def test_a_hit_is_opened_on_its_branch_in_its_place_and_marked(window: Window, qtbot: QtBot) -> None:
    store, transcript = window.controller.parts.store, window.controller.transcript
    ids = say(store, "long", *(f"message {number}" for number in range(100)))
    conversation = store.list()[0].id
    other = store.add_message(conversation, Role.USER, (TextPart("another branch"),), parent_id=ids[4])
    places: list[int] = []
    transcript.placeWanted.connect(places.append)
    window.controller.search.query = "message 90"
    qtbot.waitUntil(lambda: window.controller.search.rowCount() == 1)
    window.controller.search.open(0)
    assert window.controller.conversations.current_id == conversation
    assert transcript.markedId == ids[90]
    row = transcript.index(places[-1])
    assert transcript.data(row, FIRST_ROLE + list(ROLES).index("messageId")) == ids[90]
    assert store.path(conversation)[-1].id == ids[-1], "the branch of the message is the one that is shown"
    window.controller.search.query = "message 2"
    qtbot.waitUntil(lambda: shown(window.controller.search, "messageId") == [ids[29]])
    window.controller.search.query = "message 5\x00"
    qtbot.waitUntil(lambda: shown(window.controller.search, "messageId") == [ids[59]])
    window.controller.newConversation()
    assert transcript.markedId == ""
    assert other.id not in ids
