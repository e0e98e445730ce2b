"""The real program, started in a process of its own and used as a person does: looked at, typed into, killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
from tests.acceptance import processes
from tests.acceptance.accessibility import AccessibilityBus, Control
from tests.acceptance.desktop import Desktop
from tests.acceptance.waiting import PATIENCE, wait_for

REPOSITORY: Final = Path(__file__).resolve().parents[2]
PICTURES: Final = REPOSITORY / "build" / "acceptance"
"""Where pictures of the screen are kept, to be looked at by people."""
_ENGINE_MODULE: Final = "app.engine.host"
_NEVER_SAID: Final = ("Traceback (most recent call last)", ".qml:", "QObject::", "QThread:", "qt.svg")
"""What stands in a log when something in the window went wrong, though it seemed to work."""


def command(*arguments: str | Path) -> list[str]:
    """Returns the command line of ``skald`` with these arguments, out of this working copy."""
    return [sys.executable, "-P", "-m", "app", *map(str, arguments)]


def environment(desktop: Desktop, language: str = "en_US.UTF-8") -> dict[str, str]:
    """Returns what the program is started with: the desktop's, this working copy, a language, and no proxy."""
    return desktop.environment | {"PYTHONPATH": str(REPOSITORY / "src"), "LANG": language, "LC_ALL": language}


@dataclass
class Program:
    """One data folder and the window on it; ``start`` may be called again after the window is gone."""

    desktop: Desktop
    bus: AccessibilityBus
    data_folder: Path
    language: str = "en_US.UTF-8"
    prefix: Sequence[str] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def log(self) -> Path:
        """What the window said on stdout and stderr."""
        return self.data_folder.with_suffix(".log")

    @property
    def pid(self) -> int:
        """The process of the window."""
        assert self._process is not None, "the program was not started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the window's process lives."""
        return self._process is not None and self._process.poll() is None

    # Life and death

    def start(self, *arguments: str | Path) -> None:
        """Starts the program and waits until a person could type: the message box is there and has the keyboard."""
        line = [*self.prefix, *command("--data-dir", self.data_folder, *arguments)]
        variables = {**environment(self.desktop, self.language), **self.variables}
        self._process = processes.start(line, variables, self.log)
        self.wait_for_focus("composer", patience=2 * PATIENCE)

    def close(self) -> None:
        """Closes the window as a person does, and waits until nothing of the program is left."""
        everyone = processes.family(self.pid)
        self.key("alt+F4")
        assert self._process is not None
        assert self._process.wait(PATIENCE) == 0
        wait_for(lambda: not any(map(psutil.Process.is_running, everyone)), "the end of the engine process")

    def kill(self) -> None:
        """Kills the window at once, as the kernel does when memory is out; its engine process is left to itself."""
        os.kill(self.pid, signal.SIGKILL)
        assert self._process is not None
        self._process.wait(PATIENCE)

    def engine(self) -> psutil.Process | None:
        """Returns the engine process, if there is one now."""
        return next((one for one in processes.family(self.pid) if _ENGINE_MODULE in _command_of(one)), None)

    def end(self) -> None:
        """Ends whatever is left of it."""
        if self._process is not None:
            processes.end(self._process)

    def complaints(self) -> list[str]:
        """Returns the lines of its log that tell of something broken in the window."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return [line for line in lines if any(sign in line for sign in _NEVER_SAID)]

    # Looking

    def controls(self) -> list[Control]:
        """Returns every control that is on the screen now. Fails when the program is gone."""
        assert self.is_running, f"the program ended: {self.log.read_text(errors='replace')[-2000:]}"
        return [control for control in self.bus.controls_of(self.pid) if "showing" in control.states]

    def all_of(self, object_name: str) -> list[Control]:
        """Returns the controls with this object name, top to bottom."""
        found = [control for control in self.controls() if control.object_name == object_name]
        return sorted(found, key=lambda control: control.rectangle().y)

    def find(self, object_name: str, name: str | None = None) -> Control:
        """Waits for a control with this object name, and with this accessible name if one is given."""

        def look() -> Control | None:
            found = (one for one in self.controls() if one.object_name == object_name)
            return next((one for one in found if name in (None, one.name)), None)

        return wait_for(look, f"{object_name} {name or ''}".strip(), also=self.describe)

    def wait_until_gone(self, object_name: str, name: str | None = None) -> None:
        """Waits until no such control is on the screen."""
        named = [object_name] if name is None else [object_name, name]
        wait_for(
            lambda: not any([one.object_name, one.name][: len(named)] == named for one in self.controls()),
            f"the end of {named}",
            also=self.describe,
        )

    def wait_for_focus(self, object_name: str, patience: float = PATIENCE) -> None:
        """Waits until the keyboard goes to this control."""
        wait_for(
            lambda: any(one.object_name == object_name and "focused" in one.states for one in self.controls()),
            f"the focus on {object_name}",
            patience=patience,
            also=self.describe,
        )

    def describe(self) -> str:
        """Returns what is on the screen, in words."""
        return "\n".join(["On the screen:", *map(str, self.controls())])

    def keep_picture(self, name: str) -> None:
        """Keeps a picture of the screen as ``build/acceptance/NAME.png``."""
        self.desktop.picture().write_png(PICTURES / f"{name}.png")

    # Messages

    def messages(self) -> list[str]:
        """Returns the accessible names of the messages on the screen, oldest first."""
        return [message.name for message in self.all_of("message")]

    def wait_for_message(self, start: str, also: Callable[[str], bool] = lambda _: True) -> str:
        """Waits for a message that begins with ``start`` and goes on as ``also`` wants; returns all of it."""

        def look() -> str | None:
            found = (name for name in self.messages() if name.startswith(start))
            return next((name for name in found if also(name.removeprefix(start))), None)

        return wait_for(look, f"a message “{start}…”", also=self.describe)

    def speaker(self) -> str:
        """Returns how messages of the chosen model begin, from the line under the title."""
        return self.find("conversation-subtitle").name.split(" · ")[0] + ": "

    def hear(self) -> str:
        """Waits for the chosen model to answer and to finish; returns what it said."""
        speaker = self.speaker()
        self.wait_for_message(speaker)
        reply = self.wait_for_end_of_reply()
        assert reply.startswith(speaker), reply
        return reply.removeprefix(speaker)

    def wait_for_end_of_reply(self) -> str:
        """Waits until no reply is written any more; returns the last message."""
        self.wait_until_gone("stop")
        self.find("send")
        return self.messages()[-1]

    # Touching

    def key(self, *keys: str) -> None:
        """Presses keys, for example ``"ctrl+n"``, in the window that has the keyboard."""
        self.desktop.xdotool("key", *keys)

    def type(self, text: str) -> None:
        """Types Latin text on the keyboard."""
        self.desktop.xdotool("type", "--delay", "5", text)

    def say(self, text: str) -> None:
        """Types a message and sends it with Enter."""
        self.wait_for_focus("composer")
        self.type(text)
        wait_for(lambda: self.find("composer").text() == text, f"“{text}” in the message box", also=self.describe)
        self.key("Return")
        wait_for(lambda: self.find("composer").text() == "", "an empty message box", also=self.describe)

    def press(self, object_name: str, name: str | None = None) -> None:
        """Presses a control as a screen reader does."""
        self.find(object_name, name).press()

    def click(self, object_name: str, name: str | None = None, button: int = 1) -> None:
        """Clicks into the middle of a control with the mouse."""
        x, y = self.find(object_name, name).rectangle().centre
        self.desktop.xdotool("mousemove", str(x), str(y), "click", str(button))


def _command_of(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
