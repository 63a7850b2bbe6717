"""A contact whom both records of a merged customer have: what named the one names the other, and can be told apart.

The double stays with the record that is gone, where no list shows it: a letter or a process that still knows its number
finds the same person.
"""

import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app.desk import references
from app.desk.models import Contact

TOLD_APART_BY = ("phone", "email", "address", "position")
"""Two contacts of one name are the same when none of these differs; what the kept one lacks it takes over."""
Union = Mapping[str, t.Any]
"""`kept` and `gone`, numbers of contacts; `moved` and `filled` as a merge of customers keeps them."""


def doubles(session: t.Any, kept_id: int, gone_id: int) -> list[tuple[Contact, Contact]]:
    """Return pairs of contacts of two customers that are the same person, first the one of the kept customer."""
    query = sa.select(Contact).where(Contact.customer_id.in_((kept_id, gone_id))).order_by(Contact.id)
    found = list(session.scalars(query))
    kept = [one for one in found if one.customer_id == kept_id]
    pairs = []
    for double in (one for one in found if one.customer_id == gone_id):
        same = next((one for one in kept if _same(one, double)), None)
        if same is not None:
            kept.remove(same)
            pairs.append((same, double))
    return pairs


def _same(one: Contact, other: Contact) -> bool:
    if _plain(one.name) != _plain(other.name):
        return False
    values = ((getattr(one, name), getattr(other, name)) for name in TOLD_APART_BY)
    return all(mine == theirs or not mine or not theirs for mine, theirs in values)


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def unite(session: t.Any, kept: Contact, gone: Contact) -> dict[str, t.Any]:
    """Let everything that names one contact name the other; returns what `part` needs."""
    moved: dict[str, list[int]] = {}
    for table, column in references.columns_naming(Contact):
        if keys := references.rows_naming(session, table, column, gone.id):
            references.move(session, table, column, keys, gone.id, kept.id)
            moved[str(column)] = keys
    filled = {name: getattr(gone, name) for name in TOLD_APART_BY if getattr(gone, name) and not getattr(kept, name)}
    for name, value in filled.items():
        setattr(kept, name, value)
    return {"kept": kept.id, "gone": gone.id, "moved": moved, "filled": filled}


def part(session: t.Any, unions: Sequence[Union]) -> None:
    """Move back what still names the contact it was moved to, and take away what was filled and is unchanged."""
    for union in unions:
        for table, column in references.columns_naming(Contact):
            keys = union["moved"].get(str(column), ())
            references.move(session, table, column, keys, union["kept"], union["gone"])
        kept = session.get(Contact, union["kept"])
        for name, value in union["filled"].items():
            if kept is not None and getattr(kept, name) == value:
                setattr(kept, name, None)
