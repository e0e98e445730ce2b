"""The known errors of Skald: what can go wrong without a bug, each with a text and a remedy.

AppError
├── EnvironmentProblem      the machine or its surroundings
│   ├── NoDisplay, LibraryMissing
│   ├── OutOfMemory
│   │   └── ContextTooBig
│   ├── DiskFull, FolderNotWritable, FileNotSaved, NoRoom, KeyringUnavailable
│   ├── EngineDied
│   │   ├── EngineOutOfMemory, EngineKilled, EngineAborted, EngineCrashed
│   ├── EngineHung, EngineNotInstalled
│   └── StoreNewer, StoreDamaged, StoreBusy
├── ModelProblem            a model file
│   ├── ModelMissing, ModelChanged, NotGguf, ModelTruncated, ModelDamaged
│   ├── ArchitectureUnknown, ModelRefused
│   ├── ModelCrashed, ModelUnfinished
│   ├── AdapterUnsuitable, CacheTypeUnsuitable
│   └── TemplateFailed
├── HubProblem              the Hub and the way to it
│   ├── NetworkForbidden
│   │   └── NetworkSwitchedOff
│   ├── NetworkUnreachable, TlsFailed, ProxyFailed
│   ├── HubBusy, HubFailed, HubAnswerBad
│   ├── LoginNeeded, TokenRefused, LicenceNotAccepted, AccessPending, AccessDenied
│   ├── RepositoryNotFound, RepositoryEmpty, VariantNotFound, HubFileMissing
│   └── DownloadStalled, DownloadDropped, DownloadDamaged, DownloadChanged, DownloadBusy
└── UserProblem             what was asked
    ├── PromptTooLong, ContextFull, ReplyTooLong
    ├── FlashAttentionNeeded
    ├── ModelNotFound
    ├── ConversationNotFound, MessageNotFound
    ├── PresetFileBad, PresetFileNewer
    ├── ImportBad, ImportUnreadable, ExportFailed, BackupDamaged
    ├── GrammarUnreadable, GrammarIncomplete, GrammarRecursive, GrammarTooLarge
    ├── GrammarRefused, GrammarDeadEnd, GrammarTooSlow
    ├── SchemaUnreadable, SchemaUnsupported
    ├── AttachmentProblem
    │   ├── AttachmentMissing, AttachmentTooBig, AttachmentTooLong, AttachmentsTooMany
    │   ├── AttachmentUnsupported, AttachmentImage, AttachmentEncoding
    │   ├── AttachmentLocked, AttachmentWithoutText, AttachmentDamaged
    │   └── AttachmentTooSlow, AttachmentTooHeavy
    └── WrongUsage
        └── PresetNotFound

An error carries its text as a key and values; `app.i18n` turns ``error.<key>.text`` and ``error.<key>.remedy``
into sentences in the person's language. Everything that is not an AppError is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class ErrorReport:
    """An AppError as a plain value, to cross a process or to be stored: its key and the values of its text."""

    key: str
    values: dict[str, str]


class AppError(Exception):
    """A known error. ``key`` names its texts in the translations, ``values`` fills them."""

    key: ClassVar[str] = "unknown"

    def __init__(self, **values: object) -> None:
        self.values = {name: str(value) for name, value in values.items()}
        super().__init__(self.key, self.values)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.key}({details})"

    def report(self) -> ErrorReport:
        """Returns this error as a value that can cross a process."""
        return ErrorReport(self.key, dict(self.values))


class EnvironmentProblem(AppError):
    """The machine, its memory, its disk or a process of ours."""


class NoDisplay(EnvironmentProblem):
    """No graphical session can be reached. Values: reason."""

    key = "no_display"


class LibraryMissing(EnvironmentProblem):
    """A shared library of the system is missing. Values: library, packages."""

    key = "library_missing"


class OutOfMemory(EnvironmentProblem):
    """The model or its context does not fit into memory. Values: name."""

    key = "out_of_memory"


class ContextTooBig(OutOfMemory):
    """The model fits, its context does not. Values: name, n_ctx, most (tokens of context that fit)."""

    key = "context_too_big"


class DiskFull(EnvironmentProblem):
    """Nothing more can be written. Values: path."""

    key = "disk_full"


class FolderNotWritable(EnvironmentProblem):
    """A folder of ours cannot be written. Values: path."""

    key = "folder_not_writable"


class FileNotSaved(EnvironmentProblem):
    """A file that the person named cannot be written. Values: path, reason."""

    key = "file_not_saved"


class NoRoom(EnvironmentProblem):
    """A disk has not enough room for what is to be written. Values: path, needed, free (bytes in words)."""

    key = "no_room"


class KeyringUnavailable(EnvironmentProblem):
    """The system has no keyring, or it refuses. Values: reason."""

    key = "keyring_unavailable"


class EngineDied(EnvironmentProblem):
    """The engine process ended by itself. Values: log (its last lines), code (exit status)."""

    key = "engine_died"


class EngineOutOfMemory(EngineDied):
    """The system killed the engine process for want of memory. Values: log, code."""

    key = "engine_out_of_memory"


class EngineKilled(EngineDied):
    """Somebody else ended the engine process. Values: log, code, signal."""

    key = "engine_killed"


class EngineAborted(EngineDied):
    """An assertion of llama.cpp failed. Values: log, code, reason (file, line and text of the assertion)."""

    key = "engine_aborted"


class EngineCrashed(EngineDied):
    """llama.cpp did something that the processor or the system forbids. Values: log, code, signal."""

    key = "engine_crashed"


class EngineHung(EnvironmentProblem):
    """The engine process makes no progress and was ended. Values: seconds."""

    key = "engine_hung"


class EngineNotInstalled(EnvironmentProblem):
    """llama.cpp cannot be loaded. Values: reason."""

    key = "engine_not_installed"


class StoreNewer(EnvironmentProblem):
    """The database was written by a newer Skald. Values: path."""

    key = "store_newer"


class StoreDamaged(EnvironmentProblem):
    """The database cannot be read. Values: path."""

    key = "store_damaged"


class StoreBusy(EnvironmentProblem):
    """Another program holds the database. Values: path."""

    key = "store_busy"


class ModelProblem(AppError):
    """A model file that cannot be used as it is."""


class ModelMissing(ModelProblem):
    """The model file is not there. Values: path."""

    key = "model_missing"


class ModelChanged(ModelProblem):
    """The model file was written to while it was loaded. Values: path."""

    key = "model_changed"


class NotGguf(ModelProblem):
    """The file is not a GGUF. Values: path."""

    key = "not_gguf"


class ModelTruncated(ModelProblem):
    """The file ends before its tensors do. Values: path, missing (bytes)."""

    key = "model_truncated"


class ModelDamaged(ModelProblem):
    """The header contradicts itself or the file. Values: path, reason."""

    key = "model_damaged"


class ArchitectureUnknown(ModelProblem):
    """llama.cpp does not know this architecture. Values: path, architecture."""

    key = "architecture_unknown"


class ModelRefused(ModelProblem):
    """llama.cpp refused the file for another reason. Values: path, log."""

    key = "model_refused"


class ModelCrashed(ModelProblem):
    """The engine process died while it loaded this model the last time. Values: name, path."""

    key = "model_crashed"


class ModelUnfinished(ModelProblem):
    """The program ended while it loaded this model the last time. Values: name, path."""

    key = "model_unfinished"


class AdapterUnsuitable(ModelProblem):
    """A LoRA adapter cannot be used with this model. Values: path, reason."""

    key = "adapter_unsuitable"


class CacheTypeUnsuitable(ModelProblem):
    """The heads of the model cannot be kept in this type of KV cache. Values: name, type."""

    key = "cache_type_unsuitable"


class TemplateFailed(ModelProblem):
    """The model's chat template can't be rendered. Values: reason."""

    key = "template_failed"


class HubProblem(AppError):
    """The Hub, or the way to it."""


class NetworkForbidden(HubProblem):
    """The person has switched the network off (``HF_HUB_OFFLINE``)."""

    key = "network_forbidden"


class NetworkSwitchedOff(NetworkForbidden):
    """The person has forbidden the network in Settings."""

    key = "network_switched_off"


class NetworkUnreachable(HubProblem):
    """No connection came about. Values: host."""

    key = "network_unreachable"


class TlsFailed(HubProblem):
    """The other side's certificate is not trusted. Values: host, reason."""

    key = "tls_failed"


class ProxyFailed(HubProblem):
    """The proxy refuses, or cannot be reached. Values: host, reason."""

    key = "proxy_failed"


class HubBusy(HubProblem):
    """The Hub asks to wait. Values: host, seconds."""

    key = "hub_busy"


class HubFailed(HubProblem):
    """The Hub answered with an error of its own. Values: host, status."""

    key = "hub_failed"


class HubAnswerBad(HubProblem):
    """What answered does not speak as a Hub does. Values: host, reason."""

    key = "hub_answer_bad"


class LoginNeeded(HubProblem):
    """The repository is only given to those with an access token. Values: repository, page."""

    key = "login_needed"


class TokenRefused(HubProblem):
    """The Hub does not know the access token. Values: host, page."""

    key = "token_refused"


class LicenceNotAccepted(HubProblem):
    """The licence has to be accepted on the repository's page first. Values: repository, page."""

    key = "licence_not_accepted"


class AccessPending(HubProblem):
    """Access was asked for and is not granted yet. Values: repository, page."""

    key = "access_pending"


class AccessDenied(HubProblem):
    """The Hub refuses for another reason. Values: repository, reason."""

    key = "access_denied"


class RepositoryNotFound(HubProblem):
    """There is no such repository, or it is private. Values: repository, host."""

    key = "repository_not_found"


class RepositoryEmpty(HubProblem):
    """The repository holds no GGUF model file with a checksum. Values: repository."""

    key = "repository_empty"


class VariantNotFound(HubProblem):
    """The repository has no such quantization or file. Values: repository, variant, variants."""

    key = "variant_not_found"


class HubFileMissing(HubProblem):
    """A file of a repository is gone. Values: repository, path."""

    key = "hub_file_missing"


class DownloadStalled(HubProblem):
    """No byte came for a time, again and again. Values: host, seconds."""

    key = "download_stalled"


class DownloadDropped(HubProblem):
    """The connection breaks again and again before anything new arrives. Values: host, reason."""

    key = "download_dropped"


class DownloadDamaged(HubProblem):
    """What arrived twice does not have the SHA-256 that the Hub names. Values: path."""

    key = "download_damaged"


class DownloadChanged(HubProblem):
    """The file is another one on the Hub now. Values: repository, path."""

    key = "download_changed"


class DownloadBusy(HubProblem):
    """Another program is downloading the same file into the same folder. Values: path."""

    key = "download_busy"


class UserProblem(AppError):
    """Something that was asked cannot be done."""


class PromptTooLong(UserProblem):
    """The prompt does not fit into the context window. Values: tokens, n_ctx."""

    key = "prompt_too_long"


class ContextFull(UserProblem):
    """The conversation does not fit into the context window, and nothing may be left out unasked. Values: n_ctx."""

    key = "context_full"


class ReplyTooLong(UserProblem):
    """A reply and its question alone fill the context window. Values: n_ctx."""

    key = "reply_too_long"


class FlashAttentionNeeded(UserProblem):
    """Values can only be kept in a quantized type with flash attention. Values: type."""

    key = "flash_attention_needed"


class ModelNotFound(UserProblem):
    """No model file of this name is in the library. Values: name."""

    key = "model_not_found"


class ConversationNotFound(UserProblem):
    """There is no such conversation. Values: id."""

    key = "conversation_not_found"


class FolderNotFound(UserProblem):
    """There is no such folder. Values: id."""

    key = "folder_not_found"


class MessageNotFound(UserProblem):
    """There is no such message. Values: id."""

    key = "message_not_found"


class PresetFileBad(UserProblem):
    """A file holds no presets or snippets that can be read. Values: path, reason."""

    key = "preset_file_bad"


class PresetFileNewer(UserProblem):
    """A file of presets and snippets was written by a newer Skald. Values: path."""

    key = "preset_file_newer"


class ImportBad(UserProblem):
    """A file holds no conversations that can be taken in. Values: path, where (its place in the file), reason."""

    key = "import_bad"


class ImportUnreadable(UserProblem):
    """A file that is to be imported cannot be read. Values: path, reason."""

    key = "import_unreadable"


class ExportFailed(UserProblem):
    """An export cannot be written. Values: path, reason."""

    key = "export_failed"


class BackupDamaged(UserProblem):
    """A copy of the database cannot be restored: it is not whole, not ours, or of a newer Skald. Values: path."""

    key = "backup_damaged"


class GrammarUnreadable(UserProblem):
    """A grammar is no GBNF. Values: line, found (what stands there)."""

    key = "grammar_unreadable"


class GrammarIncomplete(UserProblem):
    """A grammar lacks a rule. Values: rule."""

    key = "grammar_incomplete"


class GrammarRecursive(UserProblem):
    """A rule begins with itself, or repeats what may be empty: llama.cpp would never come to its end. Values: rule."""

    key = "grammar_recursive"


class GrammarTooLarge(UserProblem):
    """A grammar or a JSON schema has more rules, levels or repetitions than llama.cpp bears."""

    key = "grammar_too_large"


class GrammarRefused(UserProblem):
    """llama.cpp does not take the grammar with this model, or both a grammar and a JSON schema are set."""

    key = "grammar_refused"


class GrammarDeadEnd(UserProblem):
    """No token of the model fits what the grammar wants next."""

    key = "grammar_dead_end"


class GrammarTooSlow(UserProblem):
    """A grammar is so ambiguous that the next token takes too long. Values: seconds."""

    key = "grammar_too_slow"


class SchemaUnreadable(UserProblem):
    """A JSON schema is no JSON, or has something that no schema has. Values: place (a JSON pointer)."""

    key = "schema_unreadable"


class SchemaUnsupported(UserProblem):
    """A JSON schema asks for what no grammar is made of here. Values: place (a JSON pointer), keyword."""

    key = "schema_unsupported"


class AttachmentProblem(UserProblem):
    """A file cannot be added to a message. Values: name (the file's), and what the children say."""

    key = "attachment_problem"


class AttachmentMissing(AttachmentProblem):
    """There is no such file, or it cannot be read. Values: name."""

    key = "attachment_missing"


class AttachmentTooBig(AttachmentProblem):
    """The file has more bytes than are read. Values: name, size, limit (in words)."""

    key = "attachment_too_big"


class AttachmentTooLong(AttachmentProblem):
    """The file has more text than is taken. Values: name, limit (characters)."""

    key = "attachment_too_long"


class AttachmentsTooMany(AttachmentProblem):
    """A message has as many files as it may have. Values: name, limit."""

    key = "attachments_too_many"


class AttachmentUnsupported(AttachmentProblem):
    """The file is of a kind that is not read. Values: name."""

    key = "attachment_unsupported"


class AttachmentImage(AttachmentProblem):
    """The file is a picture, and the model cannot see. Values: name."""

    key = "attachment_image"


class AttachmentEncoding(AttachmentProblem):
    """The file is text in an encoding that cannot be told. Values: name."""

    key = "attachment_encoding"


class AttachmentLocked(AttachmentProblem):
    """The document wants a password. Values: name."""

    key = "attachment_locked"


class AttachmentWithoutText(AttachmentProblem):
    """The document has no text: it is empty, or pictures of pages. Values: name."""

    key = "attachment_without_text"


class AttachmentDamaged(AttachmentProblem):
    """The document cannot be read as what it says it is. Values: name, reason."""

    key = "attachment_damaged"


class AttachmentTooSlow(AttachmentProblem):
    """Reading the document did not end in time. Values: name, seconds."""

    key = "attachment_too_slow"


class AttachmentTooHeavy(AttachmentProblem):
    """The document unpacks to more than is allowed. Values: name."""

    key = "attachment_too_heavy"


class WrongUsage(UserProblem):
    """The command line or a call was used wrongly. Values: reason."""

    key = "wrong_usage"


class PresetNotFound(WrongUsage):
    """There is no preset of this name. Values: name, names (those that there are)."""

    key = "preset_not_found"


def known_errors() -> dict[str, type[AppError]]:
    """Returns every error that has a key of its own, by key."""
    found: dict[str, type[AppError]] = {}
    pending: list[type[AppError]] = [AppError]
    while pending:
        kind = pending.pop()
        if "key" in vars(kind):
            found[kind.key] = kind
        pending.extend(kind.__subclasses__())
    return found


def from_report(report: ErrorReport) -> AppError:
    """Returns the error that ``report`` describes; an unknown key gives a plain AppError."""
    kind = known_errors().get(report.key, AppError)
    return kind(**report.values)
