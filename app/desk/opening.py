"""How a process instance gets its case, and when that case is over. Plugged into the engine."""

import datetime as dt
import functools
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk import cases, closing, status
from app.desk.lookup import serial_form
from app.desk.models import Asset, Case, Contact, Customer
from app.engine import live_roots
from app.engine.models import Incident, Message, ProcessInstance, UserTask
from app.engine.registry import CaseLink, InstanceFacts
from app.errors import Invalid
from app.people.person import Person
from app.people.units import unit_tree

TEXT_FIELDS = ("channel", "fault_description", "request_class", "service_type", "severity")
LINK_FIELDS: Mapping[str, type[t.Any]] = {"customer_id": Customer, "contact_id": Contact, "asset_id": Asset}


def open_for(
    session: t.Any, instance: InstanceFacts, variables: Mapping[str, t.Any], person: Person | None
) -> CaseLink:
    """Return the case of a root instance: the one its start variable `case_no` names, otherwise a new one.

    Header fields among the start variables fill a new case, so that a start by the bare API needs nothing else.
    Raises Invalid when they name a case, unit or record that does not exist.
    """
    named = variables.get("case_no")
    if named:
        found = session.execute(
            sa.select(Case.id, Case.unit_id, Case.case_no).where(Case.case_no == str(named))
        ).one_or_none()
        if found is None:
            raise Invalid("desk.no_such_case", case=str(named))
        return CaseLink(*found)
    header = header_from(session, variables)
    header.setdefault("unit_id", own_unit(person))
    if person is not None:
        # Zero is the system, which has no row.
        header.setdefault("first_responder_id", person.id or None)
        header.setdefault("accountable_user_id", person.id or None)
    case = cases.open_case(session, process_id=instance.process_id, at=instance.started_at, header=header)
    return CaseLink(case.id, case.unit_id, case.case_no)


def header_from(session: t.Any, variables: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Pick the header fields out of start variables, with unit codes and numbers turned into rows."""
    header: dict[str, t.Any] = {
        name: str(variables[name]) for name in TEXT_FIELDS if isinstance(variables.get(name), str)
    }
    for name, model in LINK_FIELDS.items():
        value = variables.get(name)
        if value in {None, ""}:
            continue
        if not isinstance(value, int | str) or not str(value).isdigit() or session.get(model, int(value)) is None:
            raise Invalid("desk.no_such_record", field=name, value=str(value))
        header[name] = int(value)
    if isinstance(serial := variables.get("serial_no"), str) and serial.strip():
        header["serial_no"] = serial_form(serial)
    if unit := variables.get("unit"):
        header["unit_id"] = unit_id_of(str(unit))
    if parent := variables.get("parent_case"):
        header["parent_case_id"] = session.scalars(sa.select(Case.id).where(Case.case_no == str(parent))).one_or_none()
    return header


def unit_id_of(code: str, version: int | None = None) -> int:
    """Return the row number of a unit code. Raises Invalid for an unknown one.

    :param version: of the units, if it is known; asking for it costs a statement.
    """
    node = unit_tree(version).by_code.get(code)
    if node is None:
        raise Invalid("desk.no_such_unit", unit=code)
    return node.id


def own_unit(person: Person | None) -> int | None:
    """Return the unit of a person who belongs to exactly one; None for everybody else."""
    if person is None:
        return None
    units = {held.unit for held in person.memberships if held.unit}
    return unit_id_of(units.pop(), person.unit_version) if len(units) == 1 else None


def close(session: t.Any, case_id: int, at: dt.datetime, *, ended_well: bool, quiet: bool) -> None:
    """Close a case whose last root instance has ended; cancelled when all of them were, out of sight when `quiet`.

    Does nothing while another one lives, when a process has closed the case already, or when a message about the case
    still looks for the process it should start. The case is held until the commit, because each of two instances that
    end at the same moment would take the other one for alive.
    """
    if quiet:
        session.execute(_HIDE, {"a_case": case_id}, execution_options={"synchronize_session": False})
    case = session.get(Case, case_id, with_for_update={"key_share": True})
    if case is None or case.status in status.FINAL:
        return
    new = "closed" if ended_well or _any_ended_well(session, case_id) else _cancelled(case)
    # Looks while it writes, but not while it waits for the case: whoever waits sees everything else as it was before.
    told = session.execute(
        _closing().values(cases.after(case, new, at)),
        {"a_case": case_id, "its_number": case.case_no},
        execution_options={"synchronize_session": False},
    ).one_or_none()
    session.expire(case)
    if told is not None:
        closing.tell(session, case, *told)
        if new == "closed":
            closing.ask_for_rating(session, case)


_ROOTS = sa.select(sa.func.count()).where(
    ProcessInstance.case_id == sa.bindparam("a_case"), ProcessInstance.parent_key.is_(None)
)
_HIDE = (
    sa.update(Case)
    .where(
        Case.id == sa.bindparam("a_case"),
        Case.customer_id.is_(None),
        _ROOTS.scalar_subquery() == 1,
        ~sa.exists().where(UserTask.case_id == sa.bindparam("a_case")),
    )
    .values(quiet=sa.true())
)
"""Hides a case that is about no customer, in which one instance ran, and in which nobody ever had a task."""


@functools.cache
def _closing() -> t.Any:
    """Built once: every instance that ends sends it, and building it took a quarter of what a due timer costs."""
    a_case: sa.BindParameter[int] = sa.bindparam("a_case")
    its_number: sa.BindParameter[str] = sa.bindparam("its_number")
    over = sa.update(Case).where(Case.id == a_case, ~live_roots(a_case).exists(), ~_lost_messages(its_number).exists())
    return over.returning(closing.listeners(its_number), closing.watchers(a_case))


def _lost_messages(case_no: t.Any) -> sa.Select[t.Any]:
    return (
        sa.select(Incident.key)
        .join(Message, Message.key == Incident.message_key)
        .where(Incident.resolved_at.is_(None), Message.correlation_key == case_no)
    )


def _any_ended_well(session: t.Any, case_id: int) -> bool:
    ended_well = sa.select(ProcessInstance.key).where(
        ProcessInstance.case_id == case_id,
        ProcessInstance.parent_key.is_(None),
        ProcessInstance.state != "cancelled",
    )
    return session.execute(ended_well.limit(1)).first() is not None


def _cancelled(case: Case) -> str:
    """A solved case cannot be cancelled any more (catalogue 2.1), so it is closed."""
    return "cancelled" if "cancelled" in status.NEXT[case.status] else "closed"
