"""A desktop of its own for the tests: X server, window manager, session bus and accessibility bus, all thrown away.

Nothing of it touches the person's own session: home, runtime folder and both buses lie in a temporary folder.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.acceptance import framebuffer, processes
from tests.acceptance.waiting import wait_for

SCREEN: Final = "1360x860x24"
_KEPT: Final = ("PATH", "TZ", "TMPDIR")


class Desktop:
    """Runs from ``with`` to its end; ``environment`` is what a program on this desktop is started with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ends = ExitStack()
        self._log = folder / "desktop.log"
        runtime = folder / "runtime"
        for made in (folder / "home", folder / "screen"):
            made.mkdir()
        runtime.mkdir(mode=0o700)
        self.environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            "HOME": str(folder / "home"),
            "XDG_RUNTIME_DIR": str(runtime),
            "LANG": "C.UTF-8",
            "GSETTINGS_BACKEND": "memory",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_QPA_PLATFORM": "xcb",
            "QT_QUICK_BACKEND": "software",
        }

    @property
    def home(self) -> Path:
        """The home folder of every program on this desktop."""
        return Path(self.environment["HOME"])

    @property
    def session_bus(self) -> str:
        """The address of the session bus."""
        return self.environment["DBUS_SESSION_BUS_ADDRESS"]

    def picture(self) -> framebuffer.Picture:
        """Returns the whole screen as it is now."""
        return framebuffer.read(self._folder / "screen" / "Xvfb_screen0")

    def xdotool(self, *arguments: str) -> str:
        """Runs one command of xdotool and returns what it said. Raises AssertionError where it failed."""
        done = self._try_xdotool(*arguments)
        assert done.returncode == 0, f"xdotool {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def _try_xdotool(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [processes.installed("xdotool"), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )

    def windows_of(self, pid: int) -> list[str]:
        """Returns the X ids of the windows that the process shows."""
        return self._try_xdotool("search", "--onlyvisible", "--pid", str(pid)).stdout.split()

    def __enter__(self) -> Desktop:
        with ExitStack() as ends:
            self._ends = ends
            self._start_screen()
            self._start_window_manager()
            self._start_session_bus()
            self._ends = ends.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def _start(self, *command: str, report_fd: int | None = None) -> subprocess.Popen[bytes]:
        program = [processes.installed(command[0]), *command[1:]]
        kept = () if report_fd is None else (report_fd,)
        process = processes.start(program, self.environment, self._log, kept)
        self._ends.callback(processes.end, process)
        return process

    def _start_reporting(self, *command: str) -> str:
        """Starts a program that writes one line to the descriptor ``{fd}`` when it is ready; returns that line."""
        reading, writing = os.pipe()
        with os.fdopen(reading) as lines:
            process = self._start(*(part.format(fd=writing) for part in command), report_fd=writing)
            os.close(writing)
            line = lines.readline().strip()
        assert line, f"{command[0]} ended with {process.wait(5)}: {self._log.read_text(errors='replace')}"
        return line

    def _start_screen(self) -> None:
        screen = ("-screen", "0", SCREEN, "-fbdir", str(self._folder / "screen"))
        number = self._start_reporting("Xvfb", "-displayfd", "{fd}", "-nolisten", "tcp", "-noreset", *screen)
        self.environment["DISPLAY"] = f":{number}"

    def _start_window_manager(self) -> None:
        self._start("openbox", "--sm-disable")
        wait_for(lambda: self._try_xdotool("get_num_desktops").returncode == 0, "the window manager")

    def _start_session_bus(self) -> None:
        address = f"unix:path={self._folder / 'runtime' / 'bus'}"
        bus = ("dbus-daemon", "--session", "--nofork", "--address", address)
        said = self._start_reporting(*bus, "--print-address={fd}")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = said
