"""Writing records: rights, rules, who was faster, and an audit line with what stood there before."""

import hashlib
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app import clock, i18n
from app.db import db, next_key, transaction
from app.desk.complaints import CODE
from app.desk.registers import naming
from app.desk.registers.catalogue import NAMINGS
from app.desk.registers.listing import visible
from app.desk.registers.register import Change, Register, Row
from app.engine import access as rights
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.people import audit
from app.people.access import require
from app.people.models import User
from app.people.person import STAFF, Person
from app.people.units import unit_tree

CHUNK = naming.CHUNK
CREATED, CHANGED = "desk:record:created", "desk:record:changed"


def get(person: Person, register: Register, key: str, *, session: t.Any = None, lock: bool = False) -> Row:
    """Return a record the person may see. Raises NotFound."""
    identity = register.identity(key)
    if identity is not None:
        query = sa.select(register.model).where(visible(person, register))
        for column, part in zip(register.primary, identity, strict=True):
            query = query.where(column == part)
        if lock:
            query = query.with_for_update().execution_options(populate_existing=True)
        found = (session or db.session).scalars(query).one_or_none()
        if found is not None:
            return found
    raise NotFound("desk.no_such_record_here", key=key)


def may_write(person: Person, register: Register, row: Row = None) -> bool:
    """Whether the person may write a record, or any record of the register."""
    unit = getattr(row, register.place) if register.place and row is not None else None
    return STAFF in person.permissions and register.writes.held_by(person, unit)


def stamp(register: Register, row: Row) -> str:
    """Return what a form carries to notice that somebody else has saved since: the last audit line and the values."""
    newest = sa.select(sa.func.max(audit.AuditEntry.id)).where(audit.AuditEntry.subject == register.subject_of(row))
    return f"{db.session.scalar(newest) or 0}.{_digest(register, row)}"


def save(person: Person, register: Register, typed: Mapping[str, str], key: str = "", seen: str = "") -> Row:
    """Write a new record, or change the one of a key. `seen` is the stamp its form carried.

    Raises Invalid naming each wrong field, Conflict telling who has saved what meanwhile.
    """
    require_write(person, register)
    with transaction() as session:
        old = get(person, register, key, session=session, lock=True) if key else None
        if old is not None:
            _refuse_stale(session, register, old, seen)
            typed = {name: text for name, text in typed.items() if not register.by_name[name].fixed}
        values, wrong = register.load(typed, partial=old is not None)
        change = Change(0, values, old, wrong)
        check(session, person, register, [change])
        if change.complaints:
            raise Invalid(CODE, fields=change.complaints)
        return store(session, person, register, [change])[0]


def require_write(person: Person, register: Register) -> None:
    """Raise Forbidden unless the person may write some record of the register."""
    require(person, STAFF)
    if not register.written or not may_write(person, register):
        raise Forbidden("desk.register_not_yours", register=str(register.title))


def check(session: t.Any, person: Person, register: Register, changes: Sequence[Change]) -> None:
    """Note what is wrong with each change: references, units, numbers that are taken, the register's own rules."""
    naming.resolve(session, register, changes, NAMINGS)
    sound = [one for one in changes if not one.complaints]
    _own_units(person, register, sound)
    _refuse_doubles(session, person, register, sound)
    sound = [one for one in sound if not one.complaints]
    if register.rules is not None and sound:
        register.rules(session, person, sound)


def store(session: t.Any, person: Person, register: Register, changes: Sequence[Change]) -> list[Row]:
    """Write sound changes with an audit line each, and return the records. Raises Conflict when somebody was faster."""
    rows, lines = [], []
    for one in changes:
        before = one.before
        row = one.old
        if row is None:
            row = register.model(**{**_number(register), **register.fresh(), **one.values})
            session.add(row)
        for name in before:
            setattr(row, name, one.values[name])
        rows.append(row)
        if one.old is None or before:
            lines.append((row, one.old is None, before))
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("desk.record_taken") from error
    _audit(session, person, register, lines)
    return rows


def records_by_key(
    session: t.Any, person: Person, register: Register, changes: Sequence[Change]
) -> dict[tuple[t.Any, ...], Row]:
    """Return what is on file under the keys of changes, whose references are resolved."""
    first = register.key[0]
    wanted = sorted({value for one in changes if (value := one.get(first)) is not None}, key=str)
    found: dict[tuple[t.Any, ...], Row] = {}
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(register.model).where(register.column(first).in_(wanted[start : start + CHUNK]))
        for row in session.scalars(query.where(visible(person, register))):
            found[tuple(getattr(row, name) for name in register.key)] = row
    return found


def _number(register: Register) -> dict[str, t.Any]:
    return {"id": next_key()} if [column.name for column in register.primary] == ["id"] else {}


def _own_units(person: Person, register: Register, changes: Sequence[Change]) -> None:
    if not register.place:
        return
    everything, tree = rights.sees_everything(person), unit_tree(person.unit_version)
    own = {tree.by_id[key].code for key in rights.visible_units(person)}
    for one in changes:
        unit = one.get(register.place)
        if not ((everything or unit in own) and register.writes.held_by(person, unit)):
            one.wrong(register.place, "desk.not_your_unit")


def _refuse_doubles(session: t.Any, person: Person, register: Register, changes: Sequence[Change]) -> None:
    there = records_by_key(session, person, register, changes)
    seen: dict[tuple[t.Any, ...], int] = {}
    for one in changes:
        key = tuple(one.get(name) for name in register.key)
        other = there.get(key)
        if other is not None and (one.old is None or register.key_of(other) != register.key_of(one.old)):
            one.wrong(register.key[0], "desk.on_file_already")
        elif key in seen:
            one.wrong(register.key[0], "desk.twice_in_sheet", line=seen[key])
        seen.setdefault(key, one.line)


def _audit(session: t.Any, person: Person, register: Register, lines: Sequence[tuple[Row, bool, t.Any]]) -> None:
    """One statement however many records were written."""
    told = [
        {
            "at": clock.now(),
            "user_id": person.id or None,
            "username": person.username,
            "action": CREATED if new else CHANGED,
            "subject": register.subject_of(row),
            "reason": "",
            "detail": {name: plain(value) for name, value in before.items()},
            "overruled": False,
        }
        for row, new, before in lines
    ]
    if told:
        session.execute(sa.insert(audit.AuditEntry), told)


def plain(value: t.Any) -> str | None:
    """Return a value as audit lines keep it."""
    return None if value is None else str(value)


def _digest(register: Register, row: Row) -> str:
    values = [plain(getattr(row, column.name)) for column in register.written]
    return hashlib.sha256(repr(values).encode()).hexdigest()[:16]


def _refuse_stale(session: t.Any, register: Register, row: Row, seen: str) -> None:
    last, _, digest = seen.partition(".")
    if digest == _digest(register, row):
        return
    entries = sa.select(audit.AuditEntry).where(
        audit.AuditEntry.subject == register.subject_of(row), audit.AuditEntry.id > (int(last) if last.isdigit() else 0)
    )
    since = list(session.scalars(entries.order_by(audit.AuditEntry.id)))
    names = {name for entry in since for name in entry.detail}
    changed = [str(column.label) for column in register.written if column.name in names]
    comma = "、" if i18n.language() == "zh" else ", "
    if not since:
        raise Conflict("desk.changed_by_process")
    who = session.scalars(sa.select(User).where(User.username == since[-1].username)).one_or_none()
    name = i18n.localised(who.names, who.username) if who is not None else since[-1].username
    raise Conflict("desk.changed_meanwhile", who=name, fields=comma.join(changed) or EVERYTHING_SAME)


EVERYTHING_SAME = "–"
