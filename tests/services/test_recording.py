"""A streaming reply is saved in time, whole at its end, and never by late events."""

from __future__ import annotations

import pytest

from app.domain.errors import DiskFull, EngineDied
from app.domain.generation import Finished, FinishReason, PromptProgress, ReasoningDelta, TextDelta, Timings, Usage
from app.domain.messages import MessageStatus, ReasoningPart, TextPart
from app.services.conversing import Conversing, PendingReply
from app.services.recording import SAVE_INTERVAL, ReplyRecorder
from app.storage.conversations import ConversationStore
from app.storage.database import Database


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def pending(store: ConversationStore) -> PendingReply:
    return Conversing(store).begin("Hi", model="tiny")


@pytest.fixture
def recorder(store: ConversationStore, pending: PendingReply, clock: Clock) -> ReplyRecorder:
    return ReplyRecorder(store, pending, clock)


def test_no_second_passes_unsaved(
    store: ConversationStore, pending: PendingReply, recorder: ReplyRecorder, clock: Clock
) -> None:
    assert SAVE_INTERVAL <= 1
    texts = []
    for number in range(300):
        clock.now += 0.01
        recorder.receive(TextDelta(pending.request.id, f"{number} "))
        texts.append(recorder.text)
        assert store.message(pending.message_id).text in texts[-int(SAVE_INTERVAL / 0.01) - 1 :]
    assert store.message(pending.message_id).status is MessageStatus.STREAMING


def test_a_slow_stream_is_saved_at_every_piece(
    store: ConversationStore, pending: PendingReply, recorder: ReplyRecorder, clock: Clock
) -> None:
    for piece in ("a", "b", "c"):
        clock.now += 3
        recorder.receive(TextDelta(pending.request.id, piece))
        assert store.message(pending.message_id).text == recorder.text


def test_save_now_saves_what_is_left(store: ConversationStore, pending: PendingReply, recorder: ReplyRecorder) -> None:
    for piece in ("a", "b"):
        recorder.receive(TextDelta(pending.request.id, piece))
    assert store.message(pending.message_id).text == "a"
    recorder.save_now()
    assert store.message(pending.message_id).text == "ab"


@pytest.mark.parametrize(
    ("reason", "status"),
    [(FinishReason.STOP, MessageStatus.COMPLETE), (FinishReason.LENGTH, MessageStatus.LENGTH),
     (FinishReason.CANCELLED, MessageStatus.STOPPED), (FinishReason.ERROR, MessageStatus.ERROR)],
)  # fmt: skip
def test_the_end(
    store: ConversationStore, pending: PendingReply, recorder: ReplyRecorder, reason: FinishReason,
    status: MessageStatus,
) -> None:  # fmt: skip
    identity = pending.request.id
    error = EngineDied(code=9, log="x").report() if reason is FinishReason.ERROR else None
    recorder.receive(PromptProgress(identity, 1, 2))
    for event in (ReasoningDelta(identity, "h"), ReasoningDelta(identity, "m"), TextDelta(identity, "Hi")):
        recorder.receive(event)
    finished = Finished(identity, reason, Usage(1, 2, 3), Timings(tokens_per_s=9.5), error)
    recorder.receive(finished)
    stored = store.message(pending.message_id)
    assert (stored.parts, stored.status, stored.writer_pid) == ((ReasoningPart("hm"), TextPart("Hi")), status, None)
    assert (stored.facts.model, stored.facts.usage, stored.facts.error) == ("tiny", Usage(1, 2, 3), error)
    assert stored.facts.timings == Timings(tokens_per_s=9.5)
    assert recorder.finished == finished


def test_late_and_foreign_events_are_dropped(
    store: ConversationStore, pending: PendingReply, recorder: ReplyRecorder
) -> None:
    recorder.receive(TextDelta("another", "no"))
    recorder.receive(TextDelta(pending.request.id, "yes"))
    recorder.receive(Finished(pending.request.id, FinishReason.STOP))
    recorder.receive(TextDelta(pending.request.id, "late"))
    recorder.receive(Finished(pending.request.id, FinishReason.ERROR))
    recorder.save_now()
    recorder.abandon()
    stored = store.message(pending.message_id)
    assert (stored.text, stored.status) == ("yes", MessageStatus.COMPLETE)


@pytest.mark.parametrize("error", [None, EngineDied(code=1, log="")])
def test_abandoned(
    store: ConversationStore, pending: PendingReply, recorder: ReplyRecorder, error: EngineDied | None
) -> None:
    recorder.receive(TextDelta(pending.request.id, "half"))
    recorder.abandon(error)
    stored = store.message(pending.message_id)
    assert stored.text == "half"
    assert stored.status is (MessageStatus.ERROR if error else MessageStatus.STOPPED)
    assert stored.facts.error == (error.report() if error else None)


def test_a_full_disk_while_streaming_is_tried_again(
    store: ConversationStore, database: Database, pending: PendingReply, recorder: ReplyRecorder, clock: Clock
) -> None:
    recorder.receive(TextDelta(pending.request.id, "a"))
    pages = database.rows("PRAGMA page_count")[0][0]
    database.rows(f"PRAGMA max_page_count = {pages}")
    clock.now += 1
    recorder.receive(TextDelta(pending.request.id, "b" * 100_000))
    assert isinstance(recorder.problem, DiskFull)
    assert store.message(pending.message_id).text == "a"
    database.rows("PRAGMA max_page_count = 100000")
    clock.now += 1
    recorder.receive(TextDelta(pending.request.id, "c"))
    assert store.message(pending.message_id).text == recorder.text


def test_the_time_of_reasoning_is_kept_with_it(
    store: ConversationStore, pending: PendingReply, recorder: ReplyRecorder
) -> None:
    identity = pending.request.id
    recorder.receive(ReasoningDelta(identity, "Hm.", 0.5))
    recorder.receive(ReasoningDelta(identity, " So.", 1.5))
    recorder.receive(TextDelta(identity, "Two."))
    recorder.receive(ReasoningDelta(identity, "But.", 2.5))
    recorder.receive(Finished(identity, FinishReason.STOP))
    stored = store.message(pending.message_id)
    assert stored.parts == (ReasoningPart("Hm. So.", 1.5), TextPart("Two."), ReasoningPart("But.", 1.0))
    assert (stored.reasoning_s, stored.reasoning) == (2.5, "Hm. So.\n\nBut.")


def test_reasoning_that_goes_on_adds_its_time(store: ConversationStore, pending: PendingReply) -> None:
    first = ReplyRecorder(store, pending)
    first.receive(ReasoningDelta(pending.request.id, "Hm.", 1.5))
    first.receive(Finished(pending.request.id, FinishReason.LENGTH))
    again = Conversing(store).continue_reply(pending.message_id)
    assert again.request.continue_last
    assert (again.request.messages[-1].content, again.request.messages[-1].reasoning) == ("", "Hm.")
    second = ReplyRecorder(store, again)
    second.receive(ReasoningDelta(again.request.id, " So.", 0.5))
    second.receive(TextDelta(again.request.id, "Two."))
    second.receive(Finished(again.request.id, FinishReason.STOP))
    assert store.message(pending.message_id).parts == (ReasoningPart("Hm. So.", 2.0), TextPart("Two."))
