"""Text to tokens and back, with control tokens only where the chat template wrote them, never where a person did."""

from __future__ import annotations

import ctypes
import itertools
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from app.domain.errors import PromptTooLong
from app.engine.llama_library import brief, llama

SENTINEL: Final = "\ufdd0"
"""A Unicode noncharacter, taken out of every text that comes in; where it stands, the prompt is cut in two."""

STAND_INS: Final = tuple(map(chr, range(0xFDD1, 0xFDF0)))
"""The other noncharacters of that block: each may stand for one control token in the text of a reply."""

LONGEST_PIECE: Final = 8192
"""Characters tokenized at once: llama.cpp takes more than 20 s for a megabyte of one letter in one piece."""

_CONTROL: Final = llama.LLAMA_TOKEN_ATTR_CONTROL | llama.LLAMA_TOKEN_ATTR_UNKNOWN
_token_to_piece: Final = brief("llama_token_to_piece")
_is_end: Final = brief("llama_vocab_is_eog")


class Vocabulary:
    """The vocabulary of a loaded model; valid as long as the model is."""

    def __init__(self, pointer: Any) -> None:
        self.pointer = pointer
        self.size = int(llama.llama_vocab_n_tokens(pointer))
        self.ordinary: set[int] = set()
        """Tokens that are known not to end a reply; a loop may look here first."""
        self._buffer = ctypes.create_string_buffer(256)
        self._known_pieces: dict[int, bytes] = {}
        self._controls = self._control_texts()
        self._opening = self._tokenize("\n")
        self._revealed: dict[str, str] = {}

    @property
    def bos_text(self) -> str:
        """The text of the token that begins a prompt; empty where there is none."""
        return self._text(int(llama.llama_vocab_bos(self.pointer)))

    @property
    def eos_text(self) -> str:
        """The text of the token that ends a text; empty where there is none."""
        return self._text(int(llama.llama_vocab_eos(self.pointer)))

    @property
    def has_end(self) -> bool:
        """Whether there is a token that ends a reply."""
        return any(int(token(self.pointer)) >= 0 for token in (llama.llama_vocab_eos, llama.llama_vocab_eot))

    def suppressed(self) -> list[int]:
        """Returns the tokens that the model file says are never to be sampled."""
        count = ctypes.c_int32(0)
        tokens = llama.llama_vocab_get_suppress_tokens(self.pointer, ctypes.byref(count))
        return [int(tokens[at]) for at in range(count.value)]

    def tokens_of(self, text: str) -> list[int]:
        """Returns the tokens of a text within a reply."""
        return self._continued(text)

    def has_control(self, text: str) -> bool:
        """Whether ``text`` is the text of a control token."""
        return text in self._controls

    def has_token(self, text: str) -> bool:
        """Whether one token is the whole of ``text``."""
        return text in self._controls or len(self._tokenize(text)) == 1

    def is_end_text(self, text: str) -> bool:
        """Whether ``text`` is that of a token that ends a reply."""
        return text in self._controls and bool(_is_end(self.pointer, self._controls[text]))

    def reveal(self, text: str) -> str:
        """Lets the control tokens of ``text`` show in replies, and returns ``text`` as it looks there.

        Each of them is one of ``stand_ins`` in the bytes of its piece, which no other text can be taken for.
        """
        for control in sorted((known for known in self._controls if known in text), key=len, reverse=True):
            if control not in self._revealed and len(self._revealed) < len(STAND_INS):
                stand_in = self._revealed[control] = STAND_INS[len(self._revealed)]
                self._known_pieces[self._controls[control]] = stand_in.encode()
            text = text.replace(control, self._revealed.get(control, control))
        return text

    @property
    def stand_ins(self) -> str:
        """The characters that stand for control tokens in replies."""
        return "".join(self._revealed.values())

    def piece(self, token: int) -> bytes:
        """Returns the bytes of ``token`` as they stand in a reply: nothing for a control token that is not revealed."""
        known = self._known_pieces.get(token)
        if known is None:
            known = self._known_pieces[token] = self._piece(token)
        return known

    def is_end(self, token: int) -> bool:
        """Whether ``token`` ends a reply."""
        ends = bool(_is_end(self.pointer, token))
        if not ends:
            self.ordinary.add(token)
        return ends

    def guard(self, text: str) -> str:
        """Returns ``text`` with every control token's text in it broken by the sentinel: it is text, no command."""
        text = text.replace(SENTINEL, "")
        present = [control for control in self._controls if control in text]
        if not present:
            return text
        # The look-ahead finds overlapping occurrences too: each is broken after its first character.
        pattern = f"(?=({'|'.join(map(re.escape, present))}))."
        return re.sub(pattern, lambda found: found.group() + SENTINEL, text, flags=re.DOTALL)

    def prompt_tokens(self, rendered: str, n_ctx: int) -> list[int]:
        """Returns the tokens of a rendered and guarded prompt, with the token that begins one.

        Raises PromptTooLong where it certainly has more than ``n_ctx`` tokens, before it takes the time to count.
        """
        self.refuse_the_hopeless(rendered, n_ctx)
        tokens = self.first_tokens(rendered)
        for segment in self.segments(rendered):
            tokens += self.segment_tokens(segment)
        return tokens

    def first_tokens(self, rendered: str) -> list[int]:
        """Returns the token that begins a prompt, where the model wants one that ``rendered`` does not bring."""
        bos = self.bos_text
        if not llama.llama_vocab_get_add_bos(self.pointer) or (bos and rendered.startswith(bos)):
            return []
        return [int(llama.llama_vocab_bos(self.pointer))]

    def segments(self, rendered: str) -> list[str]:
        """Cuts ``rendered`` before its control tokens: no token reaches over such a border, or depends on it.

        A control token that swallows the spaces before it is no border.
        """
        if self._border is None:
            return [rendered] if rendered else []
        cuts = [0, *(found.start() for found in self._border.finditer(rendered)), len(rendered)]
        return [rendered[start:end] for start, end in itertools.pairwise(cuts) if start < end]

    def segment_tokens(self, segment: str) -> list[int]:
        """Returns the tokens of one of the ``segments``."""
        tokens: list[int] = []
        for number, piece in enumerate(self._pieces(segment)):
            tokens += self._continued(piece) if number else self._tokenize(piece)
        return tokens

    def tokens_after(self, text: str) -> list[int]:
        """Returns the tokens of a text that follows others."""
        return self._continued(text)

    def refuse_the_hopeless(self, rendered: str, n_ctx: int) -> None:
        """Raises PromptTooLong where ``rendered`` certainly has more than ``n_ctx`` tokens."""
        size = len(rendered.encode("utf-8", "replace"))
        if size > 16 * n_ctx and size > n_ctx * self._longest_token:
            raise PromptTooLong(tokens=f"≥ {size // self._longest_token}", n_ctx=n_ctx)

    def _pieces(self, rendered: str) -> Iterator[str]:
        for part in rendered.split(SENTINEL):
            while len(part) > LONGEST_PIECE:
                at = self._cut(part)
                yield part[:at]
                part = part[at:]
            if part:
                yield part

    def _cut(self, text: str) -> int:
        """Returns where to cut ``text``: before a space where it is one, never within a control token."""
        spaces = re.compile(r"(?<=\S)\s(?=\S)")
        found = [match.start() for match in spaces.finditer(text, LONGEST_PIECE // 2, LONGEST_PIECE)]
        at = found[-1] if found else LONGEST_PIECE
        for control in self._controls:
            start = text.find(control, max(0, at - len(control) + 1), at + len(control) - 1)
            if start > 0:
                at = min(at, start)
        return at

    def _continued(self, text: str) -> list[int]:
        """Returns the tokens of a text that follows another: without the space that some tokenizers put first.

        That space comes before a newline all the same, and the newline's tokens are known: put it first, drop them.
        """
        tokens = self._tokenize("\n" + text)
        if len(self._opening) > 1 and tokens[: len(self._opening)] == self._opening:
            return tokens[len(self._opening) :]
        return self._tokenize(text)

    def _tokenize(self, text: str) -> list[int]:
        data = text.encode("utf-8", "replace")
        room = len(data) + 16
        buffer = (llama.llama_token * room)()
        count = int(llama.llama_tokenize(self.pointer, data, len(data), buffer, room, False, True))
        if count < 0:
            raise RuntimeError(f"{-count} tokens for {len(data)} bytes")
        return list(buffer[:count])

    def _piece(self, token: int) -> bytes:
        written = int(_token_to_piece(self.pointer, token, self._buffer, len(self._buffer), 0, False))
        if written < 0:
            self._buffer = ctypes.create_string_buffer(-written)
            written = int(_token_to_piece(self.pointer, token, self._buffer, len(self._buffer), 0, False))
        return self._buffer.raw[:written]

    def _text(self, token: int) -> str:
        if token < 0 or token >= self.size:
            return ""
        return str((llama.llama_vocab_get_text(self.pointer, token) or b"").decode("utf-8", "replace"))

    def _control_texts(self) -> dict[str, int]:
        attributes = brief("llama_vocab_get_attr")
        controls = (token for token in range(self.size) if attributes(self.pointer, token) & _CONTROL)
        return {text: token for token in controls if len(text := self._text(token)) > 1}

    @cached_property
    def _border(self) -> re.Pattern[str] | None:
        attributes = brief("llama_vocab_get_attr")
        texts = {
            self._text(token)
            for token in range(self.size)
            if attributes(self.pointer, token) & _CONTROL
            and not attributes(self.pointer, token) & llama.LLAMA_TOKEN_ATTR_LSTRIP
        }
        found = sorted(texts & self._controls.keys(), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, found))) if found else None

    @cached_property
    def _longest_token(self) -> int:
        """The length of the longest token's text, in bytes."""
        text = brief("llama_vocab_get_text")
        return max(len(text(self.pointer, token) or b"") for token in range(self.size)) or 1
