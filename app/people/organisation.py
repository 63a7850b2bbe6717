"""Roles, units and who holds which role where. Administrators keep them; every change leaves an audit row."""

import re
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.db import transaction
from app.errors import Conflict, Invalid, NotFound
from app.people.access import require
from app.people.audit import record
from app.people.models import UNIT_KINDS, Membership, Role, Unit, User, named
from app.people.person import ADMINISTRATOR, Person
from app.people.units import grow_stamp

ROLE_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
ROLE_KINDS = ("I", "X", "D")
UNIT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


def create_role(actor: Person, role_id: str, *, names: Mapping[str, str], kind: str = "I") -> None:
    """Add a role of this company's own."""
    require(actor, ADMINISTRATOR)
    if not ROLE_ID.fullmatch(role_id):
        raise Invalid("people.invalid", fields={"id": [("people.role_id_shape", {})]})
    if kind not in ROLE_KINDS:
        raise Invalid("people.invalid", fields={"kind": [("people.unknown_kind", {"kind": kind})]})
    try:
        with transaction() as session:
            role = Role(id=role_id, names=named(names, role_id), kind=kind)
            session.add(role)
            session.flush()
            detail = {"names": role.names, "kind": kind}
            record(session, actor, "people:role:created", f"role:{role_id}", detail=detail)
    except IntegrityError as error:
        raise Conflict("people.role_taken", role=role_id) from error


def update_role(actor: Person, role_id: str, *, names: Mapping[str, str], active: bool = True) -> None:
    """Rename a role or take it out of use; an inactive role is not offered, but those who hold it keep it."""
    require(actor, ADMINISTRATOR)
    with transaction() as session:
        role = session.get(Role, role_id)
        if role is None:
            raise NotFound("people.no_such_role", role=role_id)
        before = {"names": role.names, "active": role.active}
        role.names, role.active = named(names, role_id), active
        detail = {"before": before, "after": {"names": role.names, "active": active}}
        record(session, actor, "people:role:updated", f"role:{role_id}", detail=detail)


def create_unit(actor: Person, code: str, *, kind: str, names: Mapping[str, str], parent: str | None = None) -> int:
    """Add a unit below the one with the code `parent` (at the top without) and return its id."""
    require(actor, ADMINISTRATOR)
    _require_unit_shape(code, kind)
    try:
        with transaction() as session:
            unit = add_unit(session, actor, code, kind=kind, names=names, parent=parent)
    except IntegrityError as error:
        raise Conflict("people.unit_taken", unit=code) from error
    return unit.id


def add_unit(
    session: t.Any, actor: Person, code: str, *, kind: str, names: Mapping[str, str], parent: str | None = None
) -> Unit:
    """Add a unit within the caller's transaction; the caller has the right and knows that the code is well formed."""
    above = _unit(session, parent) if parent else None
    unit = Unit(code=code, kind=kind, names=named(names, code), path=_path(above, code))
    unit.parent_id = above.id if above else None
    session.add(unit)
    session.flush()
    grow_stamp(session)
    detail = {"kind": kind, "names": unit.names, "parent": parent}
    record(session, actor, "people:unit:created", f"unit:{code}", detail=detail)
    return unit


def update_unit(
    actor: Person, code: str, *, kind: str, names: Mapping[str, str], parent: str | None, active: bool = True
) -> None:
    """Change a unit; a new parent moves it with everything below it."""
    require(actor, ADMINISTRATOR)
    _require_unit_shape(code, kind)
    with transaction() as session:
        unit = _unit(session, code)
        before = {"kind": unit.kind, "names": unit.names, "path": unit.path, "active": unit.active}
        unit.kind, unit.names, unit.active = kind, named(names, code), active
        above = _unit(session, parent) if parent else None
        if unit.parent_id != (above.id if above else None):
            _move(session, unit, above)
        session.flush()
        grow_stamp(session)
        after = {"kind": unit.kind, "names": unit.names, "path": unit.path, "active": unit.active}
        record(session, actor, "people:unit:updated", f"unit:{code}", detail={"before": before, "after": after})


def add_membership(actor: Person, user_id: int, role: str, unit: str | None = None) -> int:
    """Let a user hold a role at a unit and below it, or everywhere; return the membership's id."""
    require(actor, ADMINISTRATOR)
    try:
        with transaction() as session:
            user, held = session.get(User, user_id), session.get(Role, role)
            if user is None:
                raise NotFound("people.no_such_user", username=user_id)
            if held is None:
                raise NotFound("people.no_such_role", role=role)
            where = _unit(session, unit) if unit else None
            membership = Membership(user_id=user_id, role_id=role, unit_id=where.id if where else None)
            session.add(membership)
            session.flush()
            detail = {"role": role, "unit": unit}
            record(session, actor, "people:membership:added", f"user:{user.username}", detail=detail)
    except IntegrityError as error:
        raise Conflict("people.membership_exists", role=role) from error
    return membership.id


def remove_membership(actor: Person, membership_id: int) -> None:
    """Take a role at a unit away from a user. Tasks already assigned stay with them."""
    require(actor, ADMINISTRATOR)
    with transaction() as session:
        row = session.execute(
            sa.select(Membership, User.username, Unit.code)
            .join(User, User.id == Membership.user_id)
            .outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(Membership.id == membership_id)
        ).one_or_none()
        if row is None:
            raise NotFound("people.no_such_membership")
        membership, username, unit = row
        session.delete(membership)
        detail = {"role": membership.role_id, "unit": unit}
        record(session, actor, "people:membership:removed", f"user:{username}", detail=detail)


def _require_unit_shape(code: str, kind: str) -> None:
    if not UNIT_CODE.fullmatch(code):
        raise Invalid("people.invalid", fields={"code": [("people.unit_code_shape", {})]})
    if kind not in UNIT_KINDS:
        raise Invalid("people.invalid", fields={"kind": [("people.unknown_kind", {"kind": kind})]})


def _unit(session: t.Any, code: str) -> Unit:
    unit: Unit | None = session.scalar(sa.select(Unit).where(Unit.code == code))
    if unit is None:
        raise NotFound("people.no_such_unit", unit=code)
    return unit


def _path(above: Unit | None, code: str) -> str:
    return f"{above.path if above else '/'}{code}/"


def _move(session: t.Any, unit: Unit, above: Unit | None) -> None:
    if above is not None and above.path.startswith(unit.path):
        raise Conflict("people.unit_loop", unit=unit.code, parent=above.code)
    old, new = unit.path, _path(above, unit.code)
    unit.parent_id = above.id if above else None
    # "_" is a wildcard of LIKE and common in codes, so the prefix is escaped.
    for below in session.scalars(sa.select(Unit).where(Unit.path.startswith(old, autoescape=True))).all():
        below.path = new + below.path.removeprefix(old)
