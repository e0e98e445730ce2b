"""The options that a model is loaded with, as the dialog of its settings shows and changes them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtQml import QmlElement, QmlUncreatable

from app import i18n
from app.domain.errors import FlashAttentionNeeded
from app.domain.load_options import (
    AUTOMATIC,
    CACHE_BITS,
    CPU,
    FLASH_ATTENTION,
    MOST_ADAPTERS,
    ROPE_KINDS,
    LoadOptions,
    LoraAdapter,
    RopeScaling,
    check,
    is_valid_option,
)
from app.presentation.qml_property import Property

if TYPE_CHECKING:
    from app.engine.devices import Device

QML_IMPORT_NAME = "Skald"
QML_IMPORT_MAJOR_VERSION = 1

_ROPE = tuple(entry.name for entry in fields(RopeScaling))

ListDevices = Callable[[Callable[[tuple["Device", ...]], None]], None]


@QmlElement
@QmlUncreatable("made by the program")
class LoadOptionsController(QObject):  # type: ignore[operator]
    """Shows one model's options by their names; ``edited`` carries what they are now."""

    changed = Signal()
    edited = Signal(object)

    def __init__(self, list_devices: ListDevices, parent: QObject | None = None) -> None:
        """``list_devices`` hands the GPUs over when they are known: asking for them takes a process and seconds."""
        super().__init__(parent)
        self._list_devices = list_devices
        self._options = AUTOMATIC
        self._devices: tuple[Device, ...] | None = None

    def show(self, options: LoadOptions) -> None:
        """Shows the options of a model."""
        self._options = options
        self.changed.emit()

    @Slot()
    def findDevices(self) -> None:
        """Asks for the devices, once."""
        if self._devices is None:
            self._devices = ()
            self._list_devices(self._take_devices)

    @Property("QVariantMap", notify=changed)
    def values(self) -> dict[str, object]:
        return {**asdict(self._options), **asdict(self._options.rope)}

    @Property("QVariantMap", notify=changed)
    def numbers(self) -> dict[str, str]:
        """RoPE's numbers as texts, empty for what the model file has."""
        return {
            name: "" if value == getattr(AUTOMATIC.rope, name) else f"{value:g}"
            for name, value in asdict(self._options.rope).items()
            if name != "kind"
        }

    @Property("QVariantList", notify=changed)
    def devices(self) -> list[dict[str, str]]:
        """What may be chosen; the device that is set is there even where it is not found."""
        known = {device.name: f"{device.name} · {device.description}" for device in self._devices or ()}
        chosen = self._options.device
        if chosen not in ("", CPU, *known):
            known[chosen] = i18n.text("load_options.device_gone", name=chosen)
        texts = {"": i18n.text("load_options.automatic"), **known, CPU: i18n.text("load_options.cpu")}
        return [{"value": name, "text": text} for name, text in texts.items()]

    @Property("QVariantList", notify=changed)
    def cacheTypes(self) -> list[dict[str, str]]:
        return [
            {"value": name, "text": i18n.text("load_options.cache_type", name=name, bits=f"{bits:g}")}
            for name, bits in CACHE_BITS.items()
        ]

    @Property("QVariantList", notify=changed)
    def flashChoices(self) -> list[dict[str, str]]:
        return [{"value": name, "text": i18n.text(f"load_options.flash_{name}")} for name in FLASH_ATTENTION]

    @Property("QVariantList", notify=changed)
    def ropeKinds(self) -> list[dict[str, str]]:
        said = {"": i18n.text("load_options.rope_file"), "none": i18n.text("load_options.rope_none")}
        return [{"value": name, "text": said.get(name, name)} for name in ROPE_KINDS]

    @Property("QVariantMap", notify=changed)
    def ropeNames(self) -> dict[str, str]:
        return {name: i18n.text(f"load_options.rope_{name}") for name in _ROPE if name != "kind"}

    @Property("QVariantList", notify=changed)
    def adapters(self) -> list[dict[str, str]]:
        return [
            {"name": Path(adapter.path).name, "path": adapter.path, "scale": f"{adapter.scale:g}"}
            for adapter in self._options.adapters
        ]

    @Property(bool, notify=changed)
    def canAddAdapter(self) -> bool:
        return len(self._options.adapters) < MOST_ADAPTERS

    @Property(bool, notify=changed)
    def isDefault(self) -> bool:
        return self._options == AUTOMATIC

    @Property(str, notify=changed)
    def warning(self) -> str:
        try:
            check(self._options)
        except FlashAttentionNeeded as error:
            return i18n.error_sentence(error.key, error.values)
        return ""

    @Slot(str, "QVariant")
    def choose(self, name: str, value: object) -> None:
        """Sets one option; a value that it cannot have changes nothing."""
        if isinstance(value, float) and value.is_integer() and name.startswith("n_"):
            value = int(value)
        if is_valid_option(name, value):
            self._change(**{name: value})

    @Slot(str, str)
    def write(self, name: str, text: str) -> None:
        """Sets one of RoPE's numbers; an empty text means: as the model file has it."""
        number = _number(text) if text.strip() else getattr(AUTOMATIC.rope, name)
        if number is not None and name == "original_context":
            number = int(number)
        if is_valid_option(name, number):
            self._change(**{name: number})
        self.changed.emit()

    @Slot(QUrl)
    def addAdapter(self, url: QUrl) -> None:
        """Adds a LoRA adapter; the file is checked when the model is loaded."""
        path = url.toLocalFile()
        if path and self.canAddAdapter and path not in (adapter.path for adapter in self._options.adapters):
            self._change(adapters=(*self._options.adapters, LoraAdapter(path)))

    @Slot(int)
    def removeAdapter(self, at: int) -> None:
        """Takes an adapter away; its file stays."""
        self._change(adapters=self._options.adapters[:at] + self._options.adapters[at + 1 :])

    @Slot(int, str)
    def scaleAdapter(self, at: int, text: str) -> None:
        """Sets how strong an adapter is; 0 is without it."""
        number = _number(text)
        if number is not None and is_valid_option("scale", number):
            adapters = list(self._options.adapters)
            adapters[at] = replace(adapters[at], scale=number)
            self._change(adapters=tuple(adapters))
        self.changed.emit()

    @Slot()
    def reset(self) -> None:
        """Goes back to the safe defaults."""
        self._set(AUTOMATIC)

    def _take_devices(self, devices: tuple[Device, ...]) -> None:
        self._devices = devices
        self.changed.emit()

    def _change(self, **values: object) -> None:
        if set(values) <= set(_ROPE):
            values = {"rope": replace(self._options.rope, **values)}  # type: ignore[arg-type]  # just checked
        self._set(replace(self._options, **values))  # type: ignore[arg-type]  # just checked

    def _set(self, options: LoadOptions) -> None:
        if options != self._options:
            self._options = options
            self.changed.emit()
            self.edited.emit(options)


def _number(text: str) -> float | None:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
