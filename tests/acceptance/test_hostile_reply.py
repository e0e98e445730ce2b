"""A reply that wants to phone home: nothing is fetched, and a link says where it leads before it is opened."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.acceptance.program import Program
from tests.acceptance.waiting import wait_for
from tests.gguf_files import write_scripted

pytestmark = pytest.mark.acceptance


@dataclass
class Listener:
    """A port of this machine that counts who calls."""

    server: socket.socket
    callers: list[object] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The address that a reply can name."""
        return f"http://127.0.0.1:{self.server.getsockname()[1]}"

    def listen(self) -> None:
        """Takes calls until the port is shut."""
        while True:
            try:
                connection, caller = self.server.accept()
            except OSError:
                return
            self.callers.append(caller)
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A port that is open during the test."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        made = Listener(server)
        thread = threading.Thread(target=made.listen)
        thread.start()
        yield made
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_nothing_in_a_reply_is_fetched(program: Program, listener: Listener, tmp_path: Path) -> None:
    there = listener.address
    reply = (
        f'![dot]({there}/a.png) <img src="{there}/b.png"> <table background="{there}/c.png"><tr><td>x</td></tr></table>'
        f"\n\n| head |\n|---|\n| ![cell]({there}/d.png) |\n\n[more]({there}/secret?words)"
    )
    model = write_scripted(tmp_path / "Hostile.gguf", [reply.encode()])
    program.start(model)
    program.find("composer").set_text(f'<img src="{there}/title.png"> ![title]({there}/mine.png)')
    program.press("send")
    assert "more" in program.hear()
    row = program.find("block", "more").rectangle()
    column = program.find("composer").rectangle()
    program.desktop.xdotool("mousemove", str(column.x + 10), str(row.centre[1]), "click", "1")
    assert program.find("link-address").name == f"{there}/secret?words"
    program.press("link-cancel")
    program.wait_until_gone("link-dialog")

    program.press("new-conversation")
    program.find("empty-models")
    program.key("ctrl+k")
    program.wait_for_focus("search")
    assert listener.callers == []
    with socket.create_connection(listener.server.getsockname()):
        pass
    wait_for(lambda: listener.callers, "our own call, which shows that the port was open all the time")
