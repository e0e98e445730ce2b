"""A model file that can be pulled, and the command that pulls it from a loopback Hub."""

from __future__ import annotations

import random
from pathlib import Path

from tests.cli.command import Skald
from tests.hub.loopback import LoopbackHub
from tests.library.gguf_bytes import Gguf, Tensor

REPOSITORY = "owner/name"
REFERENCE = f"{REPOSITORY}:Q4_K_M"
PATH = "tiny-Q4_K_M.gguf"
MIB = 1 << 20
#: Whoever waits for the network does so in vain in these tests: variables that could lead there.
BARE = {"HF_TOKEN": "", "HF_HUB_OFFLINE": "", "NO_PROXY": "*", "no_proxy": "*"}


def model(size: int = 8 * MIB, seed: int = 0) -> bytes:
    """Returns a sound GGUF of about ``size`` bytes, of which no two parts are alike."""
    rows = size // 128
    content = Gguf(tensors=[Tensor("blk.0.ffn_up.weight", (32, rows), 0, rows * 128)]).content()
    return content[: -rows * 128] + random.Random(seed).randbytes(rows * 128)


def skald_for(hub: LoopbackHub, home: Path) -> Skald:
    """Returns the command with ``hub`` as its Hub."""
    skald = Skald(home)
    skald.environment |= {**BARE, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home / "hugging")}
    return skald


def blobs(home: Path) -> list[Path]:
    """Returns what lies in the cache folder, whole or not."""
    return sorted((home).glob("**/blobs/*"))


def listed(skald: Skald) -> list[str]:
    """Returns the paths of the model files that the library has, but for the starter."""
    records = skald("models", "list", "--json").records
    return [record["path"] for record in records if record["name"] != "starter"]
