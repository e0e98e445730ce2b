"""The conversation that is shown: sending, regenerating, continuing, and what the transcript is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app import i18n
from app.domain.errors import AppError
from app.domain.generation import ContextPolicy
from app.domain.messages import Message, MessageStatus, Role
from app.presentation.composer_controller import ComposerController
from app.presentation.context_controller import ContextController
from app.presentation.conversation_list_model import ConversationListModel
from app.presentation.inspector_controller import InspectorController
from app.presentation.model_loader import LoadState, ModelLoader
from app.presentation.notifier import Notifier
from app.presentation.reply_line import ReplyLine
from app.presentation.thinking_controller import ThinkingController
from app.presentation.transcript_model import TranscriptModel
from app.presentation.transcript_rows import Shown
from app.services.conversing import Conversing, PendingReply, ReplyOptions
from app.services.interruption import is_interrupted
from app.storage.conversations import ConversationStore


@dataclass(frozen=True)
class Resumed:
    """A reply was begun anew or continued: how to say so, what was added for it, and how it was before.

    ``before`` is the reply that was continued, None for one that is new.
    """

    key: str
    conversation_id: str
    added: tuple[str, ...]
    tip: str | None
    before: Message | None = None


class CurrentConversation(QObject):
    """Joins the list's selection, the transcript, the composer and the line of replies."""

    changed = Signal()
    opened = Signal()
    resumed = Signal(object)

    def __init__(
        self,
        store: ConversationStore,
        conversing: Conversing,
        loader: ModelLoader,
        line: ReplyLine,
        conversations: ConversationListModel,
        inspector: InspectorController,
        context: ContextController,
        thinking: ThinkingController,
        notifier: Notifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._conversing = conversing
        self._loader = loader
        self._line = line
        self._conversations = conversations
        self._inspector = inspector
        self._context = context
        self._thinking = thinking
        self._notifier = notifier
        self.conversation_id = ""
        self.title = ""
        self.last_reply: Message | None = None
        self._after_end: dict[str, Callable[[], None]] = {}
        self._loader_before = (loader.chosen_name, loader.state)
        self.transcript = TranscriptModel(self._describe, self)
        self.composer = ComposerController(self._send, self._stop, self)
        context.branch, context.draft = self.messages, lambda: self.composer.draft
        context.view_changed.connect(self.transcript.show_view)
        context.usage.changed.connect(lambda: self.composer.refuse(context.usage.isTooLong))
        self.composer.draft_changed.connect(self._follow_draft)
        conversations.current_changed.connect(self._follow_selection)
        line.waiting_changed.connect(self.transcript.say_waiting)
        line.text_arrived.connect(self.transcript.feed_reply)
        line.view_changed.connect(self._show_view)
        line.reasoning_arrived.connect(self.transcript.feed_reasoning)
        line.finished.connect(self._finish)
        line.changed.connect(self._show_progress)
        line.save_failed.connect(self._say)
        loader.changed.connect(self._show_progress)
        loader.changed.connect(self._follow_loader)
        self.transcript.regenerate_wanted.connect(self.regenerate)
        self.transcript.continue_wanted.connect(self._continue)
        self.transcript.roll_wanted.connect(self._roll)
        self.transcript.variant_wanted.connect(self._show_variant)

    @property
    def _options(self) -> ReplyOptions:
        policy = ContextPolicy(self._context.policy)
        return ReplyOptions(self._inspector.sampling, self._inspector.max_tokens, policy, self._thinking.choice)

    @property
    def is_empty(self) -> bool:
        """Whether there is no message yet."""
        return self.transcript.rowCount() == 0

    def reopen(self) -> None:
        """Reads the conversation again and shows it."""
        messages = self._store.path(self.conversation_id) if self.conversation_id else []
        self.last_reply = next((entry for entry in reversed(messages) if entry.role is Role.ASSISTANT), None)
        self.title = self._store.get(self.conversation_id).title if self.conversation_id else ""
        self.transcript.show(messages)
        pending = self._line.pending_of(self.conversation_id)
        if pending:
            reply = self._line.with_latest_text(self._store.message(pending.message_id))
            self.transcript.begin_reply(reply, self._line.waiting_text(reply.id))
        self._show_progress()
        self._context.refresh()
        self.changed.emit()

    def go_on(self, message_id: str) -> None:
        """Continues a reply that has text, else asks for another one beside it."""
        if self._store.message(message_id).text:
            self._continue(message_id)
        else:
            self.regenerate(message_id)

    def regenerate(self, message_id: str) -> None:
        """Asks the chosen model for another reply, beside a reply or below a person's message."""
        name = self._loader.chosen_name
        self._resume(
            "message.regenerating",
            lambda: self._conversing.regenerate(message_id, model=name, options=self._options),
        )

    def ask_again(self, message_id: str, text: str) -> None:
        """Puts a person's message with ``text`` beside the message ``message_id`` and asks for a reply to it."""
        name = self._loader.chosen_name
        self._resume(
            "message.edited",
            lambda: self._conversing.ask_again(message_id, text, model=name, options=self._options),
        )

    @property
    def is_busy(self) -> bool:
        """Whether a reply of this conversation is being written or waits."""
        return self._line.is_active(self.conversation_id)

    def when_stopped(self, conversation_id: str, then: Callable[[], None]) -> None:
        """Stops the reply of a conversation and calls ``then`` once its end is saved; at once where there is none."""
        if not self._line.is_active(conversation_id):
            then()
            return
        self._after_end[conversation_id] = then
        self._line.stop(conversation_id)

    def shut_down(self) -> None:
        """Saves what is under way; what the loader tells from now on changes nothing here."""
        self._line.shut_down()
        self.last_reply = None

    def _follow_selection(self) -> None:
        selected = self._conversations.current_id
        if selected != self.conversation_id:
            self.conversation_id = selected
            self.composer.show(selected)
            self._context.show(selected)
            self._inspector.show(selected)
            self._thinking.show(selected)
            self.reopen()
            self.opened.emit()
        elif selected and self._store.get(selected).title != self.title:
            self.title = self._store.get(selected).title
            self.changed.emit()

    def _describe(self, message: Message) -> Shown:
        siblings = self._store.siblings(message.id)
        variant = f"{siblings.index(message.id) + 1}/{len(siblings)}" if len(siblings) > 1 else ""
        return Shown(
            message,
            not self._line.is_live(message.id) and is_interrupted(message),
            variant,
            is_other_model=bool(message.facts.model) and message.facts.model != self._loader.chosen_name,
            is_loaded=self._loader.state is LoadState.READY,
        )

    def _send(self, text: str) -> bool:
        try:
            pending = self._conversing.begin(
                text,
                conversation_id=self.conversation_id or None,
                model=self._loader.chosen_name,
                system_prompt=self._inspector.system_text,
                options=self._options,
            )
        except AppError as error:
            self._say(error)
            return False
        if not self.conversation_id:
            self._adopt(pending.conversation_id)
        reply = self._store.message(pending.message_id)
        if reply.parent_id:
            self.transcript.append(self._store.message(reply.parent_id))
        self._start(pending, reply)
        return True

    def _adopt(self, conversation_id: str) -> None:
        """A new conversation has come into being: it is the one that is shown already."""
        self._inspector.keep_with(conversation_id)
        self._context.keep_with(conversation_id)
        self._thinking.keep_with(conversation_id)
        self.conversation_id = conversation_id
        self.title = self._store.get(conversation_id).title
        self.composer.show(conversation_id)
        self._conversations.select(conversation_id)

    def _start(self, pending: PendingReply, reply: Message) -> None:
        self._line.submit(pending)
        if self._line.is_live(reply.id):
            self.transcript.begin_reply(reply, self._line.waiting_text(reply.id))
        self._conversations.mark_streaming(pending.conversation_id, True)
        self._conversations.refresh()
        self._show_progress()
        self._context.refresh()
        self.changed.emit()

    def _stop(self) -> None:
        self._line.stop(self.conversation_id)

    def _continue(self, message_id: str) -> None:
        name = self._loader.chosen_name
        self._resume(
            "message.continuing",
            lambda: self._conversing.continue_reply(message_id, model=name, options=self._options),
            self._store.message(message_id),
        )

    def _roll(self, message_id: str) -> None:
        """Leaves the earliest messages out from now on, and goes on with the reply that was in want of room."""
        self._context.roll()
        self._continue(message_id)

    def _resume(self, key: str, begin: Callable[[], PendingReply], before: Message | None = None) -> None:
        if self.is_busy:
            return
        shown = {message.id for message in self._store.path(self.conversation_id)}
        tip = self._store.get(self.conversation_id).tip_id
        try:
            pending = begin()
        except AppError as error:
            self._say(error)
            return
        branch = self._store.path(self.conversation_id)
        self.transcript.show(branch)
        self._start(pending, branch[-1])
        added = tuple(message.id for message in branch if message.id not in shown)
        self.resumed.emit(Resumed(key, self.conversation_id, added, tip, before))

    def _show_variant(self, message_id: str, step: int) -> None:
        if self._line.is_active(self.conversation_id):
            return
        siblings = self._store.siblings(message_id)
        wanted = siblings.index(message_id) + step
        if 0 <= wanted < len(siblings):
            self._store.select_branch(self.conversation_id, siblings[wanted])
            self.reopen()

    def _finish(self, conversation_id: str, message_id: str) -> None:
        self._conversations.mark_streaming(conversation_id, self._line.is_active(conversation_id))
        if conversation_id == self.conversation_id:
            self.last_reply = self._store.message(message_id)
            self.transcript.end_reply(self.last_reply)
            self._context.refresh()
        self._conversations.refresh()
        self._show_progress()
        self.changed.emit()
        if not self._line.is_active(conversation_id):
            self._after_end.pop(conversation_id, lambda: None)()

    def messages(self) -> list[Message]:
        """Returns the messages that are shown, with what has come of a reply by now."""
        messages = self._store.path(self.conversation_id) if self.conversation_id else []
        return [*messages[:-1], *map(self._line.with_latest_text, messages[-1:])]

    def _follow_draft(self) -> None:
        """A reply that is being written is part of the prompt, too."""
        if self._line.is_active(self.conversation_id):
            self._context.refresh()
        else:
            self._context.count()

    def _show_view(self, pending: PendingReply, first: int, left_out: int) -> None:
        if pending.conversation_id == self.conversation_id:
            self._context.show_view(pending.origins, first, left_out)

    def _show_progress(self) -> None:
        is_generating = self._line.is_active(self.conversation_id)
        status = ""
        if is_generating and self._loader.state is LoadState.LOADING:
            status = i18n.text("composer.status.loading")
        elif is_generating and self._line.is_waiting(self.conversation_id):
            status = i18n.text("composer.status.queued")
        self.composer.show_progress(is_generating, status)

    def _follow_loader(self) -> None:
        """What helps a failed reply depends on the model that is chosen and whether it is in memory."""
        before, self._loader_before = self._loader_before, (self._loader.chosen_name, self._loader.state)
        failed = self.last_reply
        if before != self._loader_before and failed is not None and failed.status is MessageStatus.ERROR:
            self.transcript.refresh(failed)

    def _say(self, error: AppError) -> None:
        self._notifier.show(i18n.error_sentence(error.key, error.values))
