"""What `Main.qml` binds to: the pages, the header, and the actions that belong to the window as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.language_model import ModelFile
from app.domain.model_shape import DEFAULT_CONTEXT
from app.markup.blocks import parse
from app.presentation.about_controller import AboutController
from app.presentation.attachments_controller import local_files
from app.presentation.backup_controller import BackupController
from app.presentation.block_actions import BlockActions
from app.presentation.composer_controller import ComposerController
from app.presentation.context_controller import ContextController
from app.presentation.conversation_list_model import ConversationListModel
from app.presentation.current_conversation import CurrentConversation
from app.presentation.exchange_controller import IMPORTED_ENDINGS, ExchangeController
from app.presentation.find_controller import FindController
from app.presentation.first_run_controller import FirstRunController
from app.presentation.folder_list_model import FolderListModel
from app.presentation.hub_controller import HubController
from app.presentation.inspector_controller import InspectorController
from app.presentation.lexer_loader import lexer_loader
from app.presentation.message_actions import MessageActions
from app.presentation.model_loader import ModelLoader
from app.presentation.model_picker_controller import ModelPickerController
from app.presentation.model_settings_controller import ModelSettingsController
from app.presentation.notifier import Notifier
from app.presentation.preferences_controller import PreferencesController
from app.presentation.preset_controller import PresetController
from app.presentation.privacy_controller import PrivacyController
from app.presentation.qml_property import Property
from app.presentation.quantities import model_name
from app.presentation.remedies import Remedy
from app.presentation.reply_notices import ReplyNotices
from app.presentation.request_list_model import RequestListModel
from app.presentation.search_model import SearchModel
from app.presentation.shelf_controller import ShelfController
from app.presentation.snippet_controller import SnippetController
from app.presentation.text_selection import TextSelection
from app.presentation.thinking_controller import ThinkingController
from app.presentation.transcript_model import TranscriptModel
from app.presentation.transcript_rows import speed_text
from app.presentation.weight_model import WeightModel
from app.storage.conversations import ConversationStore

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

PAGES = ("conversation", "models", "lighten", "settings")
WARM_AFTER_MS = 200
OPENED_SCHEMES = ("http", "https", "mailto")


@dataclass(frozen=True)
class Parts:
    """What the window is made of, built and joined by `app.assembly`."""

    store: ConversationStore
    loader: ModelLoader
    current: CurrentConversation
    conversations: ConversationListModel
    picker: ModelPickerController
    preferences: PreferencesController
    inspector: InspectorController
    notifier: Notifier
    weight: WeightModel
    hub: HubController
    model_settings: ModelSettingsController
    requests: RequestListModel
    context: ContextController
    thinking: ThinkingController
    presets: PresetController
    snippets: SnippetController
    search: SearchModel
    shelf: ShelfController
    messages: MessageActions
    find: FindController
    selection: TextSelection
    exchange: ExchangeController
    backups: BackupController
    privacy: PrivacyController
    about: AboutController
    folders: FolderListModel
    notices: ReplyNotices
    first_run: FirstRunController
    wanted_model: str | None = None


@QmlElement
@QmlUncreatable("made by the program")
class WindowController(QObject):  # type: ignore[operator]
    """The one object that QML is given; everything else is reached from here."""

    page_changed = Signal()
    conversation_changed = Signal()
    link_changed = Signal()
    attentionWanted = Signal()

    def __init__(self, parts: Parts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.parts = parts
        self._current = parts.current
        self._page = "conversation"
        self._link = ""
        self._blocks = BlockActions(parts.notifier, self)
        parts.current.changed.connect(self.conversation_changed)
        parts.current.opened.connect(self._go_back)
        parts.search.chosen.connect(self._show_hit)
        parts.conversations.count_changed.connect(parts.search.refresh)
        parts.loader.changed.connect(self.conversation_changed)
        parts.current.transcript.remedy_wanted.connect(self._apply)
        parts.loader.became_ready.connect(self._tell_of_template)
        parts.picker.chosen_changed.connect(self._follow_model)
        parts.model_settings.load_changed.connect(self._reload_model)
        parts.model_settings.defaults_changed.connect(parts.inspector.follow_model)
        parts.preferences.languageChanged.connect(self._retranslate)
        parts.notices.wanted.connect(self.attentionWanted)
        parts.current.changed.connect(self._end_first_run)
        parts.preferences.engine_changed.connect(parts.loader.reload)
        parts.preferences.context_changed.connect(parts.context.refresh)
        parts.presets.exchange.imported.connect(parts.snippets.refresh)
        parts.snippets.menu.command_chosen.connect(self._run_command)

    # What QML reads

    @Property(ConversationListModel, constant=True)
    def conversations(self) -> ConversationListModel:
        return self.parts.conversations

    @Property(TranscriptModel, constant=True)
    def transcript(self) -> TranscriptModel:
        return self._current.transcript

    @Property(ComposerController, constant=True)
    def composer(self) -> ComposerController:
        return self._current.composer

    @Property(ModelPickerController, constant=True)
    def picker(self) -> ModelPickerController:
        return self.parts.picker

    @Property(PreferencesController, constant=True)
    def preferences(self) -> PreferencesController:
        return self.parts.preferences

    @Property(InspectorController, constant=True)
    def inspector(self) -> InspectorController:
        return self.parts.inspector

    @Property(ContextController, constant=True)
    def context(self) -> ContextController:
        return self.parts.context

    @Property(Notifier, constant=True)
    def notifier(self) -> Notifier:
        return self.parts.notifier

    @Property(BlockActions, constant=True)
    def blocks(self) -> BlockActions:
        return self._blocks

    @Property(WeightModel, constant=True)
    def weight(self) -> WeightModel:
        return self.parts.weight

    @Property(HubController, constant=True)
    def hub(self) -> HubController:
        return self.parts.hub

    @Property(ModelSettingsController, constant=True)
    def modelSettings(self) -> ModelSettingsController:
        return self.parts.model_settings

    @Property(RequestListModel, constant=True)
    def requests(self) -> RequestListModel:
        return self.parts.requests

    @Property(ThinkingController, constant=True)
    def thinking(self) -> ThinkingController:
        return self.parts.thinking

    @Property(SearchModel, constant=True)
    def search(self) -> SearchModel:
        return self.parts.search

    @Property(ShelfController, constant=True)
    def shelf(self) -> ShelfController:
        return self.parts.shelf

    @Property(bool, notify=conversation_changed)
    def isTemporary(self) -> bool:
        return self._current.is_temporary

    @Property(PresetController, constant=True)
    def presets(self) -> PresetController:
        return self.parts.presets

    @Property(SnippetController, constant=True)
    def snippets(self) -> SnippetController:
        return self.parts.snippets

    @Property(MessageActions, constant=True)
    def messages(self) -> MessageActions:
        return self.parts.messages

    @Property(FindController, constant=True)
    def find(self) -> FindController:
        return self.parts.find

    @Property(TextSelection, constant=True)
    def selection(self) -> TextSelection:
        return self.parts.selection

    @Property(ExchangeController, constant=True)
    def exchange(self) -> ExchangeController:
        return self.parts.exchange

    @Property(BackupController, constant=True)
    def backups(self) -> BackupController:
        return self.parts.backups

    @Property(PrivacyController, constant=True)
    def privacy(self) -> PrivacyController:
        return self.parts.privacy

    @Property(AboutController, constant=True)
    def about(self) -> AboutController:
        return self.parts.about

    @Property(FolderListModel, constant=True)
    def folders(self) -> FolderListModel:
        return self.parts.folders

    @Property(FirstRunController, constant=True)
    def firstRun(self) -> FirstRunController:
        return self.parts.first_run

    @Property(str, notify=conversation_changed)
    def templateNotice(self) -> str:
        info = self.parts.loader.info
        return i18n.text("template.problem", reason=info.template_problem) if info and info.template_problem else ""

    @Property(str, notify=page_changed)
    def page(self) -> str:
        return self._page

    @Property(str, notify=conversation_changed)
    def title(self) -> str:
        new = "window.new_temporary" if self._current.is_temporary else "window.new_conversation"
        return self._current.title or i18n.text(new)

    @Property(str, notify=conversation_changed)
    def subtitle(self) -> str:
        chosen, info = self.parts.picker.chosen, self.parts.loader.info
        if chosen is None:
            return ""
        parts = [model_name(chosen.name), chosen.quantization]
        if info:
            parts.append(i18n.text("models.context", tokens=f"{info.n_ctx:,}"))
        return " · ".join(part for part in parts if part)

    @Property(str, notify=conversation_changed)
    def speedText(self) -> str:
        reply = self._current.last_reply
        timings = reply.facts.timings if reply else None
        return speed_text(timings.tokens_per_s) if timings and timings.tokens_per_s else ""

    @Property(bool, notify=conversation_changed)
    def isEmpty(self) -> bool:
        return self._current.is_empty

    @Property(str, notify=conversation_changed)
    def starterLine(self) -> str:
        chosen = self.parts.picker.chosen
        return i18n.text("window.starter_line") if chosen and chosen.source == "bundled" else ""

    @Property(str, notify=link_changed)
    def pendingLink(self) -> str:
        return self._link

    # What a person does

    @Slot()
    def announceReady(self) -> None:
        """The first frame is on the screen: now the model may load, and what the first reply needs is made ready."""
        self.parts.picker.start(self.parts.wanted_model)
        self.parts.hub.start()
        self.parts.shelf.empty(self.parts.preferences.trashDays)
        self.parts.backups.start()
        QTimer.singleShot(WARM_AFTER_MS, self._warm)

    @Slot(str)
    def showPage(self, page: str) -> None:
        """Shows a page; the one that is shown already goes back to the conversation."""
        wanted = "conversation" if page == self._page or page not in PAGES else page
        if wanted == "lighten" and self.parts.picker.chosen:
            self.parts.weight.show(self.parts.picker.chosen)
        if wanted != self._page:
            self._page = wanted
            self.page_changed.emit()

    @Slot()
    def newConversation(self) -> None:
        """Begins a new conversation; it comes into being with its first message."""
        self._current.begin()
        self._go_back()

    @Slot()
    def newTemporary(self) -> None:
        """Begins a conversation that is never written and gone when it is left."""
        self._current.begin(is_temporary=True)
        self._go_back()

    @Slot()
    def deleteCurrent(self) -> None:
        """Deletes the conversation that is shown; the toast brings it back."""
        if self._current.is_temporary:
            self.newConversation()
        else:
            self.parts.conversations.remove(self._current.conversation_id)

    @Slot()
    def copyLastReply(self) -> None:
        """Copies the last reply as Markdown."""
        if self._current.last_reply:
            self.copyText(self._current.last_reply.text)
        else:
            self.parts.notifier.show(i18n.text("window.nothing_to_copy"))

    @Slot()
    def copyAttachment(self) -> None:
        """Copies the whole text of the file that is shown."""
        self.copyText(self._current.attachments.whole_text)

    @Slot()
    def keepModelDefaults(self) -> None:
        """Lets new conversations with the chosen model begin with the system prompt and the sampling of this one."""
        inspector = self.parts.inspector
        name = self.parts.loader.chosen_name
        self.parts.model_settings.keep_defaults(name, inspector.system_text, inspector.sampling)

    @Slot(str)
    def copyText(self, text: str) -> None:
        """Copies a text and says so."""
        QGuiApplication.clipboard().setText(text)
        self.parts.notifier.show(i18n.text("window.copied"))

    @Slot("QVariantList")
    def takeDropped(self, urls: Sequence[QUrl]) -> None:
        """Takes what was dropped on the window: a model file is opened, an export of conversations is imported.

        Other files go along with the next message.
        """
        files = local_files(urls)
        models = [path for path in files if path.suffix.lower() == ".gguf"]
        exports = [path for path in files if path.name.lower().endswith(IMPORTED_ENDINGS)]
        others = [path for path in files if path not in models and path not in exports]
        for path in models:
            self.openDropped(path.as_uri())
        if exports:
            self.parts.exchange.importFiles([QUrl.fromLocalFile(str(path)) for path in exports])
        if others:
            self._go_back()
            self._current.attachments.attach(others)

    @Slot(str, int)
    def showAttachment(self, message_id: str, index: int) -> None:
        """Shows the text of a file that went along with a message."""
        self._current.attachments.preview(self.parts.store.message(message_id).attachments[index])

    @Slot(str)
    def openDropped(self, url: str) -> None:
        """Opens a model file that was dropped on the window."""
        self.parts.picker.openFile(QUrl(url))

    @Slot(str)
    def askLink(self, url: str) -> None:
        """Asks before a link of a reply is opened, with its whole address."""
        self._set_link(url if QUrl(url).scheme() in OPENED_SCHEMES else "")

    @Slot()
    def openLink(self) -> None:
        """Opens the link that was asked about in the person's browser."""
        link = self._link
        self._set_link("")
        if link:
            QDesktopServices.openUrl(QUrl(link))

    @Slot()
    def dismissLink(self) -> None:
        """Leaves the link alone."""
        self._set_link("")

    def restore(self) -> None:
        """Shows the page and the conversation that were shown when the window was closed, if they are still there."""
        page, conversation_id = self.parts.preferences.last_place
        if any(entry.id == conversation_id for entry in self.parts.store.list()):
            self.parts.conversations.select(conversation_id)
        if page in PAGES and page != self._page:
            self.showPage(page)

    def shut_down(self) -> None:
        """Saves what is under way and what is shown; called once when the window has closed."""
        self._current.shut_down()
        self.parts.preferences.change(last_page=self._page, last_conversation=self._current.conversation_id)

    def _show_hit(self, conversation_id: str, message_id: str) -> None:
        self._current.show_message(conversation_id, message_id)
        self._go_back()

    def _tell_of_template(self) -> None:
        if self.templateNotice:
            self.parts.notifier.show(self.templateNotice)

    def _warm(self) -> None:
        """Imports what the first reply needs, while nobody waits for it."""
        parse("**Markdown** is imported late.")
        lexer_loader().warm()

    def _go_back(self) -> None:
        if self._page != "conversation":
            self.showPage("conversation")

    def _set_link(self, link: str) -> None:
        if link != self._link:
            self._link = link
            self.link_changed.emit()

    def _end_first_run(self) -> None:
        """Who has begun to write needs no introduction any more."""
        if not self._current.is_empty:
            self.parts.first_run.finish()

    def _apply(self, message_id: str, remedy: str) -> None:
        """Does what the button beside a failed reply promises and no other part can."""
        chosen = self.parts.loader.chosen
        if remedy == Remedy.SHORTER_CONTEXT and chosen and self._shorten_context(chosen):
            self._current.go_on(message_id)
            self.parts.model_settings.tell_shortened()
        elif self._page != "models":
            self.showPage("models")

    def _shorten_context(self, chosen: ModelFile) -> bool:
        settings, info = self.parts.model_settings, self.parts.loader.info
        wanted = settings.of(chosen.name).n_ctx or self.parts.preferences.contextLength
        default = min(chosen.context_length or DEFAULT_CONTEXT, DEFAULT_CONTEXT)
        return settings.shorten_context(chosen.name, info.n_ctx if info else wanted or default)

    def _run_command(self, name: str) -> None:
        """Does what was chosen in the menu that ``/`` opens."""
        reply = self._current.last_reply
        if name == "new":
            self.newConversation()
        elif name == "snippets":
            self.showPage("settings")
        elif reply is not None:
            self._current.transcript.regenerate(reply.id)

    def _reload_model(self, name: str) -> None:
        if name == self.parts.loader.chosen_name:
            self.parts.loader.reload()

    def _follow_model(self) -> None:
        self.parts.inspector.follow_model()
        if self._page == "lighten" and self.parts.picker.chosen:
            self.parts.weight.show(self.parts.picker.chosen)
        self.conversation_changed.emit()

    def _retranslate(self) -> None:
        self.parts.conversations.retranslate()
        self.parts.shelf.retranslate()
        self.parts.inspector.retranslate()
        self.parts.presets.refresh()
        self.parts.snippets.refresh()
        self.parts.picker.refresh()
        self.parts.hub.retranslate()
        self.parts.folders.touch()
        self._current.reopen()
        self.parts.context.usage.retranslate()
        self._current.attachments.retranslate()
        self._follow_model()
