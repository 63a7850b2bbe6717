"""The register of outlets: what is known of them besides their place in the organisation."""

import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app import i18n
from app.desk.models import ServiceOutlet
from app.desk.models.outlet import AUTHORISED, HEADQUARTERS, SUPPLIED
from app.desk.registers.columns import Column, Day, Phone, Reference, Whole
from app.desk.registers.naming import Naming
from app.desk.registers.register import Change, Register, Row, right
from app.engine import access as rights
from app.i18n import lazy_text as _l
from app.people.models import Unit
from app.people.person import Person

OUTLET = "outlet"


def _own(person: Person) -> sa.ColumnElement[bool]:
    if rights.sees_everything(person):
        return sa.true()
    return t.cast(sa.ColumnElement[bool], ServiceOutlet.unit_id.in_(rights.visible_units(person)))


def _rules(session: t.Any, person: Person, changes: Sequence[Change]) -> None:
    """Only outlets have a row here, and only one's own units are written."""
    everything, own = rights.sees_everything(person), set(rights.visible_units(person))
    wanted = {one.get("unit_id") for one in changes}
    kinds = dict(session.execute(sa.select(Unit.id, Unit.kind).where(Unit.id.in_(wanted))).all())
    for one in changes:
        if kinds.get(one.get("unit_id")) != OUTLET:
            one.wrong("unit_id", "desk.no_outlet")
        elif not everything and one.get("unit_id") not in own:
            one.wrong("unit_id", "desk.not_your_unit")


def _units(session: t.Any, texts: Sequence[str]) -> Mapping[str, Sequence[Row]]:
    """Units are named by their code, or by their name in either language."""
    rows = list(session.scalars(sa.select(Unit).where(Unit.active)))
    return {text: [row for row in rows if text in {row.code, *row.names.values()}] for text in texts}


UNIT_NAMING = Naming(Unit, lambda row: row.code, lambda row: i18n.localised(row.names, row.code), _units)
OUTLETS = Register(
    id="outlets",
    subject="outlet",
    model=ServiceOutlet,
    title=_l("Service outlets"),
    one=_l("Outlet"),
    about=_l("Level, address and capacity of outlets; names, places in the organisation and working time are kept"
             " with the units."),
    icon="desk",
    columns=(
        Reference(name="unit_id", label=_l("Outlet"), to="units", required=True, fixed=True),
        Whole(
            name="level", label=_l("Level"), blank=SUPPLIED, least=HEADQUARTERS, most=SUPPLIED,
            hint=_l("%(authorised)d orders parts from the vendor itself, %(supplied)d is supplied by headquarters",
                    authorised=AUTHORISED, supplied=SUPPLIED),
        ),
        Column(name="address", label=_l("Address"), longest=300),
        Phone(name="phone", label=_l("Telephone")),
        Whole(name="capacity_per_day", label=_l("Devices a day"), most=100_000),
        Day(name="opened_on", label=_l("Opened on")),
    ),
    key=("unit_id",),
    names=(),
    listed=("unit_id", "level", "address", "phone", "capacity_per_day", "opened_on"),
    searched=("address", "phone"),
    order=("unit_id",),
    scope=_own,
    writes=right("outlet_planner", "customer_service_manager", "outlet_supervisor", "system_admin"),
    rules=_rules,
)  # fmt: skip
