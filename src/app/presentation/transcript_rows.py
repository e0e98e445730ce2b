"""What the transcript shows of a message: one row a block, and the rows that stand below a reply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app import i18n
from app.domain.attachments import AttachmentPart
from app.domain.errors import ErrorReport
from app.domain.messages import Message, MessageStatus, Role
from app.markup import rich_text
from app.markup.blocks import Block, CodeBlock, MathsBlock, RichBlock, TableBlock, parse
from app.presentation.quantities import model_name
from app.presentation.remedies import remedy_for, remedy_text

LOG_LINES_SHOWN = 2
VIEW_LINE = "view-line"


@dataclass(frozen=True)
class Row:
    """One row. The fields are the roles of the item model; which of them are filled depends on ``kind``."""

    kind: str
    message_id: str
    is_head: bool = False
    accessible_name: str = ""
    author: str = ""
    text: str = ""
    html: str = ""
    language: str = ""
    table: TableBlock | None = None
    facts: str = ""
    variant: str = ""
    is_error: bool = False
    can_continue: bool = False
    is_streaming: bool = False
    remedy: str = ""
    remedy_text: str = ""
    is_open: bool = False
    attachments: tuple[AttachmentPart, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A message and what it does not know itself: whether its writer is gone, its place among its siblings, whether
    another model than its own is chosen now, and whether the chosen one is in memory.
    """

    message: Message
    is_interrupted: bool = False
    variant: str = ""
    is_other_model: bool = False
    is_loaded: bool = False


def author_of(message: Message) -> str:
    """Returns who speaks, as the person knows them."""
    if message.role is Role.USER:
        return i18n.text("transcript.you")
    return model_name(message.facts.model) or i18n.text("transcript.assistant")


def rows_of(shown: Shown, is_open: bool = False) -> list[Row]:
    """Returns the rows of a message that is not being written, top to bottom; ``is_open``: with its reasoning."""
    message = shown.message
    if message.role is Role.USER:
        return [_user_row(shown)]
    rows = block_rows(message, parse(message.text))
    if message.reasoning:
        rows.insert(0, reasoning_row(message.id, message.reasoning, message.reasoning_s, is_open))
    notice = _notice(shown)
    if notice:
        rows.append(notice)
    rows.append(_foot(shown))
    said = message.text or (notice.text if notice else rows[0].facts if message.reasoning else "")
    return _with_head(rows, f"{author_of(message)}: {said}", message)


def _user_row(shown: Shown) -> Row:
    message = shown.message
    names = [i18n.text("transcript.attached", name=part.name) for part in message.attachments]
    return Row(
        "user",
        message.id,
        is_head=True,
        accessible_name="\n".join([f"{author_of(message)}: {message.text}", *names]),
        text=message.text,
        variant=shown.variant,
        attachments=message.attachments,
    )


def streaming_rows(
    message: Message, blocks: Sequence[Block], waiting: str, head_name: str, before: Sequence[Row] = ()
) -> list[Row]:
    """Returns the rows of a reply that is being written, or of its last blocks when ``head_name`` is "".

    ``before`` stands above the blocks; ``waiting`` is said below them while there is no new text.
    """
    rows = [*before, *(replace(row, is_streaming=True) for row in block_rows(message, blocks))]
    if waiting:
        rows.append(Row("waiting", message.id, text=waiting, accessible_name=waiting, is_streaming=True))
    return _with_head(rows, head_name, message) if head_name else rows


def reasoning_row(message_id: str, text: str, seconds: float, is_open: bool, is_thinking: bool = False) -> Row:
    """Returns the row of a reply's reasoning, which shows its text where it is open."""
    title = i18n.text("transcript.thinking") if is_thinking else thought_text(seconds)
    return Row(
        "reasoning",
        message_id,
        text=text,
        facts=title,
        accessible_name=f"{title}\n{text}" if is_open else title,
        is_open=is_open,
        is_streaming=is_thinking,
    )


def thought_text(seconds: float) -> str:
    """Returns how long a model thought, for people."""
    if seconds <= 0:
        return i18n.text("transcript.thought")
    if seconds < 60:
        return i18n.text(
            "transcript.thought_seconds", seconds=f"{max(seconds, 0.1):.1f}" if seconds < 10 else f"{seconds:.0f}"
        )
    minutes, rest = divmod(round(seconds), 60)
    return i18n.text("transcript.thought_minutes", minutes=minutes, seconds=rest)


def block_rows(message: Message, blocks: Sequence[Block]) -> list[Row]:
    """Returns a row for each block of a reply."""
    return [_block_row(message.id, block) for block in blocks]


def _block_row(message_id: str, block: Block) -> Row:
    match block:
        case CodeBlock(code=code, language=language):
            return Row("code", message_id, text=code, language=language, accessible_name=code)
        case TableBlock():
            return Row("table", message_id, table=block, text=block.plain(), accessible_name=block.plain())
        case MathsBlock(source=source):
            return Row("maths", message_id, html=rich_text.formula(source), text=source, accessible_name=source)
        case RichBlock(html=html):
            return Row("rich", message_id, html=html, text=block.plain(), accessible_name=block.plain())


def editor_row(message: Message) -> Row:
    """Returns the row in which a message's text is edited."""
    kind = "question" if message.role is Role.USER else "reply"
    return Row(
        "editor",
        message.id,
        is_head=True,
        accessible_name=i18n.text("message.editor"),
        author=author_of(message),
        text=message.text,
        facts=i18n.text(f"message.edit_note.{kind}"),
        remedy_text=i18n.text(f"message.save.{kind}"),
    )


def _has_words(message: Message) -> bool:
    return bool(message.text or message.reasoning)


def _with_head(rows: list[Row], name: str, message: Message) -> list[Row]:
    if rows:
        rows[0] = replace(rows[0], is_head=True, accessible_name=name, author=author_of(message))
    return rows


def _notice(shown: Shown) -> Row | None:
    message = shown.message
    is_error = message.status is MessageStatus.ERROR
    is_full = message.status is MessageStatus.LENGTH and message.facts.error is not None
    if not (shown.is_interrupted or is_error or is_full):
        return None
    error = None if shown.is_interrupted else message.facts.error
    sentence = i18n.text("transcript.interrupted") if shown.is_interrupted else error_sentence(error)
    remedy = remedy_for(error, _has_words(message), shown.is_other_model, shown.is_loaded)
    return Row(
        "notice",
        message.id,
        text=sentence,
        accessible_name=sentence,
        is_error=is_error and not shown.is_interrupted,
        remedy=remedy,
        remedy_text=remedy_text(remedy),
    )


def view_line(left_out: int, summary: str) -> Row:
    """Returns the line above the first message that the model sees; the summary, if there is one, is its ``facts``."""
    key = "transcript.view.summarised" if summary else "transcript.view.left_out"
    text = i18n.text(key, count=left_out)
    return Row(VIEW_LINE, "", text=text, accessible_name=text, facts=summary)


def error_sentence(error: ErrorReport | None) -> str:
    """Returns what happened and what to do; of a log only its last words, the rest is in the log file."""
    report = error or ErrorReport("unknown", {})
    values = dict(report.values)
    if "log" in values:
        lines = [line.strip() for line in values["log"].splitlines() if line.strip()]
        values["log"] = " / ".join(lines[-LOG_LINES_SHOWN:])
    return i18n.error_sentence(report.key, values)


def _foot(shown: Shown) -> Row:
    message = shown.message
    status = message.status
    return Row(
        "foot",
        message.id,
        facts=facts_text(shown),
        accessible_name=i18n.text("transcript.facts"),
        variant=shown.variant,
        can_continue=status in (MessageStatus.STOPPED, MessageStatus.LENGTH)
        and _has_words(message)
        and message.facts.error is None,
    )


def facts_text(shown: Shown) -> str:
    """Returns the line under a reply: the model, what was measured, and how it ended."""
    message, usage, timings = shown.message, shown.message.facts.usage, shown.message.facts.timings
    parts = [model_name(message.facts.model)]
    if usage and usage.completion_tokens:
        parts.append(i18n.text("transcript.tokens", count=usage.completion_tokens))
    if usage and usage.cached_tokens:
        kept, total = f"{usage.cached_tokens:,}", f"{usage.prompt_tokens:,}"
        parts.append(i18n.text("transcript.cached", kept=kept, total=total))
    if timings and timings.tokens_per_s > 0:
        parts.append(speed_text(timings.tokens_per_s))
    if timings and timings.first_token_s > 0:
        parts.append(i18n.text("transcript.first_token", seconds=f"{timings.first_token_s:.2f}"))
    parts.append(_end_text(shown))
    return " · ".join(part for part in parts if part)


def _end_text(shown: Shown) -> str:
    """Returns why a reply ended, in words; an edited one did not end by itself."""
    message = shown.message
    if shown.is_interrupted:
        return i18n.text("transcript.ended.interrupted")
    if message.edited_from is not None:
        return i18n.text("transcript.edited")
    match message.status:
        case MessageStatus.STOPPED:
            return i18n.text("transcript.stopped")
        case MessageStatus.LENGTH if message.facts.error is not None:
            return i18n.text("transcript.ended.context")
        case MessageStatus.LENGTH:
            return i18n.text("transcript.length")
        case MessageStatus.ERROR:
            return i18n.text("transcript.ended.error")
        case MessageStatus.COMPLETE:
            return i18n.text("transcript.ended.complete")
        case MessageStatus.STREAMING:
            return ""


def speed_text(tokens_per_s: float) -> str:
    """Returns a generation speed for people."""
    return i18n.text("transcript.speed", rate=f"{tokens_per_s:,.1f}")
