"""The registers of what people can do and how much of it in a day; each shows the people of one's own units."""

import typing as t
from collections.abc import Sequence

import sqlalchemy as sa

from app.desk import words
from app.desk.models import USUAL_CAPACITY, StaffCapacity, StaffSkill
from app.desk.registers.columns import Choice, Reference, Whole
from app.desk.registers.register import Change, Register, right
from app.engine import access as rights
from app.i18n import lazy_text as _l
from app.people.models import Membership
from app.people.person import SUPERVISOR, Person

MAINTAINED_BY = right(SUPERVISOR, "system_admin", "service_manager", "service_supervisor")


def colleagues(person: Person) -> sa.Select[int]:
    """Return who belongs to the units a person may see."""
    query = sa.select(Membership.user_id)
    if rights.sees_everything(person):
        return query
    return query.where(sa.or_(Membership.unit_id.in_(rights.visible_units(person)), Membership.user_id == person.id))


def _skills_of_colleagues(person: Person) -> sa.ColumnElement[bool]:
    return StaffSkill.user_id.in_(colleagues(person))


def _capacity_of_colleagues(person: Person) -> sa.ColumnElement[bool]:
    return StaffCapacity.user_id.in_(colleagues(person))


def _only_colleagues(session: t.Any, person: Person, changes: Sequence[Change]) -> None:
    own = set(session.scalars(colleagues(person)))
    for one in changes:
        if one.get("user_id") not in own:
            one.wrong("user_id", "desk.not_your_unit")


WHO = Reference(name="user_id", label=_l("Person"), to="people", required=True, fixed=True,
                hint=_l("The name the person signs in with."))  # fmt: skip

SKILLS = Register(
    id="skills",
    subject="skill",
    model=StaffSkill,
    title=_l("Skills"),
    one=_l("Skill"),
    about=_l("Who knows which product line how well; dispatch proposes people by it."),
    icon="star",
    columns=(
        WHO,
        Choice(name="line", label=_l("Product line"), words=words.LINES, required=True, fixed=True),
        Whole(
            name="level", label=_l("Level"), required=True, least=1, most=3,
            hint=_l("1 under guidance, 2 alone, 3 may teach it"),
        ),
    ),
    key=("user_id", "line"),
    names=(),
    listed=("user_id", "line", "level"),
    searched=(),
    filters=("line",),
    order=("user_id", "line"),
    scope=_skills_of_colleagues,
    writes=MAINTAINED_BY,
    rules=_only_colleagues,
)  # fmt: skip

CAPACITIES = Register(
    id="capacities",
    subject="capacity",
    model=StaffCapacity,
    title=_l("Daily capacity"),
    one=_l("Capacity"),
    about=_l("How many orders somebody can have open on a day; whoever is not listed has the usual number."),
    icon="gauge",
    columns=(
        WHO,
        Whole(name="daily_capacity", label=_l("Orders a day"), required=True, blank=USUAL_CAPACITY, most=200),
    ),
    key=("user_id",),
    names=(),
    listed=("user_id", "daily_capacity"),
    searched=(),
    order=("user_id",),
    scope=_capacity_of_colleagues,
    writes=MAINTAINED_BY,
    rules=_only_colleagues,
)
