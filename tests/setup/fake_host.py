"""A machine made up for a test: what it has is named, what is done to it is remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from setup_skald.failure import SetupError
from setup_skald.host import Answer, Host
from setup_skald.libraries import PACKAGE_OF

GIB = 1 << 30


class FakeHost(Host):
    """A Debian machine with everything on it; a test takes away what it is about."""

    def __init__(self) -> None:
        self.system_name = "linux"
        self.root = False
        self.commands = {"apt-get", "cc", "c++", "fc-list", "Xvfb", "xauth", "openbox", "dbus-daemon"}
        self.commands |= {"dbus-run-session", "xdotool", "unshare"}
        self.modules = {"ensurepip"}
        self.libraries = set(PACKAGE_OF)
        self.files = {"/etc/ssl/certs/ca-certificates.crt", "/usr/libexec/at-spi-bus-launcher"}
        self.answers: dict[str, Answer] = {"fc-list": Answer(0, "Noto Sans CJK SC"), "apt-cache": Answer(100, "")}
        self.free: dict[Path, int] = {}
        self.has_font_files = False
        self.processor_name = "one"
        self.machine_name = "x86_64"
        self.glibc_version: tuple[int, int] | None = (2, 36)
        self.followed: list[list[str]] = []
        self.environments: list[dict[str, str]] = []
        self.lines: list[str] = []
        self.on_follow: Callable[[list[str]], None] = lambda _: None
        self.fails_at = ""
        self.exit_codes: dict[str, int] = {}
        self.ran: list[list[str]] = []

    @property
    def system(self) -> str:
        return self.system_name

    @property
    def is_root(self) -> bool:
        return self.root

    @property
    def python_version(self) -> tuple[int, int]:
        return (3, 12)

    @property
    def machine(self) -> str:
        return self.machine_name

    @property
    def glibc(self) -> tuple[int, int] | None:
        return self.glibc_version

    def which(self, name: str) -> str | None:
        return name if name in self.commands else None

    def has_module(self, name: str) -> bool:
        return name in self.modules

    def is_loadable(self, soname: str) -> bool:
        return soname in self.libraries

    def find(self, folder: str, patterns: Sequence[str]) -> bool:
        return self.has_font_files and bool(folder) and len(patterns) > 0

    def exists(self, path: str) -> bool:
        return path in self.files

    def free_bytes(self, folder: Path) -> int:
        return self.free.get(folder, 100 * GIB)

    def processor(self) -> str:
        return self.processor_name

    def memory_bytes(self) -> int | None:
        return 8 * GIB

    def cores(self) -> int:
        return 2

    def ask(self, command: Sequence[str], text: str = "") -> Answer:
        return self.answers.get(Path(command[0]).name, Answer(0, text))

    def follow(
        self,
        command: Sequence[str],
        on_line: Callable[[str], None],
        *,
        environment: Mapping[str, str] | None = None,
        log: Path | None = None,
    ) -> None:
        self.followed.append(list(command))
        self.environments.append(dict(environment or {}))
        if log:
            log.write_text("\n".join(self.lines), encoding="utf-8")
        for line in self.lines:
            on_line(line)
        if self.fails_at and self.fails_at in command:
            raise SetupError("it failed")
        self.on_follow(list(command))

    def run(self, command: Sequence[str], folder: Path) -> int:
        self.ran.append([Path(command[0]).name, *command[1:]])
        return self.exit_codes.get(Path(command[0]).name, 0) if folder.is_absolute() else 1
