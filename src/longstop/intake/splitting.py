"""Where one JSON record ends and the next begins, in an array or one after another, without believing that they are well formed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OUTSIDE = re.compile(r'["{}\[\],]')
_INSIDE = re.compile(r'["\\\n]')


@dataclass(frozen=True, slots=True)
class Piece:
    """One record's text and the line on which it begins."""

    text: str
    line: int
    too_long: bool = False
    unfinished: bool = False


class Splitter:
    """Takes text block by block and gives the pieces that are complete.

    A line's end within quotation marks cannot be: the piece is given as broken there and the next begins, so that one lost mark spoils one
    record and not the rest of the file.
    """

    def __init__(self, *, longest: int) -> None:
        self._longest = longest
        self._base: int | None = None  # depth at which records lie: 1 in an array, 0 otherwise
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._held: list[str] = []
        self._held_length = 0
        self._line = 1
        self._start_line = 1
        self._closed = False

    def feed(self, block: str) -> Iterator[Piece]:
        """Give the pieces that end in this block."""
        at = start = 0
        if self._base is None:
            at = start = self._open(block)
        if self._escaped:
            at, self._escaped = at + 1, False
        while found := (_INSIDE if self._in_string else _OUTSIDE).search(block, at):
            at = found.end()
            if found[0] == "\\":
                self._escaped = at == len(block)
                at += 1
                continue
            kept = self._step(found[0])
            if kept is None:
                continue
            self._hold(block[start : at if kept else at - 1])
            start = at
            yield from self._give()
        self._hold(block[start:])
        if self._held_length > self._longest:
            yield from self._give(too_long=True)
            self._depth, self._in_string = self._base or 0, False

    def end(self) -> Iterator[Piece]:
        """Give what is left, which is no complete record, or a mark that an array was never closed."""
        yield from self._give(unfinished=not self._closed)
        if self._base == 1 and not self._closed:
            yield Piece(text="", line=self._line, unfinished=True)

    def _open(self, block: str) -> int:
        """Find out, from the first character, whether this is an array; give where its records begin."""
        text = block.lstrip(" \t\r\n\ufeff")
        begins = len(block) - len(text)
        self._line += block.count("\n", 0, begins)
        self._base = 1 if text.startswith("[") else 0
        self._depth = self._base
        return begins + self._base

    def _step(self, mark: str) -> bool | None:
        """Take one mark. Gives None when no record ends here, else whether the mark belongs to the record."""
        if mark == '"':
            self._in_string = not self._in_string
            return None
        if self._in_string:  # a line's end
            self._in_string, self._depth = False, self._base or 0
            return True
        if mark in "{[":
            self._depth += 1
            return None
        if mark == ",":
            return False if self._depth <= (self._base or 0) else None
        return self._close()

    def _close(self) -> bool | None:
        base = self._base or 0
        if self._depth <= base:  # the end of the array, or one bracket too many
            self._closed = True
            return False
        self._depth -= 1
        return True if self._depth == base else None

    def _hold(self, text: str) -> None:
        if not self._held_length:
            bare = text.lstrip(" \t\r\n\ufeff\x00")
            self._line += text.count("\n", 0, len(text) - len(bare))
            text, self._start_line = bare, self._line
        if text:
            self._held.append(text)
            self._held_length += len(text)
            self._line += text.count("\n")

    def _give(self, *, too_long: bool = False, unfinished: bool = False) -> Iterator[Piece]:
        text = "".join(self._held)
        self._held, self._held_length = [], 0
        if text.strip():
            yield Piece(text=text, line=self._start_line, too_long=too_long, unfinished=unfinished)
