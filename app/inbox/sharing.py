"""What people keep for themselves or for the people of a unit: views and macros."""

import typing as t

from app.errors import Forbidden
from app.people.person import Person
from app.people.units import unit_tree


class Kept(t.Protocol):
    """A view or a macro: whose it is, and the unit whose people see it."""

    owner_id: t.Any
    unit_id: t.Any


def units_of(person: Person) -> dict[str, str]:
    """Return the units a person may share with, code → name: their own; all for whoever is at home everywhere."""
    tree = unit_tree(person.unit_version)
    codes = dict.fromkeys(held.unit for held in person.memberships if held.unit)
    if sees_all(person):
        codes |= dict.fromkeys(tree.codes())
    return {code: tree.by_code[code].name for code in codes if code in tree.by_code}


def require_unit(person: Person, unit: str) -> int | None:
    """Return the row number of a unit to share with, None for nobody. Raises Forbidden for one not the person's."""
    if not unit:
        return None
    if unit not in units_of(person):
        raise Forbidden("inbox.not_your_unit", unit=unit)
    return unit_tree(person.unit_version).by_code[unit].id


def sees_all(person: Person) -> bool:
    """Whether what any unit shares is for this person as well."""
    return person.administrator or any(held.unit is None for held in person.memberships)


def unit_ids(person: Person) -> list[int]:
    """The units around the person: theirs, those above, who share with all below, and those they lead."""
    tree = unit_tree(person.unit_version)
    own = [held.unit for held in person.memberships if held.unit in tree.by_code]
    codes = {code for unit in own for code in (*tree.above(unit), *tree.below(unit))}
    return sorted(tree.by_code[code].id for code in codes)


def sees(person: Person, kept: Kept) -> bool:
    """Whether something kept is the person's own or shared with them."""
    if kept.owner_id == person.id:
        return True
    return kept.unit_id is not None and (sees_all(person) or kept.unit_id in unit_ids(person))


def may_remove(person: Person, kept: Kept) -> bool:
    """Whether the person may take it away: its owner, and supervisors what is shared with them."""
    return kept.owner_id == person.id or person.administrator or (person.supervisor and kept.unit_id is not None)
