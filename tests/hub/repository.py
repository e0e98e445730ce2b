"""A repository on the loopback Hub: its commits, what the Hub says about it, and who may read it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from tests.hub.content import FileContent, content_of

Gate = Literal[False, "auto", "manual"]

_BORN: Final = datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
_LARGE_SUFFIXES: Final = (".gguf", ".safetensors", ".bin", ".pt", ".zip")
_LARGE_BYTES: Final = 10 << 20


@dataclass(frozen=True)
class RepoFile:
    """A file at one commit; a large one lies behind a pointer, as Git LFS has it."""

    path: str
    content: FileContent

    @property
    def is_large(self) -> bool:
        """Whether its bytes come from the second host."""
        return self.path.endswith(_LARGE_SUFFIXES) or self.content.size > _LARGE_BYTES

    @property
    def pointer(self) -> bytes:
        """What git keeps in place of a large file."""
        lines = ("version https://git-lfs.github.com/spec/v1", f"oid sha256:{self.content.sha256}")
        return "\n".join((*lines, f"size {self.content.size}", "")).encode()

    @property
    def blob_id(self) -> str:
        """The git name of the file, or of its pointer."""
        return content_of(self.pointer).git_id if self.is_large else self.content.git_id

    @property
    def etag(self) -> str:
        """What the Hub names the bytes by: SHA-256 of a large file, git's name of another."""
        return self.content.sha256 if self.is_large else self.content.git_id

    @property
    def xet_hash(self) -> str:
        """A name of the bytes that looks like a SHA-256 and is not theirs, as that of Xet storage."""
        return hashlib.sha256(f"xet {self.content.sha256}".encode()).hexdigest()


@dataclass(frozen=True)
class Commit:
    """All files after one change."""

    id: str
    date: datetime
    title: str
    files: Mapping[str, RepoFile]


@dataclass
class About:
    """What the Hub tells beside the files; ``gguf`` is what it read from the header of a GGUF file."""

    licence: str | None = "apache-2.0"
    downloads: int = 0
    likes: int = 0
    tags: tuple[str, ...] = ("gguf",)
    pipeline_tag: str | None = "text-generation"
    gguf: Mapping[str, Any] | None = None


@dataclass
class Repository:
    """A repository; ``authorized``, ``awaiting`` and ``rejected`` are names of users."""

    id: str
    gated: Gate = False
    is_private: bool = False
    is_disabled: bool = False
    is_xet: bool = False
    about: About = field(default_factory=About)
    authorized: set[str] = field(default_factory=set)
    awaiting: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    commits: list[Commit] = field(default_factory=list)
    refs: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> Commit:
        """The newest commit."""
        return self.commits[-1]

    @property
    def sha256(self) -> dict[str, str]:
        """The hash of each file at the newest commit."""
        return {path: found.content.sha256 for path, found in self.head.files.items()}

    def commit(self, changes: Mapping[str, bytes | Path | None], title: str = "Upload files") -> Commit:
        """Puts, replaces or (None) removes files; ``main`` moves to the new commit, which is returned."""
        files = dict(self.commits[-1].files) if self.commits else {}
        for path, source in changes.items():
            if source is None:
                del files[path]
            else:
                files[path] = RepoFile(path, content_of(source))
        number = len(self.commits)
        identity = hashlib.sha1(f"{self.id} {number}".encode(), usedforsecurity=False).hexdigest()
        made = Commit(identity, _BORN + timedelta(days=number), title, dict(sorted(files.items())))
        self.commits.append(made)
        self.refs["main"] = made.id
        return made

    def tag(self, name: str) -> None:
        """Gives the newest commit a name that stays with it."""
        self.refs[name] = self.head.id

    def at(self, revision: str) -> Commit | None:
        """Returns the commit that a branch, a tag or a commit's id names."""
        wanted = self.refs.get(revision, revision)
        return next((commit for commit in self.commits if commit.id == wanted), None)
