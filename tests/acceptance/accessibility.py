"""Sees and touches a program as a screen reader does: a small AT-SPI client over D-Bus, without any system library.

The interfaces are those of https://gitlab.gnome.org/GNOME/at-spi2-core/-/tree/main/xml; a sweep asks about all
controls of one depth at once, because one round trip for each would make every look at the window slow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jeepney import (  # type: ignore[import-untyped]
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    new_method_call,
)
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]
from tests.acceptance.processes import DesktopMissingError

_ATSPI: Final = "org.a11y.atspi"
_ROOT: Final = "/org/a11y/atspi/accessible/root"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_ANSWER_PATIENCE: Final = 10.0
_WHOLE_TEXT: Final = -1
_SCREEN_COORDINATES: Final = 0
_QT_LINE_BREAK: Final = "\u2028"
_CLICKS: Final = ("Press", "Toggle", "ShowMenu")
"""Qt's own names of the actions that are a click, the plainest first."""
Answer = tuple[Any, ...] | None
"""What a method returned; None where the control is gone or does not have the method."""

STATES: Final = {4: "checked", 7: "editable", 8: "enabled", 12: "focused", 23: "selected", 25: "showing", 30: "visible"}
"""The numbers of AtspiStateType that a test asks about."""


@dataclass(frozen=True)
class Rectangle:
    """Pixels on the screen."""

    x: int
    y: int
    width: int
    height: int

    @property
    def centre(self) -> tuple[int, int]:
        """The point to click on."""
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def lines(self) -> range:
        """The lines of the screen that it covers."""
        return range(self.y, self.y + self.height)


@dataclass(frozen=True)
class _Reference:
    """Where a control lives: the program's name on the bus, and its object there."""

    program: str
    path: str


@dataclass(frozen=True)
class Control:
    """What one control said about itself in one sweep; the methods ask or touch the living one."""

    name: str
    role: str
    object_name: str
    states: frozenset[str]
    depth: int
    _reference: _Reference = field(repr=False)
    _bus: AccessibilityBus = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{'  ' * self.depth}{self.role} {self.object_name} “{self.name}” {' '.join(sorted(self.states))}"

    def press(self) -> None:
        """Does what a screen reader's click does; for what cannot be pressed or toggled, opens its menu."""
        known = self._actions()
        wanted = next((name for name in _CLICKS if name in known), None)
        assert wanted is not None, f"{self} cannot be pressed, only {known}"
        assert self._ask("Action", "DoAction", "i", known.index(wanted)) == (True,), f"{self} was not pressed"

    def take_focus(self) -> None:
        """Moves the keyboard to the control."""
        self._ask("Component", "GrabFocus")

    def select(self, index: int) -> None:
        """Selects a child of a list or a combo box."""
        assert self._ask("Selection", "SelectChild", "i", index) == (True,), f"{self} cannot select {index}"

    def set_text(self, text: str) -> None:
        """Replaces what an editable control holds, in any script (``xdotool type`` drops Chinese)."""
        done = self._ask("EditableText", "SetTextContents", "s", text)
        assert done == (True,), f"{self} cannot be written into"

    def text(self) -> str:
        """Returns all that a text control holds; Qt's own sign for a broken line is given as a newline."""
        found = self._ask("Text", "GetText", "ii", 0, _WHOLE_TEXT)
        assert found is not None, f"{self} holds no text"
        return str(found[0]).replace(_QT_LINE_BREAK, "\n")

    def rectangle(self) -> Rectangle:
        """Returns where the control is on the screen."""
        found = self._ask("Component", "GetExtents", "u", _SCREEN_COORDINATES)
        assert found is not None, f"{self} is nowhere"
        return Rectangle(*found[0])

    def _actions(self) -> list[str]:
        listed = self._ask("Action", "GetActions")
        count = len(listed[0]) if listed else 0
        names = (self._ask("Action", "GetName", "i", number) for number in range(count))
        return [str(name[0]) if name else "" for name in names]

    def _ask(self, interface: str, method: str, signature: str = "", *arguments: Any) -> Answer:
        return self._bus.ask(self._reference.program, self._reference.path, interface, method, signature, *arguments)


class AccessibilityBus:
    """A connection to the accessibility bus that belongs to a session bus."""

    def __init__(self, session_bus: str) -> None:
        with open_dbus_connection(session_bus) as session:
            where = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
            reply = session.send_and_get_reply(new_method_call(where, "GetAddress"), timeout=_ANSWER_PATIENCE)
        if reply.header.message_type != MessageType.method_return:
            raise DesktopMissingError("at-spi2-core", str(reply.body))
        self._connection = open_dbus_connection(str(reply.body[0]))

    def __enter__(self) -> AccessibilityBus:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def controls_of(self, pid: int) -> list[Control]:
        """Returns every control of the process, parents before children; none while it is not on the bus."""
        found: list[Control] = []
        level = self._program_of(pid)
        while level:
            below = self._describe(level, len(found) and found[-1].depth + 1)
            found += [control for control, _ in below]
            level = [child for _, children in below for child in children]
        return found

    def ask(self, program: str, path: str, interface: str, method: str, signature: str, *arguments: Any) -> Answer:
        """Asks one question; None where the control is gone or does not know it. Raises TimeoutError after 10 s."""
        return self._ask_all([_call(_Reference(program, path), interface, method, signature, *arguments)])[0]

    def _program_of(self, pid: int) -> list[_Reference]:
        registry = _Reference(f"{_ATSPI}.Registry", _ROOT)
        programs = self._ask_all([_call(registry, "Accessible", "GetChildren")])[0]
        references = [_Reference(*child) for child in (programs[0] if programs else [])]
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        who = "GetConnectionUnixProcessID"
        pids = self._ask_all([new_method_call(bus, who, "s", (reference.program,)) for reference in references])
        return [reference for reference, found in zip(references, pids, strict=True) if found == (pid,)]

    def _describe(self, level: Sequence[_Reference], depth: int) -> list[tuple[Control, list[_Reference]]]:
        questions = [question for reference in level for question in _questions(reference)]
        answers = iter(self._ask_all(questions))
        described = []
        for reference, name, role, identity, states, children in zip(level, *[answers] * 5, strict=False):
            if name is None or role is None:
                continue
            control = Control(
                name=str(name[0][1]),
                role=str(role[0]),
                object_name=str(identity[0][1]).rpartition(".")[2] if identity else "",
                states=_states(states[0] if states else (0, 0)),
                depth=depth,
                _reference=reference,
                _bus=self,
            )
            described.append((control, [_Reference(*child) for child in (children[0] if children else [])]))
        return described

    def _ask_all(self, questions: Sequence[Message]) -> list[Answer]:
        waiting: dict[int, int] = {}
        for position, question in enumerate(questions):
            serial = next(self._connection.outgoing_serial)
            waiting[serial] = position
            self._connection.send(question, serial=serial)
        answers: list[Answer] = [None] * len(questions)
        while waiting:
            reply = self._connection.receive(timeout=_ANSWER_PATIENCE)
            position_or_none = waiting.pop(reply.header.fields.get(HeaderFields.reply_serial, 0), None)
            if position_or_none is not None and reply.header.message_type == MessageType.method_return:
                answers[position_or_none] = reply.body
        return answers


def _call(to: _Reference, interface: str, method: str, signature: str = "", *arguments: Any) -> Message:
    address = DBusAddress(to.path, bus_name=to.program, interface=f"{_ATSPI}.{interface}")
    return new_method_call(address, method, signature or None, arguments)


def _questions(about: _Reference) -> list[Message]:
    properties = DBusAddress(about.path, bus_name=about.program, interface=_PROPERTIES)
    asked = f"{_ATSPI}.Accessible"
    name, identity = (new_method_call(properties, "Get", "ss", (asked, wanted)) for wanted in ("Name", "AccessibleId"))
    methods = ("GetRoleName", "GetState", "GetChildren")
    role, states, children = (_call(about, "Accessible", wanted) for wanted in methods)
    return [name, role, identity, states, children]


def _states(words: Sequence[int]) -> frozenset[str]:
    low, high = words
    bits = low | high << 32
    return frozenset(name for number, name in STATES.items() if bits >> number & 1)
