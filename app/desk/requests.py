"""Taking a request: one transaction from what the customer says to a running process with its case."""

import dataclasses
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from app import clock, engine
from app.db import next_key, transaction
from app.desk import cases, customers, devices
from app.desk.complaints import Fields, prefixed
from app.desk.models import Asset, Case, CaseNote, Contact, Customer
from app.errors import NotFound
from app.people import audit
from app.people.access import require
from app.people.models import User
from app.people.person import STAFF, Person
from app.people.units import UnitNode, unit_tree

CHANNELS = ("counter", "phone", "phone_800", "web", "email", "fax", "letter", "dept_forward")
CLASSES = ("fault", "complaint", "advice", "inquiry", "suggestion")
OUTLET_REPAIR, INTAKE, COMPLAINT = "outlet_intake_repair", "service_request_intake", "complaint_handling"
PROCESSES = (OUTLET_REPAIR, INTAKE, COMPLAINT)
"""What may happen next, in the order in which the page offers it."""
NEW = "new"
OUTLET = "outlet"
LONGEST_FAULT = 4000
REPEATED = "repeated_request"


@dataclasses.dataclass(frozen=True)
class Taken:
    """The request that was taken: its case and the instance that works on it."""

    case_id: int
    case_no: str
    instance_key: int


@dataclasses.dataclass(frozen=True)
class File:
    """A photo or paper handed in with the request."""

    name: str
    content: bytes


def units_for(person: Person) -> list[UnitNode]:
    """Return the units in whose name a person may take requests: their own and the outlets below, outlets first."""
    tree = unit_tree(person.unit_version)
    everywhere = bool(person.everywhere_roles) or (person.administrator and not person.memberships)
    own = {held.unit for held in person.memberships if held.unit}
    below = {code for unit in own for code in tree.below(unit)}
    nodes = [
        node
        for node in tree.nodes
        if node.active and (node.code in own or (node.kind == OUTLET and (everywhere or node.code in below)))
    ]
    return sorted(nodes, key=lambda node: (node.kind != OUTLET, node.path))


def take_request(person: Person, values: Mapping[str, t.Any], files: Sequence[File] = ()) -> Taken:
    """Open a case and start the chosen process, with everything that was not on file yet.

    `values` are the fields of the page: `token` names this very form, so that a second press finds what the first one
    did; `asset_id`, `customer_id` and `contact_id` name records, "new" asks for one, whose fields carry the prefixes
    `device_`, `customer_` and `contact_`.

    Raises Invalid naming each wrong field, Conflict for a device number that is on file already.
    """
    require(person, STAFF)
    fields = Fields(values)
    words = _words(person, fields)
    fields.settle()
    with transaction() as session:
        # Two presses of one button come one after the other, and the second one finds the first one's case.
        session.execute(sa.select(User.id).where(User.id == person.id).with_for_update())
        if (before := _taken_before(session, values.get("token"))) is not None:
            return before
        header = words | _parties(session, person, values)
        started = engine.start_instance(person, str(values.get("process")), _variables(header))
        assert started.case_id is not None
        assert started.case_no is not None
        for file in files:
            engine.attach(person, engine.Place(case_id=started.case_id), file.name, file.content)
        audit.record(
            session,
            person,
            "desk:request:taken",
            f"request:{values.get('token') or started.key}",
            instance_key=started.key,
            case_id=started.case_id,
        )
    return Taken(started.case_id, started.case_no, started.key)


def add_to_case(person: Person, case_no: str, text: str) -> Case:
    """Write a repeated report into the open case of the same device instead of opening a second one (X29)."""
    require(person, STAFF)
    fields = Fields({"fault_description": text})
    words = fields.text("fault_description", LONGEST_FAULT, required=True)
    fields.settle()
    with transaction() as session:
        case = session.get(Case, cases.by_number(case_no).id)
        if case.closed_at is not None:
            raise NotFound("desk.no_open_case", case=case.case_no)
        note = CaseNote(id=next_key(), case_id=case.id, kind=REPEATED, text=words, data={}, author=person.username)
        note.at = clock.now()
        session.add(note)
        session.flush()
        subject = f"case:{case.case_no}"
        audit.record(session, person, "desk:request:added", subject, case_id=case.id)
    return t.cast(Case, case)


def _words(person: Person, fields: Fields) -> dict[str, t.Any]:
    process = fields.one_of("process", PROCESSES, "")
    if not any(fields.values.get(name) for name in ("asset_id", "customer_id")):
        fields.wrong("customer_id", "desk.nobody_chosen")
    return {
        "channel": fields.one_of("channel", CHANNELS, "counter"),
        "request_class": fields.one_of("request_class", CLASSES, "complaint" if process == COMPLAINT else "fault"),
        "fault_description": fields.text("fault_description", LONGEST_FAULT, required=True),
        "unit": _unit(person, fields, process),
    }


def _unit(person: Person, fields: Fields, process: str) -> str | None:
    offered = {node.code: node for node in units_for(person)}
    chosen = offered.get(str(fields.values.get("unit") or ""))
    if chosen is None and len(offered) == 1:
        chosen = next(iter(offered.values()))
    if chosen is None and (offered or process == OUTLET_REPAIR):
        fields.wrong("unit", "desk.unit_needed")
    elif chosen is not None and process == OUTLET_REPAIR and chosen.kind != OUTLET:
        fields.wrong("unit", "desk.outlet_needed")
    return chosen.code if chosen else None


def _taken_before(session: t.Any, token: t.Any) -> Taken | None:
    if not token:
        return None
    query = (
        sa.select(audit.AuditEntry.case_id, Case.case_no, audit.AuditEntry.instance_key)
        .join(Case, Case.id == audit.AuditEntry.case_id)
        .where(audit.AuditEntry.subject == f"request:{token}")
    )
    row = session.execute(query).first()
    return Taken(*row) if row else None


def _parties(session: t.Any, person: Person, values: Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Find or write customer, device and contact, and return what the process starts with."""
    asset = _asset_on_file(session, values)
    customer = _customer(session, person, values, asset)
    if values.get("asset_id") == NEW:
        owner = {"customer_id": customer.id} if customer else {}
        with prefixed("device_"):
            asset = devices.create_device(person, _part(values, "device_") | owner)
    elif asset is not None and asset.customer_id is None and customer is not None:
        asset.customer_id = customer.id  # whoever brings a device that belongs to nobody yet is its owner
    contact = _contact(session, person, values, customer)
    phone = contact.phone if contact and contact.phone else customer.phone if customer else None
    return {
        "asset_id": asset.id if asset else None,
        "serial_no": asset.serial_no if asset else None,
        "customer_id": customer.id if customer else None,
        "contact_id": contact.id if contact else None,
        "caller_number": phone,
        "caller_name": customer.name if customer else None,
    }


def _asset_on_file(session: t.Any, values: Mapping[str, t.Any]) -> Asset | None:
    key = Fields(values).key("asset_id")
    return t.cast(Asset | None, session.get(Asset, key)) if key else None


def _customer(session: t.Any, person: Person, values: Mapping[str, t.Any], asset: Asset | None) -> Customer | None:
    if values.get("customer_id") == NEW:
        with prefixed("customer_"):
            return customers.create_customer(person, _part(values, "customer_"))
    key = Fields(values).key("customer_id") or (asset.customer_id if asset else None)
    return t.cast(Customer | None, session.get(Customer, key)) if key else None


def _contact(session: t.Any, person: Person, values: Mapping[str, t.Any], customer: Customer | None) -> Contact | None:
    if customer is None:
        return None
    if values.get("contact_id") == NEW:
        with prefixed("contact_"):
            return customers.add_contact(person, customer.id, _part(values, "contact_"))
    key = Fields(values).key("contact_id")
    query = sa.select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.id)
    own = session.scalars(query).all()
    return next((one for one in own if one.id == key), own[0] if own else None)


def _part(values: Mapping[str, t.Any], prefix: str) -> dict[str, t.Any]:
    return {name.removeprefix(prefix): value for name, value in values.items() if name.startswith(prefix)}


def _variables(header: Mapping[str, t.Any]) -> dict[str, t.Any]:
    variables = {name: value for name, value in header.items() if value is not None}
    if variables["request_class"] == "complaint":
        variables["complaint_text"] = variables["fault_description"]
    return variables
