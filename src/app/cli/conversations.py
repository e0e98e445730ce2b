"""`skald conversations`: the same store as the window, in the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from app import i18n
from app.cli import backing_up, exchanging
from app.cli.output import one_line
from app.cli.workplace import Workplace
from app.domain.messages import Conversation, Message, MessageStatus

if TYPE_CHECKING:
    from app.storage.conversation_search import SearchHit
    from app.storage.conversations import ConversationSummary

    Subparsers = argparse._SubParsersAction[Any]

SHORT_ID = 8
INTERRUPTED = "interrupted"


def add_parser(verbs: Subparsers, common: argparse.ArgumentParser) -> None:
    """Adds the verb."""
    parser = verbs.add_parser(
        "conversations", parents=[common], help=i18n.text("cli.conversations.help"), allow_abbrev=False
    )
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    actions.add_parser("list", parents=[common], help=i18n.text("cli.conversations.list"))
    show = actions.add_parser("show", parents=[common], help=i18n.text("cli.conversations.show"))
    show.add_argument("id", metavar="ID", help=i18n.text("cli.conversations.id"))
    search = actions.add_parser("search", parents=[common], help=i18n.text("cli.conversations.search"))
    search.add_argument("query", metavar="QUERY", help=i18n.text("cli.conversations.query"))
    exchanging.add_parsers(actions, common)
    backing_up.add_parsers(actions, common)


def run(options: argparse.Namespace, workplace: Workplace) -> int:
    """Does what ``options.action`` says and returns the exit code. Raises AppError."""
    match options.action:
        case "list":
            _list(workplace, workplace.store.summaries())
        case "search":
            from app.storage.conversation_search import ConversationSearch

            _hits(workplace, ConversationSearch(workplace.database).find(options.query))
        case "show":
            _show(workplace, workplace.store.path(workplace.store.get(options.id).id))
        case "export" | "import":
            exchanging.run(options, workplace)
        case _:
            backing_up.run(options, workplace)
    return 0


def _list(workplace: Workplace, summaries: Sequence[ConversationSummary]) -> None:
    if workplace.output.is_json:
        for entry in summaries:
            workplace.output.record(_summary_values(entry))
        return
    if not summaries:
        workplace.output.notice(i18n.text("cli.conversations.none"))
        return
    workplace.output.table(
        [
            (
                entry.conversation.id[:SHORT_ID],
                f"{entry.conversation.updated_at.astimezone():%Y-%m-%d %H:%M}",
                str(entry.messages),
                one_line(entry.conversation.title),
            )
            for entry in summaries
        ]
    )


def _hits(workplace: Workplace, hits: Sequence[SearchHit]) -> None:
    for hit in hits if workplace.output.is_json else ():
        line = hit.before + hit.match + hit.after
        values = _conversation_values(hit.conversation)
        workplace.output.record({**values, "message": hit.message_id or None, "match": hit.match, "text": line})
    if workplace.output.is_json:
        return
    if not hits:
        workplace.output.notice(i18n.text("cli.conversations.none"))
        return
    workplace.output.table(
        [
            (
                hit.conversation.id[:SHORT_ID],
                f"{hit.conversation.updated_at.astimezone():%Y-%m-%d %H:%M}",
                one_line(hit.conversation.title),
                one_line(f"{hit.before}[{hit.match}]{hit.after}") if hit.message_id else "",
            )
            for hit in hits
        ]
    )


def _summary_values(entry: ConversationSummary) -> dict[str, object]:
    return {**_conversation_values(entry.conversation), "messages": entry.messages}


def _conversation_values(conversation: Conversation) -> dict[str, object]:
    return {
        "id": conversation.id,
        "title": conversation.title,
        "created_at": conversation.created_at.isoformat(),
        "updated_at": conversation.updated_at.isoformat(),
        "model": conversation.model,
    }


def _show(workplace: Workplace, messages: Sequence[Message]) -> None:
    for message in messages:
        status = _status(message)
        if workplace.output.is_json:
            workplace.output.record(_message_values(message, status))
            continue
        heading = message.facts.model or i18n.text(f"cli.role.{message.role}")
        if status != MessageStatus.COMPLETE:
            heading = f"{heading} ({i18n.text(f'cli.status.{status}')})"
        lines = [*(i18n.text("cli.attached", name=part.name) for part in message.attachments), message.text.rstrip()]
        said = "\n".join(filter(None, lines))
        workplace.output.text(f"{heading}:\n{said}\n\n")


def _message_values(message: Message, status: str) -> dict[str, object]:
    usage, timings, error = message.facts.usage, message.facts.timings, message.facts.error
    return {
        "id": message.id,
        "parent": message.parent_id,
        "role": str(message.role),
        "text": message.text,
        "attachments": [asdict(part) for part in message.attachments],
        "status": status,
        "model": message.facts.model,
        "usage": asdict(usage) if usage else None,
        "timings": asdict(timings) if timings else None,
        "error": asdict(error) if error else None,
        "created_at": message.created_at.isoformat(),
    }


def _status(message: Message) -> str:
    """Returns the status, ``interrupted`` where the writer of a streaming reply is gone."""
    if message.status is not MessageStatus.STREAMING:
        return str(message.status)
    from app.services.interruption import is_interrupted

    return INTERRUPTED if is_interrupted(message) else str(message.status)
