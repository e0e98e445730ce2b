"""Where a conversation stands is kept, and what is deleted for good leaves no trace in the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.domain.errors import ConversationNotFound, FolderNotFound
from app.domain.messages import Role, TextPart
from app.storage import shelf as subject
from app.storage.conversation_search import ConversationSearch
from app.storage.conversations import ConversationStore
from app.storage.database import Database, migrate
from app.storage.migrations import MIGRATIONS
from app.storage.shelf import ARCHIVE, TRASH, Shelf


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return Shelf(database)


def titles(shelf: Shelf, place: str = subject.ALL) -> list[str]:
    return [entry.title for entry in shelf.list(place)]


def test_pinned_ones_stand_above_the_others(store: ConversationStore, shelf: Shelf) -> None:
    first, *_ = [store.create(title) for title in ("first", "second", "third")]
    shelf.pin(first.id, True)
    assert titles(shelf) == ["first", "third", "second"]
    assert store.get(first.id).is_pinned
    assert [entry.title for entry in shelf.list(limit=2)] == ["first", "third"]
    shelf.pin(first.id, False)
    assert titles(shelf) == ["third", "second", "first"]


def test_an_archived_conversation_is_out_of_the_list_but_found(
    store: ConversationStore, shelf: Shelf, database: Database
) -> None:
    kept = store.create("kept")
    store.create("other")
    shelf.archive(kept.id, True)
    assert (titles(shelf), titles(shelf, ARCHIVE)) == (["other"], ["kept"])
    assert [hit.conversation.is_archived for hit in ConversationSearch(database).find("kept")] == [True]
    shelf.archive(kept.id, False)
    assert titles(shelf, ARCHIVE) == []


def test_folders_are_made_renamed_deleted_and_taken_back(store: ConversationStore, shelf: Shelf) -> None:
    conversation = store.create("in it")
    folder = shelf.add_folder("work")
    shelf.add_folder("Art")
    shelf.move(conversation.id, folder.id)
    assert [entry.name for entry in shelf.folders()] == ["Art", "work"]
    assert (titles(shelf, folder.id), titles(shelf)) == (["in it"], ["in it"])
    shelf.rename_folder(folder.id, "Zoo")
    shelf.delete_folder(folder.id)
    assert [entry.name for entry in shelf.folders()] == ["Art"]
    assert titles(shelf) == ["in it"], "a folder takes nothing with it"
    with pytest.raises(FolderNotFound):
        shelf.move(conversation.id, folder.id)
    shelf.restore_folder(folder.id)
    assert titles(shelf, folder.id) == ["in it"]
    shelf.move(conversation.id, None)
    assert titles(shelf, folder.id) == []


def test_what_does_not_exist_is_told(shelf: Shelf) -> None:
    with pytest.raises(ConversationNotFound):
        shelf.pin("none", True)
    with pytest.raises(ConversationNotFound):
        shelf.duplicate("none", "copy")
    with pytest.raises(FolderNotFound):
        shelf.rename_folder("none", "x")


def test_a_copy_has_the_whole_tree_and_is_another(store: ConversationStore, shelf: Shelf) -> None:
    original = store.create("talk", system_prompt="Be brief.")
    question = store.add_message(original.id, Role.USER, (TextPart("which?"),), parent_id=None)
    for text in ("one", "two"):
        store.add_message(original.id, Role.ASSISTANT, (TextPart(text),), parent_id=question.id)
    copy = shelf.duplicate(original.id, "talk (copy)")
    assert store.get(copy).system_prompt == "Be brief."
    assert [message.text for message in store.path(copy)] == ["which?", "two"]
    tip = store.path(copy)[-1]
    assert [store.message(sibling).text for sibling in store.siblings(tip.id)] == ["one", "two"]
    store.add_message(copy, Role.USER, (TextPart("more"),), parent_id=tip.id)
    assert [message.text for message in store.path(original.id)] == ["which?", "two"]


def test_a_file_of_an_earlier_version_gives_its_room_back(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, path, MIGRATIONS[:7])
    with Database.open(path) as database:
        store, shelf = ConversationStore(database), Shelf(database)
        conversation = store.create("large")
        parent = None
        for _ in range(210):
            text = (TextPart("many words " * 100),)
            parent = store.add_message(conversation.id, Role.USER, text, parent_id=parent).id
        store.delete(conversation.id)
        database.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        before = path.stat().st_size
        shelf.purge([conversation.id])
        assert path.stat().st_size < before / 2
        assert database.rows("PRAGMA auto_vacuum") == [(2,)]
        store.create("after it")
        assert [entry.title for entry in store.list()] == ["after it"]


def test_deleting_for_good_leaves_no_trace(store: ConversationStore, shelf: Shelf, database: Database) -> None:
    gone, kept = store.create("Unspeakable title"), store.create("Kept")
    for conversation, text in ((gone, "zebra secret passage"), (kept, "plain words")):
        first = store.add_message(conversation.id, Role.USER, (TextPart(text),), parent_id=None)
        store.add_message(conversation.id, Role.ASSISTANT, (TextPart(text),), parent_id=first.id)
    shelf.purge([gone.id])
    assert store.get(gone.id).title == gone.title, "only what is in the trash goes"
    store.delete(gone.id)
    assert titles(shelf, TRASH) == ["Unspeakable title"]
    assert (shelf.expired(1), shelf.expired(0)) == ([], [gone.id])
    shelf.purge([gone.id])
    assert titles(shelf, TRASH) == []
    assert [hit.conversation.title for hit in ConversationSearch(database).find("plain")] == ["Kept"]
    folder = Path(database.path).parent
    left = b"".join(path.read_bytes() for path in folder.iterdir())
    assert b"plain words" in left
    for trace in (b"zebra secret", b"Unspeakable", b"bra", b"zeb"):
        assert trace not in left
