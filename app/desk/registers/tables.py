"""Records as rows of text: what lists show, what sheets hold, and the headings both have."""

import typing as t
from collections.abc import Iterator, Mapping, Sequence

from app import i18n
from app.db import db
from app.desk.registers import listing, naming
from app.desk.registers.catalogue import NAMINGS
from app.desk.registers.columns import Account, Column, Reference
from app.desk.registers.listing import Wanted
from app.desk.registers.naming import Named
from app.desk.registers.register import Register, Row
from app.i18n import text as _
from app.people.person import Person

RECORD = "record"
"""Heading of the column with the number of a record, by which an import knows it whatever else has changed."""
MOST_EXPORTED = 20_000
Names = Mapping[str, Mapping[t.Any, Named]]


def names_in(register: Register, rows: Sequence[Row], columns: Sequence[Column] | None = None) -> Names:
    """Return what the records and people are called that rows refer to, by column.

    One statement per column that refers to records, and one for all people.
    """
    wanted = register.columns if columns is None else columns
    accounts = [one.name for one in wanted if isinstance(one, Account)]
    people = naming.people_called(db.session, (getattr(row, name) for name in accounts for row in rows))
    return dict.fromkeys(accounts, people) | {
        column.name: naming.names_of(db.session, NAMINGS[column.to], (getattr(row, column.name) for row in rows))
        for column in wanted
        if isinstance(column, Reference)
    }


def spelled(column: Column, row: Row, names: Names) -> str:
    """Return a value as it is typed and imported."""
    value = getattr(row, column.name)
    if isinstance(column, Reference):
        named = names[column.name].get(value)
        return named.text if named else ""
    return column.spelled(value)


def shown(column: Column, row: Row, names: Names) -> str:
    """Return a value as people read it."""
    value = getattr(row, column.name)
    if isinstance(column, Reference):
        named = names[column.name].get(value)
        return named.label if named else ""
    if isinstance(column, Account) and value in names[column.name]:
        return names[column.name][value].label
    return column.shown(value)


def exported(person: Person, register: Register, wanted: Wanted) -> Iterator[list[str]]:
    """Yield the heading and everything that is wanted, as an import takes it."""
    yield [record_heading(), *(str(column.label) for column in register.columns)]
    for rows in listing.every(person, register, wanted, MOST_EXPORTED):
        names = names_in(register, rows)
        for row in rows:
            yield [register.key_of(row), *(spelled(column, row, names) for column in register.columns)]


def headings(register: Register) -> dict[str, str]:
    """Return which column a heading means, for every spelling of it, in small letters."""
    found: dict[str, str] = {RECORD: RECORD}
    for language in i18n.LANGUAGES:
        with i18n.in_language(language):
            found[record_heading().casefold()] = RECORD
            found |= {str(column.label).casefold(): column.name for column in register.columns}
    return found | {column.name: column.name for column in register.columns}


def record_heading() -> str:
    """Return the heading of the column with a record's number."""
    return _("Record no.")
