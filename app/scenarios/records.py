"""Records that files speak of: which kinds there are, what identifies one, and how it is written to the database.

The company's file and the `given` of a scenario use the same kinds. A record that is there already is changed.
"""

import dataclasses
import datetime as dt
import functools
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from marshmallow import Schema, fields

from app.db import next_key
from app.desk.models import (
    Asset,
    Contact,
    Customer,
    EventRule,
    KpiRange,
    MaintenancePlan,
    PartStock,
    PriceListEntry,
    Product,
    ProductVersion,
    ServiceContract,
    ServiceOutlet,
    SparePart,
    StaffCapacity,
    StaffSkill,
    UnitStock,
)
from app.engine.expressions import zone
from app.people.models import Absence, Unit, User
from app.scenarios.fields import Strict, of_column
from app.scenarios.problems import Problem, Unreadable

Record = Mapping[str, t.Any]
Records = Mapping[str, Sequence[Record]]


@dataclasses.dataclass(frozen=True)
class Reference:
    """A member that names another record: the column it fills, and by which column the other one is found."""

    column: str
    model: t.Any
    by: str


@dataclasses.dataclass(frozen=True)
class Kind:
    """A table of which files may have records. `key` are the members that identify one."""

    model: t.Any
    key: tuple[str, ...]
    references: Mapping[str, Reference] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def columns(self) -> Mapping[str, sa.Column[t.Any]]:
        """What a record may say itself."""
        filled = {"id", *(reference.column for reference in self.references.values())}
        return {column.name: column for column in self.model.__table__.columns if column.name not in filled}

    def schema(self) -> type[Schema]:
        """Return how a record is read. What has no default may be left out by a record that is there already."""
        members: dict[str, t.Any] = {
            name: of_column(column, required=name in self.key) for name, column in self.columns.items()
        }
        members |= {name: fields.String(required=name in self.key, allow_none=True) for name in self.references}
        return Strict.from_dict(members, name=f"{self.model.__name__}Record")


CUSTOMER = Reference("customer_id", Customer, "name")
PART = Reference("part_id", SparePart, "part_no")
USER = Reference("user_id", User, "username")
KINDS: Mapping[str, Kind] = {
    "products": Kind(Product, ("model",)),
    "product_versions": Kind(
        ProductVersion, ("product", "version"), {"product": Reference("product_id", Product, "model")}
    ),
    "customers": Kind(Customer, ("name",), {"merged_into": Reference("merged_into", Customer, "name")}),
    "contacts": Kind(Contact, ("customer", "name"), {"customer": CUSTOMER}),
    "contracts": Kind(ServiceContract, ("contract_no",), {"customer": CUSTOMER}),
    "assets": Kind(
        Asset,
        ("serial_no",),
        {
            "product": Reference("product_id", Product, "model"),
            "customer": CUSTOMER,
            "replaced_by": Reference("replaced_by", Asset, "serial_no"),
        },
    ),
    "maintenance_plans": Kind(
        MaintenancePlan,
        ("plan_no",),
        {
            "asset": Reference("asset_id", Asset, "serial_no"),
            "contract": Reference("contract_id", ServiceContract, "contract_no"),
            "unit": Reference("unit_id", Unit, "code"),
        },
    ),
    "event_rules": Kind(EventRule, ("rule_id",)),
    "kpi_ranges": Kind(KpiRange, ("kpi_id",)),
    "parts": Kind(SparePart, ("part_no",)),
    "stock": Kind(PartStock, ("site", "part"), {"part": PART}),
    "outlets": Kind(ServiceOutlet, ("unit",), {"unit": Reference("unit_id", Unit, "code")}),
    "unit_stock": Kind(UnitStock, ("warehouse", "product"), {"product": Reference("product_id", Product, "model")}),
    "prices": Kind(PriceListEntry, ("kind", "code", "valid_from")),
    "skills": Kind(StaffSkill, ("user", "line"), {"user": USER}),
    "absences": Kind(
        Absence, ("user", "starts_at"), {"user": USER, "substitute": Reference("substitute_id", User, "username")}
    ),
    "capacities": Kind(StaffCapacity, ("user",), {"user": USER}),
}
"""Kinds by the name of their list in a file, each after those it refers to."""


def write(session: t.Any, records: Records, file: str) -> None:
    """Write records in the order of their kinds. Raises Unreadable when one cannot be written as it stands."""
    for name, kind in KINDS.items():
        for number, record in enumerate(records.get(name, ())):
            problem = _write(session, kind, record)
            if problem is not None:
                raise Unreadable(file, [problem.at(f"{name}[{number}]")])


def _write(session: t.Any, kind: Kind, record: Record) -> Problem | None:
    values = {name: _with_zone(record[name]) for name in record if name in kind.columns}
    for name, reference in kind.references.items():
        if name not in record:
            continue
        values[reference.column] = found = _referred(session, reference, record[name])
        if found is None and record[name] is not None:
            return Problem("scenarios.no_such_record", {"member": name, "value": record[name]})
    there = _find(session, kind, values)
    if there is None and (missing := _missing(kind, values)):
        return Problem("scenarios.incomplete_record", {"members": ", ".join(missing)})
    return _store(session, kind, there, values)


def _store(session: t.Any, kind: Kind, there: t.Any, values: dict[str, t.Any]) -> Problem | None:
    """Add or change a row; one that the database does not take is told with its place, because it is sent at once."""
    if there is None:
        own = {"id": next_key()} if "id" in kind.model.__table__.columns else {}
        session.add(kind.model(**own, **values))
    for column, value in values.items() if there is not None else ():
        setattr(there, column, value)
    try:
        session.flush()
    except (sa.exc.IntegrityError, sa.exc.DataError):
        return Problem("scenarios.record_refused", {"table": kind.model.__tablename__})
    return None


def _referred(session: t.Any, reference: Reference, value: str | None) -> int | None:
    query = sa.select(reference.model.id).where(getattr(reference.model, reference.by) == value)
    found: int | None = session.execute(query).scalars().first() if value is not None else None
    return found


def _find(session: t.Any, kind: Kind, values: Record) -> t.Any:
    columns = [kind.references[name].column if name in kind.references else name for name in kind.key]
    query = sa.select(kind.model).where(*(getattr(kind.model, name) == values[name] for name in columns))
    return session.scalars(query).first()


def _missing(kind: Kind, values: Record) -> list[str]:
    named = {reference.column: name for name, reference in kind.references.items()}
    return [
        named.get(column.name, column.name)
        for column in kind.model.__table__.columns
        if not column.nullable and column.default is None and column.name != "id" and column.name not in values
    ]


def _with_zone(value: t.Any) -> t.Any:
    """A moment without a zone is the company's."""
    if isinstance(value, dt.datetime) and value.tzinfo is None:
        return value.replace(tzinfo=zone())
    return value
