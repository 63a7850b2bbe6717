"""Units and people of a company's file."""

import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from marshmallow import fields, validate

from app import clock
from app.people.models import UNIT_KINDS, Membership, Role, Unit, User
from app.people.person import PERMISSION_SETS, STAFF
from app.people.units import grow_stamp
from app.scenarios.fields import Strict
from app.scenarios.problems import Problem, Unreadable

Entry = Mapping[str, t.Any]


class UnitEntry(Strict):
    """A unit, after the one above it."""

    code = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(UNIT_KINDS, error="scenarios.no_such_kind"))
    parent = fields.String(allow_none=True)
    names = fields.Dict(keys=fields.String(), values=fields.String())


class RoleEntry(Strict):
    """A role of the company's own, beside those of the catalogue."""

    id = fields.String(required=True)
    names = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class PersonEntry(Strict):
    """Somebody with an account; `roles` are `role@unit`, or a role alone for everywhere."""

    username = fields.String(required=True)
    names = fields.Dict(keys=fields.String(), values=fields.String())
    permissions = fields.List(
        fields.String(validate=validate.OneOf(PERMISSION_SETS, error="scenarios.no_such_permission"))
    )
    roles = fields.List(fields.String(), required=True)


def write_units(session: t.Any, entries: Iterable[Entry], file: str) -> None:
    """Add units. Raises Unreadable for one that hangs on nothing."""
    known = {unit.code: unit for unit in session.scalars(sa.select(Unit))}
    added = False
    for number, entry in enumerate(entries):
        code, above = entry["code"], entry.get("parent")
        if code in known or (above and above not in known):
            problem = "scenarios.twice" if code in known else "scenarios.no_such_unit"
            raise Unreadable(file, [Problem(problem, {"value": code if code in known else above}, f"units[{number}]")])
        parent = known[above] if above else None
        path = f"{parent.path if parent else '/'}{code}/"
        names = entry.get("names") or {"zh": code, "en": code}
        unit = Unit(code=code, kind=entry["kind"], path=path, names=names, parent_id=parent.id if parent else None)
        session.add(unit)
        session.flush()
        known[code] = unit
        added = True
    if added:
        grow_stamp(session)


def write_roles(session: t.Any, entries: Iterable[Entry]) -> None:
    """Add the roles that are not there yet."""
    known = set(session.scalars(sa.select(Role.id)))
    session.add_all(Role(id=one["id"], names=one["names"]) for one in entries if one["id"] not in known)
    session.flush()


def write_people(session: t.Any, entries: Iterable[Entry], file: str) -> None:
    """Add people with their roles. Raises Unreadable for somebody who is there, a role or a unit that is not."""
    units = {unit.code: unit.id for unit in session.scalars(sa.select(Unit))}
    roles = set(session.scalars(sa.select(Role.id)))
    taken = set(session.scalars(sa.select(User.username)))
    for number, entry in enumerate(entries):
        user = _user(entry)
        if user.username in taken:
            raise Unreadable(file, [Problem("scenarios.twice", {"value": user.username}, f"people[{number}].username")])
        taken.add(user.username)
        session.add(user)
        session.flush()
        for held in entry["roles"]:
            role, _, unit = held.partition("@")
            if role not in roles or (unit and unit not in units):
                code = "scenarios.no_such_unit" if role in roles else "scenarios.no_such_role"
                value = unit if role in roles else role
                raise Unreadable(file, [Problem(code, {"value": value}, f"people[{number}].roles")])
            session.add(Membership(user_id=user.id, role_id=role, unit_id=units[unit] if unit else None))


def _user(entry: Entry) -> User:
    username = entry["username"]
    names = entry.get("names") or {"zh": username, "en": username.replace("_", " ").title()}
    flags = dict.fromkeys(entry.get("permissions", [STAFF]), True)
    return User(username=username, names=names, created_at=clock.now(), **{"staff": False, **flags})
