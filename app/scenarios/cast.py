"""Who acts in a scenario: `role`, `role@unit`, or a username where a particular person matters."""

import sqlalchemy as sa

from app.db import db
from app.errors import NotFound
from app.people.models import Membership, Unit, User
from app.people.person import Person, find_person, load_people
from app.people.units import unit_tree


def holders(by: str) -> list[Person]:
    """Return everybody who is meant, the likeliest first: holders of a role in the order of the company, those at a
    named unit before those above it; or somebody by name. Raises NotFound for nobody.
    """
    role, _, unit = by.partition("@")
    if unit and unit not in unit_tree().by_code:
        raise NotFound("scenarios.no_such_unit", value=unit)
    ids = _at(role, unit) if unit else _anywhere(role)
    people = load_people(ids)
    named = find_person(by) if not ids else None
    if not ids and named is None:
        raise NotFound("scenarios.nobody", by=by)
    return [named] if named is not None else [people[key] for key in ids]


def _anywhere(role: str) -> list[int]:
    return list(dict.fromkeys(key for key, _ in _held(role)))


def _at(role: str, unit: str) -> list[int]:
    held = _held(role)
    places = [*reversed(unit_tree().by_code[unit].above), None]
    return list(dict.fromkeys(key for place in places for key, code in held if code == place))


def _held(role: str) -> list[tuple[int, str | None]]:
    query = (
        sa.select(User.id, Unit.code)
        .join(Membership, Membership.user_id == User.id)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(Membership.role_id == role, User.active)
        .order_by(User.id)
    )
    return [(key, code) for key, code in db.session.execute(query)]
