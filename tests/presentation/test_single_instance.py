"""A second start on the same data folder hands over and is gone; another folder, or a dead window, is none of its."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from app import paths
from app.paths import Paths
from app.presentation import single_instance
from app.presentation.single_instance import InstanceServer, hand_over, socket_name

SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from app import paths
from app.presentation.single_instance import hand_over
application = QCoreApplication(sys.argv[:1])
sys.exit(0 if hand_over(paths.find(), sys.argv[1] or None) else 3)
"""


@pytest.fixture
def server(qtbot: QtBot, folders: Paths) -> Iterator[InstanceServer]:
    made = InstanceServer(folders)
    made.listen()
    yield made
    made.close()


def start_again(model: str, cwd: Path, **variables: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(Path(paths.__file__).parents[1]), **variables}
    return subprocess.Popen([sys.executable, "-c", SECOND_START, model], env=environment, cwd=cwd)


def test_a_second_start_hands_over_its_file(server: InstanceServer, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "some.gguf").write_bytes(b"x")
    with qtbot.waitSignal(server.asked, timeout=20_000) as asked:
        process = start_again("some.gguf", tmp_path, XDG_ACTIVATION_TOKEN="token-1")
    assert asked.args == [str(tmp_path / "some.gguf"), "token-1"]
    assert process.wait(20) == 0


def test_a_name_is_handed_over_as_it_is(server: InstanceServer, qtbot: QtBot, tmp_path: Path) -> None:
    with qtbot.waitSignal(server.asked, timeout=20_000) as asked:
        process = start_again("qwen:Q4_K_M", tmp_path)
    assert asked.args is not None
    assert asked.args[0] == "qwen:Q4_K_M"
    assert process.wait(20) == 0


def test_another_data_folder_is_another_window(server: InstanceServer, folders: Paths, tmp_path: Path) -> None:
    other = Paths(*(tmp_path / "other" / name for name in ("config", "data", "state", "cache")))
    assert socket_name(other) != socket_name(folders)
    assert not hand_over(other, None)


def test_the_later_of_two_starts_in_one_moment_leaves_the_first_alone(
    server: InstanceServer, qtbot: QtBot, folders: Paths, tmp_path: Path
) -> None:
    assert not InstanceServer(folders).listen()
    with qtbot.waitSignal(server.asked, timeout=20_000):
        process = start_again("", tmp_path)
    assert process.wait(20) == 0


def test_what_a_killed_window_left_stops_nobody(qtbot: QtBot, folders: Paths, tmp_path: Path) -> None:
    folders.state.mkdir(parents=True)
    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            "import os, sys\nfrom PySide6.QtCore import QCoreApplication\n"
            "from app import paths\nfrom app.presentation.single_instance import InstanceServer\n"
            "a = QCoreApplication([])\ns = InstanceServer(paths.find())\ns.listen()\nos.kill(os.getpid(), 9)\n",
        ],
        env={**os.environ, "PYTHONPATH": str(Path(paths.__file__).parents[1])},
        check=False,
    )
    assert killed.returncode == -9
    assert folders.instance.exists()
    assert not hand_over(folders, None)
    second = InstanceServer(folders)
    second.listen()
    with qtbot.waitSignal(second.asked, timeout=20_000):
        process = start_again("", tmp_path)
    assert process.wait(20) == 0
    second.close()
    assert not folders.instance.exists()
    assert not Path(socket_name(folders)).exists()


@pytest.mark.parametrize("said", [b"nonsense\n", b"[]\n", b'{"model": 1}\n', b"x" * (single_instance.LONGEST_MESSAGE)])
def test_what_is_no_start_is_dropped(server: InstanceServer, qtbot: QtBot, folders: Paths, said: bytes) -> None:
    asked: list[object] = []
    server.asked.connect(lambda *values: asked.append(values))
    socket = QLocalSocket()
    socket.connectToServer(socket_name(folders))
    with qtbot.waitSignal(socket.disconnected):
        socket.write(said)
    assert asked == []


def test_a_long_path_gives_a_name_of_its_own(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    name = socket_name(Paths(deep, deep, deep, deep))
    assert name.startswith("skald-")
    assert json.dumps(name).isascii()
