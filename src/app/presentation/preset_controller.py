"""Presets: kept from a conversation, applied to one, renamed and deleted, each with a way back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.presets import Choices, Preset, is_name
from app.presentation.context_controller import ContextController
from app.presentation.inspector_controller import InspectorController
from app.presentation.model_picker_controller import ModelPickerController
from app.presentation.notifier import Notifier
from app.presentation.preset_exchange import PresetExchange
from app.presentation.preset_list_model import PresetListModel
from app.presentation.qml_property import Property
from app.presentation.quantities import model_name
from app.presentation.thinking_controller import ThinkingController
from app.services.presets import is_built_in, shown_presets
from app.storage.conversations import ConversationStore
from app.storage.presets import PresetStore

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1


@QmlElement
@QmlUncreatable("made by the program")
class PresetController(QObject):  # type: ignore[operator]
    """Joins the kept presets with what is chosen for the conversation that is shown.

    The current preset is the one whose every value the conversation has; of several the one that was applied last.
    """

    changed = Signal()

    def __init__(
        self,
        presets: PresetStore,
        store: ConversationStore,
        inspector: InspectorController,
        thinking: ThinkingController,
        context: ContextController,
        picker: ModelPickerController,
        notifier: Notifier,
        exchange: PresetExchange,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._presets = presets
        self._store = store
        self._inspector = inspector
        self._thinking = thinking
        self._context = context
        self._picker = picker
        self._notifier = notifier
        self._exchange = exchange
        self._applied = ""
        self._list = PresetListModel(self)
        self._has_hidden = False
        exchange.imported.connect(self.refresh)
        for signal in (inspector.changed, thinking.changed, context.changed, picker.chosen_changed):
            signal.connect(self._follow)
        self.refresh()

    def refresh(self) -> None:
        """Reads the presets again, in the language of now."""
        self._list.show(shown_presets(self._presets))
        self._has_hidden = bool(self._presets.hidden())
        self._follow()

    @Property(PresetListModel, constant=True)
    def list(self) -> PresetListModel:
        return self._list

    @Property(PresetExchange, constant=True)
    def exchange(self) -> PresetExchange:
        return self._exchange

    @Property(str, notify=changed)
    def currentName(self) -> str:
        current = self._current()
        return current.name if current else ""

    @Property("QVariantMap", notify=changed)
    def suggestion(self) -> dict[str, object]:
        """What `save` is asked at first: one's own preset that was applied last is saved again as it was."""
        applied = self._find(self._applied)
        if applied is None or is_built_in(applied):
            return {"name": "", "hasSampling": True, "hasModel": False, "hasContext": False}
        return {
            "name": applied.name,
            "hasSampling": applied.sampling is not None,
            "hasModel": bool(applied.model),
            "hasContext": applied.thinking is not None,
        }

    @Property(bool, notify=changed)
    def hasHidden(self) -> bool:
        return self._has_hidden

    @Slot(str)
    def apply(self, preset_id: str) -> None:
        """Gives the conversation what a preset says, in the middle of it, too; the toast takes it back."""
        preset = self._find(preset_id)
        if preset is None:
            return
        inspector, before, applied_before = self._inspector, self._choices(), self._applied
        visit, conversation_id = inspector.visit, inspector.conversation_id
        model_before = self._picker.chosen.name if self._picker.chosen else ""
        has_model = not preset.model or self._picker.models.has(preset.model)
        self._applied = preset_id
        self._put(inspector.conversation_id, preset.applied_to(before))
        if preset.model and has_model:
            self._picker.choose(preset.model)

        def undo() -> None:
            if preset.model and has_model and model_before:
                self._picker.choose(model_before)
            if inspector.visit is visit:
                self._applied = applied_before
                self._put(inspector.conversation_id, before)
            elif conversation_id:
                self._store.put_choices(conversation_id, before)

        key = "presets.applied" if has_model else "presets.applied_without_model"
        text = i18n.text(key, name=preset.name, **({} if has_model else {"model": model_name(preset.model)}))
        self._notifier.show(text, i18n.text("toast.undo"), undo)

    @Slot(str, result=str)
    def problemOf(self, name: str) -> str:
        """Returns why nothing can be kept under a name, "" where it can."""
        return "" if not name or is_name(name) else i18n.text("presets.bad_name")

    @Slot(str, str, result=bool)
    def isTaken(self, name: str, preset_id: str) -> bool:
        """Returns whether another of a person's own presets than ``preset_id`` has this name."""
        named = self._named(name)
        return named is not None and named.id != preset_id

    @Slot(str, bool, bool, bool)
    def save(self, name: str, has_sampling: bool, has_model: bool, has_context: bool) -> None:
        """Keeps what the conversation has as a preset, in place of a person's own one of the same name."""
        if not is_name(name):
            return
        replaced = self._named(name)
        choices = self._choices()
        chosen = self._picker.chosen
        preset = Preset(
            replaced.id if replaced else uuid.uuid4().hex,
            name.strip(),
            choices.system_prompt,
            self._inspector.sampling if has_sampling else None,
            chosen.name if has_model and chosen else "",
            choices.thinking if has_context else None,
            choices.policy if has_context else None,
            choices.pinned if has_context else None,
        )
        self._presets.keep(preset)
        self._applied = preset.id
        self.refresh()
        if replaced:
            self._offer_undo(i18n.text("presets.replaced", name=preset.name), lambda: self._presets.keep(replaced))
        else:
            self._offer_undo(i18n.text("presets.saved", name=preset.name), lambda: self._presets.delete(preset.id))

    @Slot(str, str)
    def rename(self, preset_id: str, name: str) -> None:
        """Gives one of a person's own presets another name that is free."""
        preset = self._find(preset_id)
        if preset is None or is_built_in(preset) or not is_name(name) or self.isTaken(name, preset_id):
            return
        self._presets.keep(replace(preset, name=name.strip()))
        self.refresh()
        self._offer_undo(i18n.text("presets.renamed", name=name.strip()), lambda: self._presets.keep(preset))

    @Slot(str)
    def remove(self, preset_id: str) -> None:
        """Deletes one of a person's own presets, or hides a built-in one; the toast brings it back."""
        preset = self._find(preset_id)
        if preset is None:
            return
        hidden = self._presets.hidden()
        if is_built_in(preset):
            self._presets.set_hidden(hidden | {preset.id})
            text, undo = i18n.text("presets.hidden", name=preset.name), lambda: self._presets.set_hidden(hidden)
        else:
            self._presets.delete(preset.id)
            text, undo = i18n.text("presets.deleted", name=preset.name), lambda: self._presets.keep(preset)
        self.refresh()
        self._offer_undo(text, undo)

    @Slot()
    def showHidden(self) -> None:
        """Shows every built-in preset again."""
        self._presets.set_hidden(())
        self.refresh()

    def _offer_undo(self, text: str, change: Callable[[], None]) -> None:
        def undo() -> None:
            change()
            self.refresh()

        self._notifier.show(text, i18n.text("toast.undo"), undo)

    def _choices(self) -> Choices:
        inspector = self._inspector
        return Choices(inspector.system_text, inspector.own_sampling, self._thinking.choice, *self._context.own)

    def _put(self, conversation_id: str, choices: Choices) -> None:
        if conversation_id:
            self._store.put_choices(conversation_id, choices)
        self._inspector.put(choices.system_prompt, choices.sampling)
        self._thinking.put(choices.thinking)
        self._context.put(choices.policy, choices.pinned)

    def _find(self, preset_id: str) -> Preset | None:
        return next((preset for preset in self._list.presets if preset.id == preset_id), None)

    def _named(self, name: str) -> Preset | None:
        wanted = name.strip().casefold()
        own = (preset for preset in self._list.presets if not is_built_in(preset))
        return next((preset for preset in own if preset.name.casefold() == wanted), None)

    def _current(self) -> Preset | None:
        fitting = [preset for preset in self._list.presets if self._fits(preset)]
        return next((preset for preset in fitting if preset.id == self._applied), fitting[0] if fitting else None)

    def _fits(self, preset: Preset) -> bool:
        choices, chosen = self._choices(), self._picker.chosen
        with_sampling = replace(choices, sampling=self._inspector.sampling if preset.sampling else choices.sampling)
        has_model = not preset.model or (chosen is not None and chosen.name == preset.model)
        return has_model and preset.applied_to(choices) == with_sampling

    def _follow(self) -> None:
        current = self._current()
        self._list.mark(current.id if current else "")
        self.changed.emit()
