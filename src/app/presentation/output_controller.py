"""What a reply must look like, as it is typed: a grammar or a JSON schema, and what is more or less likely."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import AppError
from app.domain.generation import SamplingParameters
from app.domain.output_format import output_grammar
from app.domain.sampling import MOST_BIASES, bias_from_text, bias_text
from app.presentation.qml_property import Property

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

CHECK_AFTER_MS: Final = 250
KINDS: Final = ("free", "grammar", "json_schema")


@QmlElement
@QmlUncreatable("made by the program")
class OutputController(QObject):  # type: ignore[operator]
    """Tells ``change`` what was typed at once, and the person what is wrong with it when they pause.

    The text of the other kind is kept until another conversation is shown.
    """

    changed = Signal()
    checked = Signal()

    def __init__(self, change: Callable[..., None], parent: QObject | None = None) -> None:
        """``change`` gets the fields of `SamplingParameters` that are other now."""
        super().__init__(parent)
        self._change = change
        self._kind = KINDS[0]
        self._texts = dict.fromkeys(KINDS, "")
        self._biases = ""
        self._error = self._bias_error = ""
        self._timer = QTimer(self, singleShot=True, interval=CHECK_AFTER_MS)
        self._timer.timeout.connect(self._check)

    def show(self, sampling: SamplingParameters) -> None:
        """Shows what ``sampling`` has."""
        self._texts = {"free": "", "grammar": sampling.grammar, "json_schema": sampling.json_schema}
        self._kind = next((kind for kind in KINDS if self._texts[kind]), KINDS[0])
        self._biases = "\n".join(map(bias_text, sampling.logit_bias))
        self._check()
        self.changed.emit()

    @Property("QVariantList", notify=changed)
    def kinds(self) -> list[dict[str, str]]:
        return [{"value": kind, "text": i18n.text(f"output.{kind}")} for kind in KINDS]

    def _get_kind(self) -> str:
        return self._kind

    def _set_kind(self, kind: str) -> None:
        if kind in KINDS and kind != self._kind:
            self._kind = kind
            self._tell()
            self._check()
            self.changed.emit()

    kind = Property(str, _get_kind, _set_kind, notify=changed)

    def _get_text(self) -> str:
        return self._texts[self._kind]

    def _set_text(self, text: str) -> None:
        if self._kind != KINDS[0] and text != self._texts[self._kind]:
            self._texts[self._kind] = text
            self._tell()
            self._timer.start()
            self.changed.emit()

    text = Property(str, _get_text, _set_text, notify=changed)

    def _get_biases(self) -> str:
        return self._biases

    def _set_biases(self, text: str) -> None:
        if text != self._biases:
            self._biases = text
            self._change(logit_bias=tuple(bias for bias in map(bias_from_text, self._lines()) if bias))
            self._timer.start()
            self.changed.emit()

    biases = Property(str, _get_biases, _set_biases, notify=changed)

    @Property(str, notify=checked)
    def error(self) -> str:
        return self._error

    @Property(str, notify=checked)
    def biasError(self) -> str:
        return self._bias_error

    def _lines(self) -> list[str]:
        return [line for line in self._biases.split("\n") if line.strip()]

    def _tell(self) -> None:
        chosen = {kind: self._texts[kind] if kind == self._kind else "" for kind in KINDS[1:]}
        self._change(**chosen)

    def _check(self) -> None:
        self._error = self._problem()
        wrong = next((line for line in self._lines() if bias_from_text(line) is None), "")
        is_too_long = len(self._lines()) > MOST_BIASES
        self._bias_error = i18n.text("output.bias_wrong", line=wrong[:80]) if wrong else ""
        if is_too_long:
            self._bias_error = i18n.text("output.bias_many", most=MOST_BIASES)
        self.checked.emit()

    def _problem(self) -> str:
        text = self._texts[self._kind]
        if not text.strip():
            return ""
        try:
            output_grammar(**{self._kind: text})
        except AppError as error:
            return i18n.error_sentence(error.key, error.values)
        return ""
