"""What the Hub has: repositories of GGUF files, and the variants of a language model that one of them holds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HubFile:
    """One file of a repository: its path there, its size, and the SHA-256 (64 hexadecimal digits) of its content."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Variant:
    """One quantization of a repository's language model: what is downloaded together.

    ``name`` is what a person chooses it by (``Q4_K_M``); ``files`` are the parts of the model in their order, the
    first one is what llama.cpp opens; ``projector`` is the vision projector that belongs to it.
    """

    name: str
    files: tuple[HubFile, ...]
    projector: HubFile | None = None
    is_recommended: bool = False

    @property
    def all_files(self) -> tuple[HubFile, ...]:
        """The parts and the projector."""
        return self.files if self.projector is None else (*self.files, self.projector)

    @property
    def bytes(self) -> int:
        """The room that all of it takes."""
        return sum(file.bytes for file in self.all_files)

    @property
    def model_bytes(self) -> int:
        """The size of the language model itself."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True)
class HubRepository:
    """A repository at one commit. ``parameters`` and ``context_length`` are 0 where the Hub does not say.

    ``gated`` is empty, ``auto`` or ``manual``: whether a licence has to be accepted on the Hub first.
    """

    id: str
    commit: str
    variants: tuple[Variant, ...]
    licence: str = ""
    architecture: str = ""
    parameters: int = 0
    context_length: int = 0
    gated: str = ""

    def recommended(self) -> Variant | None:
        """Returns the variant to take where nothing else is asked for."""
        marked = (variant for variant in self.variants if variant.is_recommended)
        return next(marked, self.variants[0] if self.variants else None)


@dataclass(frozen=True)
class HubHit:
    """A repository that a search found; its files are asked for when it is opened."""

    id: str
    downloads: int
    likes: int
    licence: str = ""
    architecture: str = ""
    parameters: int = 0
    context_length: int = 0
    gated: str = ""
