"""Finds what was said: titles by reading them, messages by their trigrams, the newest first.

A trigram that many messages have costs little, because the newest of them are looked at first and a page is enough.
What is shorter than a trigram is looked for in the newest messages; where that finds too little it is rare, and then
the few trigrams that begin with it are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.messages import Conversation
from app.storage.database import Database
from app.storage.rows import CONVERSATION_COLUMNS, conversation_from, storable

#: How many conversations a search gives at most.
LIMIT: Final = 50
#: A longer query is cut: nobody types it, and comparing it costs.
LONGEST: Final = 200
SNIPPET_BEFORE: Final = 24
SNIPPET_AFTER: Final = 72
_TRIGRAM: Final = 3
_MOST_TRIGRAMS: Final = 8
_MOST_CONTINUATIONS: Final = 1500
_NEWEST: Final = 20_000
_PAGE: Final = 100
_MOST_PAGES: Final = 20
_NO_SEQ: Final = 2**62
_LAST_CHARACTER: Final = "\U0010ffff"
_MARKUP: Final = str.maketrans(dict.fromkeys("*_`#>|~", " "))


@dataclass(frozen=True)
class SearchHit:
    """A conversation that was found. ``message_id`` is its newest message that matches, "" where only the title does.

    ``before``, ``match`` and ``after`` are a line of that message around the match; of the title without a message.
    """

    conversation: Conversation
    message_id: str
    before: str
    match: str
    after: str


class ConversationSearch:
    """Searches one database; for the thread that opened it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, query: str, limit: int = LIMIT) -> list[SearchHit]:
        """Returns the conversations that have ``query`` in the title or in a message, in any case, the newest first.

        Conversations whose title matches come first; deleted ones are left out. What a reply writes is found, too.
        """
        needle = storable(query).replace("\0", "").strip()[:LONGEST]
        if not needle:
            return []
        titled = self._titled(needle, limit)
        said = self._said(needle, limit)
        wanted = list(dict.fromkeys([*titled, *said]))[:limit]
        return [
            hit for conversation_id in wanted for hit in self._hit(conversation_id, said.get(conversation_id), needle)
        ]

    def _titled(self, needle: str, limit: int) -> list[str]:
        condition, value = _contains("title", needle)
        rows = self._database.rows(
            "SELECT id FROM conversations WHERE seq IN (SELECT seq FROM conversations INDEXED BY conversation_titles "
            f"WHERE deleted_at IS NULL AND {condition} ORDER BY updated_at DESC LIMIT ?) ORDER BY updated_at DESC",
            (value, limit),
        )
        return [row[0] for row in rows]

    def _said(self, needle: str, limit: int) -> dict[str, str]:
        """Returns the newest message that matches by its conversation."""
        found: dict[str, str] = {}
        for _, message_id, conversation_id in sorted(self._streaming(needle), reverse=True):
            found.setdefault(conversation_id, message_id)
        for _, message_id, conversation_id in self._matches(needle, limit):
            found.setdefault(conversation_id, message_id)
            if len(found) >= limit:
                break
        return found

    def _matches(self, needle: str, limit: int) -> Iterator[tuple[int, str, str]]:
        if len(needle) >= _TRIGRAM:
            yield from self._indexed(_all_of(needle), needle)
            return
        newest = self._scanned(needle, limit, _NEWEST)
        if len(newest) >= limit:
            yield from newest
            return
        continuations = self._database.rows(
            "SELECT term FROM message_trigrams WHERE term >= ? AND term < ? LIMIT ?",
            (needle.lower(), needle.lower() + _LAST_CHARACTER, _MOST_CONTINUATIONS),
        )
        if len(continuations) == _MOST_CONTINUATIONS:
            yield from self._deeper(needle, limit)
        elif continuations:
            yield from self._indexed(" OR ".join(_quoted(row[0]) for row in continuations), needle)

    def _indexed(self, trigrams: str, needle: str) -> Iterator[tuple[int, str, str]]:
        """Yields the messages with ``trigrams`` that have the needle, newest first, read page by page.

        Of a conversation that had its turn on an earlier page there are no more: a long one does not hide the others.
        """
        condition, value = _contains("m.text", needle)
        before, known = _NO_SEQ, list[str]()
        for _ in range(_MOST_PAGES):
            rows = self._database.rows(
                "SELECT m.seq, m.id, m.conversation_id FROM message_index CROSS JOIN messages m "
                "ON m.seq = message_index.rowid WHERE message_index MATCH ? AND message_index.rowid < ? "
                f"AND m.conversation_id NOT IN ({', '.join('?' * len(known))}) "
                f"AND m.deleted_at IS NULL AND {condition} AND {_IS_THERE} ORDER BY message_index.rowid DESC LIMIT ?",
                (trigrams, before, *known, value, _PAGE),
            )
            yield from rows
            if len(rows) < _PAGE:
                return
            before = rows[-1][0]
            known = list(dict.fromkeys([*known, *(row[2] for row in rows)]))

    def _deeper(self, needle: str, limit: int) -> list[tuple[int, str, str]]:
        """Reads ever more of the newest texts until enough is found."""
        (count,) = self._database.rows("SELECT coalesce(max(seq), 0) FROM messages")[0]
        depth, found = _NEWEST, list[tuple[int, str, str]]()
        while depth < count and len(found) < limit:
            depth *= 4
            found = self._scanned(needle, limit, depth)
        return found

    def _scanned(self, needle: str, limit: int, newest: int) -> list[tuple[int, str, str]]:
        """Reads the ``newest`` texts themselves; gives the newest match of each conversation."""
        condition, value = _contains("m.text", needle)
        last = self._database.rows("SELECT coalesce(max(seq), 0) FROM messages")[0][0]
        return self._database.rows(
            "SELECT max(m.seq) AS latest, m.id, m.conversation_id FROM messages m NOT INDEXED WHERE m.seq > ? "
            f"AND {condition} AND m.status <> 'streaming' AND m.deleted_at IS NULL GROUP BY m.conversation_id "
            f"HAVING {_IS_THERE} ORDER BY latest DESC LIMIT ?",
            (last - newest, value, limit),
        )

    def _streaming(self, needle: str) -> list[tuple[int, str, str]]:
        """Returns the replies that match and have not ended, or whose end was never written."""
        condition, value = _contains("m.text", needle)
        return self._database.rows(
            "SELECT m.seq, m.id, m.conversation_id FROM messages m INDEXED BY messages_streaming "
            f"WHERE m.status = 'streaming' AND m.deleted_at IS NULL AND {condition} AND {_IS_THERE}",
            (value,),
        )

    def _hit(self, conversation_id: str, message_id: str | None, needle: str) -> list[SearchHit]:
        rows = self._database.rows(
            f"SELECT {CONVERSATION_COLUMNS}, (SELECT text FROM messages WHERE messages.id = ?) FROM conversations "
            "WHERE id = ? AND deleted_at IS NULL",
            (message_id, conversation_id),
        )
        found = [(conversation_from(row[:-1]), row[-1]) for row in rows]
        return [
            SearchHit(conversation, message_id or "", *snippet(text or conversation.title, needle))
            for conversation, text in found
        ]


_IS_THERE: Final = "EXISTS (SELECT 1 FROM conversations c WHERE c.id = m.conversation_id AND c.deleted_at IS NULL)"


def snippet(text: str, needle: str) -> tuple[str, str, str]:
    """Returns the line around the first match in ``text``: what stands before it, the match, what follows.

    Marks of Markdown and line ends are spaces. A text without a match is its own beginning, with an empty match.
    """
    at = text.lower().find(needle.lower()) if len(text.lower()) == len(text) else text.find(needle)
    start, end = (at, at + len(needle)) if at >= 0 else (0, 0)
    before = _line(text[max(0, start - SNIPPET_BEFORE) : start], has_more=start > SNIPPET_BEFORE)
    return before, text[start:end], _line(text[end : end + SNIPPET_AFTER])


def _line(text: str, *, has_more: bool = False) -> str:
    """Returns ``text`` on one line; one that is cut at its beginning begins with a whole word."""
    plain = text.translate(_MARKUP)
    if has_more:
        _, space, rest = plain.partition(" ")
        plain = "…" + (rest if space and rest else plain)
    inner = " ".join(plain.split())
    return (" " if plain[:1].isspace() else "") + inner + (" " if inner and plain[-1:].isspace() else "")


def _contains(column: str, needle: str) -> tuple[str, str]:
    """Returns the condition that ``column`` has the needle in any case, and its one value: the cheapest that is right.

    SQLite's own functions where the needle is ASCII or has no case (Chinese), else Python's.
    """
    if needle.isascii():
        escaped = needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{column} LIKE ? ESCAPE '\\'", f"%{escaped}%"
    if needle.lower() == needle.upper():
        return f"instr({column}, ?) > 0", needle
    return f"instr(casefold({column}), ?) > 0", needle.casefold()


def _all_of(needle: str) -> str:
    """Returns the query for trigrams that together cover the needle, or enough of it to tell it from most texts."""
    last = len(needle) - _TRIGRAM
    step = max(1, last // (_MOST_TRIGRAMS - 1))
    starts = sorted({*range(0, last, step), last})
    return " AND ".join(_quoted(needle[start : start + _TRIGRAM]) for start in starts)


def _quoted(trigram: str) -> str:
    return '"' + trigram.replace('"', '""') + '"'
