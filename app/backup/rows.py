r"""How a row is written: the text format of PostgreSQL's COPY, tab between cells, `\N` for nothing.

PostgreSQL writes and reads it by itself, as fast as it can. SQLite keeps times, truth values and bytes differently;
its cells are converted here, by the types its columns are declared with.
"""

import re
import typing as t
from collections.abc import Callable, Iterable, Iterator, Sequence

import sqlalchemy as sa

NOTHING = r"\N"
_ESCAPES = {9: r"\t", 10: r"\n", 13: r"\r", 92: r"\\"}
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
Cell = t.Any
Types = Sequence[sa.types.TypeEngine[t.Any]]


def write(rows: Iterable[Sequence[Cell]], types: Types) -> Iterator[bytes]:
    """Turn rows as SQLite keeps them into lines."""
    converters = [_to_text(kind) for kind in types]
    for row in rows:
        cells = (NOTHING if cell is None else convert(cell) for cell, convert in zip(row, converters, strict=True))
        yield ("\t".join(cells) + "\n").encode()


def read(lines: Iterable[bytes], types: Types) -> Iterator[list[Cell]]:
    """Turn lines into rows as SQLite keeps them."""
    converters = [_from_text(kind) for kind in types]
    for line in lines:
        cells = line.decode().removesuffix("\n").split("\t")
        yield [
            None if cell == NOTHING else convert(_plain(cell)) for cell, convert in zip(cells, converters, strict=True)
        ]


def _plain(cell: str) -> str:
    return _ESCAPED.sub(lambda found: _SIGNS.get(found[1], found[1]), cell) if "\\" in cell else cell


def _to_text(kind: sa.types.TypeEngine[t.Any]) -> Callable[[Cell], str]:
    if isinstance(kind, sa.Boolean):
        return lambda cell: "t" if cell else "f"
    if isinstance(kind, sa.DateTime):
        return lambda cell: f"{cell}+00"
    if isinstance(kind, sa.LargeBinary):
        return lambda cell: rf"\\x{cell.hex()}"
    if isinstance(kind, sa.Integer | sa.Date):
        return str
    return lambda cell: str(cell).translate(_ESCAPES)


def _from_text(kind: sa.types.TypeEngine[t.Any]) -> Callable[[str], Cell]:
    if isinstance(kind, sa.Boolean):
        return lambda text: int(text == "t")
    if isinstance(kind, sa.DateTime):
        return _moment
    if isinstance(kind, sa.LargeBinary):
        return lambda text: bytes.fromhex(text.removeprefix(r"\x"))
    if isinstance(kind, sa.Integer):
        return int
    return str


def _moment(text: str) -> str:
    """SQLite compares times as texts, so each has all six digits of its microseconds."""
    whole, _, fraction = text.removesuffix("+00").partition(".")
    return f"{whole}.{fraction:0<6}"
