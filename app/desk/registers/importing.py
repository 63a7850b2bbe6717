"""Importing a spreadsheet: what it would do is shown first, row by row; then all of that is done at once, or nothing.

The sheet waits in the database between the two, one per person and register, so that the second step does what was
shown: when the records have changed meanwhile, it is refused and shown anew.
"""

import dataclasses
import functools
import hashlib
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app import clock
from app.db import db, next_key, transaction
from app.desk.models import RegisterImport
from app.desk.registers import naming, saving, sheets, tables
from app.desk.registers.catalogue import NAMINGS
from app.desk.registers.listing import visible
from app.desk.registers.register import Change, Register, Row
from app.desk.registers.tables import RECORD
from app.errors import Conflict, Invalid, NotFound
from app.people import audit
from app.people.person import Person

IMPORTED = "desk:register:imported"
Sentence = tuple[str, Mapping[str, t.Any]]


@dataclasses.dataclass(frozen=True)
class Typed:
    """One line of a sheet: what was typed, by column."""

    line: int
    cells: Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a sheet would do."""

    register: Register
    rows: Sequence[Typed]
    changes: Sequence[Change]

    @functools.cached_property
    def cells(self) -> dict[int, Mapping[str, str]]:
        """What was typed, by line."""
        return {row.line: row.cells for row in self.rows}

    def of(self, state: str) -> list[Change]:
        """The changes of a state: `added`, `changed`, `same` or `rejected`."""
        return [one for one in self.changes if one.state == state]

    @property
    def counts(self) -> dict[str, int]:
        return {state: len(self.of(state)) for state in ("added", "changed", "same", "rejected")}

    @property
    def digest(self) -> str:
        """Two plans with the same digest do the same to the same records."""
        keys = [self.register.key_of(one.old) if one.old is not None else "" for one in self.changes]
        told = [(one.line, one.state, key, sorted(one.before)) for one, key in zip(self.changes, keys, strict=True)]
        return hashlib.sha256(repr(told).encode()).hexdigest()


def upload(person: Person, register: Register, name: str, content: bytes) -> RegisterImport:
    """Keep a sheet to be looked at; it replaces the person's last one. Raises Invalid for what is no sheet."""
    saving.require_write(person, register)
    found = sheets.lines(name, content)
    if len(found) < 2:
        raise Invalid("desk.sheet_empty")
    heads = _heads(register, found[0][1])
    rows = [[line, {head: text for head, text in zip(heads, cells, strict=False) if head}] for line, cells in found[1:]]
    with transaction() as session:
        session.execute(
            sa.delete(RegisterImport).where(
                RegisterImport.register == register.id, RegisterImport.username == person.username
            )
        )
        kept = RegisterImport(
            id=next_key(),
            register=register.id,
            username=person.username,
            file_name=name[-200:],
            ignored=[head for head, known in zip(found[0][1], heads, strict=True) if not known and head],
            rows=rows,
            uploaded_at=clock.now(),
        )
        session.add(kept)
    return kept


def get(person: Person, register: Register, import_id: int) -> RegisterImport:
    """Return the person's own sheet. Raises NotFound."""
    saving.require_write(person, register)
    kept = db.session.get(RegisterImport, import_id)
    if kept is None or (kept.register, kept.username) != (register.id, person.username):
        raise NotFound("desk.no_such_import")
    return kept


def plan(person: Person, register: Register, kept: RegisterImport) -> Plan:
    """Say what a sheet would do, without writing anything; of one that was applied, what it could not do."""
    rows = [Typed(line, cells) for line, cells, *_said in kept.rows]
    if kept.applied_at is not None:
        return Plan(register, rows, [_told(row) for row in kept.rows])
    with db.session.no_autoflush:
        return Plan(register, rows, _changes(db.session, person, register, rows))


def apply(person: Person, register: Register, import_id: int, digest: str) -> dict[str, int]:
    """Do what was shown, in one transaction; rejected rows are kept to be downloaded, the others are forgotten.

    Raises Conflict when it would not be the same any more.
    """
    with transaction() as session:
        kept = get(person, register, import_id)
        if kept.applied_at is not None:
            raise Conflict("desk.import_done")
        planned = plan(person, register, kept)
        if planned.digest != digest:
            raise Conflict("desk.import_outdated")
        counts = planned.counts  # before anything is written, because afterwards nothing is left to change
        kept.rows = [[one.line, planned.cells[one.line], one.complaints] for one in planned.of("rejected")]
        saving.store(session, person, register, [*planned.of("added"), *planned.of("changed")])
        kept.counts, kept.applied_at = counts, clock.now()
        detail = {"file": kept.file_name, **{name: str(count) for name, count in counts.items()}}
        audit.record(session, person, IMPORTED, f"register:{register.id}", detail=detail)
    return counts


def _told(row: t.Any) -> Change:
    """A row that was rejected, with the reasons as they were given."""
    line, _cells, said = row
    return Change(line, {}, None, {name: [(code, params) for code, params in each] for name, each in said.items()})


def _heads(register: Register, cells: Sequence[str]) -> list[str]:
    """Return the column of each heading, empty for unknown ones. Raises Invalid when rows could not be told apart."""
    known = tables.headings(register)
    heads = [known.get(cell.strip().rstrip("*").strip().casefold(), "") for cell in cells]
    named = [head for head in heads if head]
    if double := {head for head in named if named.count(head) > 1}:
        raise Invalid("desk.heading_twice", column=_label(register, double.pop()))
    missing = [name for name in register.key if name not in named]
    if missing and RECORD not in named:
        raise Invalid("desk.heading_missing", column=_label(register, missing[0]))
    unwritten = {column.name for column in register.columns if not column.written}
    return ["" if head in unwritten else head for head in heads]


def _label(register: Register, name: str) -> str:
    return str(register.by_name[name].label) if name in register.by_name else name


def _changes(session: t.Any, person: Person, register: Register, rows: Sequence[Typed]) -> list[Change]:
    numbered = _by_number(session, person, register, rows)
    changes = [_change(register, row, numbered) for row in rows]
    naming.resolve(session, register, changes, NAMINGS)
    unnumbered = [one for one in changes if one.old is None and not one.complaints]
    there = saving.records_by_key(session, person, register, unnumbered)
    for one, row in zip(changes, rows, strict=True):
        if one.old is None and not row.cells.get(RECORD):
            one.old = there.get(tuple(one.values.get(name) for name in register.key))
        _complete(register, one, row)
    saving.check(session, person, register, changes)
    return changes


def _change(register: Register, row: Typed, numbered: Mapping[str, Row]) -> Change:
    cells = {name: text for name, text in row.cells.items() if name != RECORD}
    values, wrong = register.load(cells, partial=True)
    number = row.cells.get(RECORD, "")
    change = Change(row.line, values, numbered.get(number), wrong)
    if number and change.old is None:
        change.wrong(RECORD, "desk.reference_unknown", text=number)
    return change


def _complete(register: Register, change: Change, row: Typed) -> None:
    """A new record needs what the sheet has no column for; one on file keeps it, and what is written only once."""
    for column in register.written:
        if change.old is not None and column.fixed:
            change.values.pop(column.name, None)
        elif change.old is None and column.name not in row.cells:
            change.values[column.name] = column.blank
            if column.required and column.blank is None and not change.complaints:
                change.wrong(column.name, "desk.field_needed")
    if change.old is None and not register.adds:
        change.wrong(register.key[0], "desk.not_added_here")


def _by_number(session: t.Any, person: Person, register: Register, rows: Sequence[Typed]) -> dict[str, Row]:
    keys = {number: identity for row in rows if (number := row.cells.get(RECORD, ""))
            and (identity := register.identity(number)) is not None}  # fmt: skip
    found: dict[str, Row] = {}
    wanted, primary = list(keys.values()), register.primary
    for start in range(0, len(wanted), naming.CHUNK):
        query = sa.select(register.model).where(sa.tuple_(*primary).in_(wanted[start : start + naming.CHUNK]))
        found |= {register.key_of(row): row for row in session.scalars(query.where(visible(person, register)))}
    return found
