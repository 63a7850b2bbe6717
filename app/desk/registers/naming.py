"""What records are called where others refer to them: in a list, in a field, in a sheet."""

import dataclasses
import typing as t
from collections.abc import Callable, Iterable, Mapping, Sequence

import sqlalchemy as sa

from app import i18n
from app.desk.registers.register import Change, Register, Row
from app.people.models import User

CHUNK = 500
"""So many values go into one list of a statement; databases take a bounded number."""


@dataclasses.dataclass(frozen=True)
class Naming:
    """How records of one table are referred to.

    Attributes:
        spelled: what one writes for a record; reading it finds the record again.
        shown: what people read.
        found: (session, texts) → rows by text; several where a text is not enough.
    """

    model: t.Any
    spelled: Callable[[Row], str]
    shown: Callable[[Row], str]
    found: Callable[[t.Any, Sequence[str]], Mapping[str, Sequence[Row]]]


@dataclasses.dataclass(frozen=True)
class Named:
    """A record as others refer to it."""

    id: int
    text: str
    label: str


def localised(row: Row, names: Sequence[str]) -> str:
    """Return what a record is called in the present language: the first of its names that is filled."""
    chinese = next((str(value) for name in names if (value := getattr(row, name, None))), "")
    english = getattr(row, "name_en", None) if "name" in names else None
    return i18n.localised({"zh": chinese, "en": english or ""}, chinese)


def by_columns(register: Register, *columns: str) -> Naming:
    """Return the naming of a register whose records are identified by any of some columns, spelled by the first."""

    def found(session: t.Any, texts: Sequence[str]) -> Mapping[str, Sequence[Row]]:
        read = {text: _read(register, columns[0], text) for text in texts}
        rows = _where(session, register, columns, list(read.values()))
        return {
            text: [row for row in rows if wanted in {getattr(row, name) for name in columns}]
            for text, wanted in read.items()
        }

    def shown(row: Row) -> str:
        return localised(row, register.names)

    return Naming(register.model, lambda row: str(getattr(row, columns[0]) or ""), shown, found)


def _read(register: Register, name: str, text: str) -> str:
    from app.desk.registers.columns import Wrong

    try:
        return str(register.by_name[name].read(text))
    except Wrong:
        return text


def _where(session: t.Any, register: Register, columns: Sequence[str], values: list[str]) -> list[Row]:
    rows: dict[t.Any, Row] = {}
    for start in range(0, len(values), CHUNK):
        part = values[start : start + CHUNK]
        query = sa.select(register.model).where(sa.or_(*(register.column(name).in_(part) for name in columns)))
        rows |= {register.key_of(row): row for row in session.scalars(query)}
    return list(rows.values())


def names_of(session: t.Any, naming: Naming, ids: Iterable[int | None]) -> dict[int, Named]:
    """Return what records are called, by row number; one statement."""
    wanted = sorted({key for key in ids if key is not None})
    found: dict[int, Named] = {}
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(naming.model).where(naming.model.id.in_(wanted[start : start + CHUNK]))
        found |= {row.id: Named(row.id, naming.spelled(row), naming.shown(row)) for row in session.scalars(query)}
    return found


def people_called(session: t.Any, usernames: Iterable[str | None]) -> dict[str, Named]:
    """Return what people are called, by the names of their accounts; one statement."""
    wanted = sorted({name for name in usernames if name})
    found: dict[str, Named] = {}
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(User.id, User.username, User.names).where(User.username.in_(wanted[start : start + CHUNK]))
        for row in session.execute(query):
            found[row.username] = Named(row.id, row.username, i18n.localised(row.names, row.username))
    return found


def resolve(session: t.Any, register: Register, changes: Sequence[Change], namings: Mapping[str, Naming]) -> None:
    """Put row numbers where other records were named by a text, and note what names none or several."""
    for column in register.references:
        named = [one for one in changes if isinstance(one.values.get(column.name), str)]
        texts = sorted({one.values[column.name] for one in named})
        found = namings[column.to].found(session, texts) if texts else {}
        for one in named:
            text = one.values[column.name]
            rows = found.get(text, ())
            if len(rows) == 1:
                one.values[column.name] = rows[0].id
                continue
            del one.values[column.name]
            one.wrong(column.name, "desk.several_records" if rows else "desk.reference_unknown", text=text)
