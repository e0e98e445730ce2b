"""One file on a loopback Hub and everything that fetches it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.hub.loopback import LoopbackHub

from app.domain.hub import HubFile
from app.library.fetch import Control, Fetch, Patience, Source
from app.library.hub_cache import CachedRepository
from app.library.hub_connection import HubConnection
from app.library.pace import Limit

REPOSITORY: Final = "owner/name"
PATH: Final = "tiny-Q4_K_M.gguf"
MIB: Final = 1 << 20
QUICK: Final = Patience(attempts=3, first_wait_s=0.001, stall_s=0.3)


def weights(size: int, seed: int = 0) -> bytes:
    """Returns bytes of which no two parts are alike."""
    return random.Random(seed).randbytes(size)


@dataclass
class Bench:
    """``content`` is on ``hub``; `fetch` brings it below ``folder``, ``told`` is what was told on the way."""

    hub: LoopbackHub
    folder: Path
    content: bytes = field(default_factory=lambda: weights(300_000))
    token: str | None = None
    told: list[int] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.remote = self.hub.add(REPOSITORY, {PATH: self.content})
        self.file = HubFile(PATH, len(self.content), self.remote.sha256[PATH])
        self.cached = CachedRepository(self.folder, REPOSITORY)
        self.commit = self.remote.head.id
        self.control = Control()

    @property
    def blob(self) -> Path:
        return self.cached.blob(self.file)

    @property
    def partial(self) -> Path:
        return self.cached.partial(self.file)

    def leave(self, partial: bytes) -> None:
        """Puts there what an earlier run left."""
        self.partial.parent.mkdir(parents=True, exist_ok=True)
        self.partial.write_bytes(partial)

    def connect(self) -> HubConnection:
        return HubConnection(
            self.hub.endpoint, self.token, lambda method, address: self.asked.append((method, address))
        )

    def make(self, *, patience: Patience = QUICK, limit: Limit | None = None, room: int = 0) -> Fetch:
        source = Source(REPOSITORY, self.commit, self.file)
        return Fetch(
            self.connect(),
            self.cached,
            source,
            self.control,
            self.told.append,
            room=room,
            limit=limit,
            patience=patience,
        )

    def fetch(self, *, patience: Patience = QUICK, limit: Limit | None = None, room: int = 0) -> bool:
        return self.make(patience=patience, limit=limit, room=room).run()

    def check_arrived(self) -> None:
        """Fails unless the right bytes have their name and nothing else is there."""
        assert self.blob.read_bytes() == self.content
        assert [entry.name for entry in self.blob.parent.iterdir()] == [self.file.sha256]
