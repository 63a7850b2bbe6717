"""Rows of a register as a table of cells, and links to records."""

import dataclasses
import typing as t
from collections.abc import Sequence

from flask import url_for
from markupsafe import Markup, escape

from app.db import db
from app.desk.registers import tables
from app.desk.registers.catalogue import NAMINGS, REGISTERS
from app.desk.registers.columns import Choice, Column, Flag, Reference
from app.desk.registers.naming import localised
from app.desk.registers.register import Register, Row
from app.desk.registers.tables import Names


@dataclasses.dataclass(frozen=True)
class Cell:
    """What stands in one field of a table."""

    html: Markup
    numeric: bool = False
    code: bool = False


@dataclasses.dataclass(frozen=True)
class Table:
    """What a list shows."""

    register: Register
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    @property
    def head(self) -> list[dict[str, t.Any]]:
        return [{"text": column.label, "num": column.numeric} for column in self.columns]


def table_of(register: Register, rows: Sequence[Row], but: str = "") -> Table:
    """Return the table of a list; `but` leaves the column out that is the same in all of its rows."""
    columns = [register.by_name[name] for name in register.listed if name != but]
    names = tables.names_in(register, rows, columns)
    return Table(register, columns, [_cells(register, columns, row, names) for row in rows])


def _cells(register: Register, columns: Sequence[Column], row: Row, names: Names) -> list[Cell]:
    cells = [Cell(shown(column, row, names), column.numeric, column.code) for column in columns]
    first = columns[0]
    words = tables.shown(first, row, names) if isinstance(first, Reference) else _called(register, first, row)
    cells[0] = Cell(link(record_address(register, row), words or "–", "fl-b"), code=first.code)
    return cells


def _called(register: Register, column: Column, row: Row) -> str:
    return localised(row, register.names) if column.name == "name" else column.shown(getattr(row, column.name))


def shown(column: Column, row: Row, names: Names) -> Markup:
    """Return a value as a page shows it: names of others lead to them, numbers can be called."""
    text = tables.shown(column, row, names)
    if not text:
        return Markup("")
    if isinstance(column, Reference) and column.to in REGISTERS:
        return link(url_for("desk.record", name=column.to, key=str(getattr(row, column.name))), text)
    if column.name == "case_id":
        return link(url_for("cases.case", case_no=text), text, "fl-code")
    if column.control == "tel":
        return Markup('<a class="fl-a fl-num" href="tel:{}">{}</a>').format(text, text)
    if column.code:
        return Markup('<span class="fl-code">{}</span>').format(text)
    return escape(text)


def link(address: str, words: str, more: str = "") -> Markup:
    """Return a link."""
    return Markup('<a class="fl-a {}" href="{}">{}</a>').format(more, address, words)


def record_address(register: Register, row: Row) -> str:
    """Return the address of a record's page."""
    return url_for("desk.record", name=register.id, key=register.key_of(row))


def facts(register: Register, row: Row) -> list[tuple[t.Any, Markup]]:
    """Return all columns of a record that hold something."""
    names = tables.names_in(register, [row])
    wanted = [one for one in register.columns if not (isinstance(one, Flag) and not getattr(row, one.name))]
    return [(column.label, shown(column, row, names)) for column in wanted]


def called(register: Register, row: Row) -> str:
    """Return what a record is called: by its name, or by what identifies it where it has none."""
    if name := localised(row, register.names):
        return name
    columns = [register.by_name[key] for key in register.key]
    names = tables.names_in(register, [row], columns)
    return " · ".join(filter(None, (tables.shown(column, row, names) for column in columns)))


def typed(register: Register, row: Row) -> dict[str, str]:
    """Return a record as its form shows it: choices by code, other records by what identifies them."""
    names = tables.names_in(register, [row])
    return {
        column.name: _field(column, row, names)
        for column in register.written
    }  # fmt: skip


def _field(column: Column, row: Row, names: Names) -> str:
    value = getattr(row, column.name)
    if isinstance(column, Choice):
        return str(value or "")
    if isinstance(column, Flag):
        return "yes" if value else ""
    return tables.spelled(column, row, names)


def spelled_reference(column: Reference, key: int) -> str:
    """Return how a record is named in a field of another one; empty for one that is gone."""
    naming = NAMINGS[column.to]
    row = db.session.get(naming.model, key)
    return naming.spelled(row) if row is not None else ""
