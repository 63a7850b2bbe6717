"""What is known once somebody has been found: device, customer, warranty, open cases, and what may happen next."""

import dataclasses
import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app import clock, i18n
from app.db import db
from app.desk import cases, customers, devices, lookup, queries, requests, verdict
from app.desk.models import Asset, Case, Contact, Customer, ServiceContract
from app.engine import catalogue
from app.engine.models import UserTask
from app.kernel.model import ProcessModel
from app.people.person import Person
from app.people.units import UnitNode

HISTORY = 8
AHEAD = 4


@dataclasses.dataclass(frozen=True)
class Step:
    """A step that comes, and in whose lane it lies."""

    name: str
    lane: str


@dataclasses.dataclass(frozen=True)
class Offer:
    """A process that may be started, with its first steps."""

    id: str
    name: str
    steps: tuple[Step, ...]


@dataclasses.dataclass(frozen=True)
class OpenCase:
    """An open case and what it waits for now."""

    case: Case
    doing: str
    visible: bool


@dataclasses.dataclass(frozen=True)
class Known:
    """Everything the request form shows for one choice. A new customer or device is not on file yet."""

    asset: Asset | None
    customer: Customer | None
    contacts: tuple[Contact, ...]
    contract: ServiceContract | None
    verdict: verdict.Verdict | None
    assets: tuple[Asset, ...]
    open_here: tuple[OpenCase, ...]
    """Open cases of the very device."""
    history: tuple[queries.CaseRow, ...]
    offers: tuple[Offer, ...]
    units: tuple[UnitNode, ...]
    repairs: int
    new_customer: bool = False
    new_device: bool = False

    @property
    def recommended(self) -> str:
        """The process most requests at this window lead to."""
        return self.offers[0].id if self.offers else ""


def known(person: Person, asked: Mapping[str, str]) -> Known | None:
    """Return what is known for the device and customer the address names; None when it names neither."""
    asset_id, customer_id = asked.get("asset", ""), asked.get("customer", "")
    asset = devices.get(person, int(asset_id)) if asset_id.isdigit() else None
    customer = customers.get(person, int(customer_id)) if customer_id.isdigit() else asset.customer if asset else None
    new_device, new_customer = asset_id == requests.NEW, customer_id == requests.NEW
    if asset is None and customer is None and not new_customer:
        return None
    today = cases.company_day(clock.now())
    history = _history(person, asset, customer)
    return Known(
        asset=asset,
        customer=customer,
        contacts=tuple(customer.contacts) if customer else (),
        contract=cases.running_contract(db.session, customer.id, today) if customer else None,
        verdict=verdict.of_device(asset, today) if asset else None,
        assets=tuple(lookup.assets_of(customer.id)) if customer else (),
        open_here=_open(person, asset),
        history=history,
        offers=offers(person),
        units=tuple(requests.units_for(person)),
        repairs=sum(1 for row in history if asset is not None and row.serial_no == asset.serial_no),
        new_customer=new_customer,
        new_device=new_device,
    )


def _history(person: Person, asset: Asset | None, customer: Customer | None) -> tuple[queries.CaseRow, ...]:
    if customer is not None:
        return tuple(queries.cases_of(person, customer_id=customer.id, limit=HISTORY))
    return tuple(queries.cases_of(person, asset_id=asset.id, limit=HISTORY)) if asset is not None else ()


def _open(person: Person, asset: Asset | None) -> tuple[OpenCase, ...]:
    """Open cases of the device, whoever works on them: somebody who calls twice must not be served twice."""
    found = lookup.open_cases_of(asset_id=asset.id) if asset is not None else []
    tasks = sa.select(UserTask.case_id, UserTask.names, UserTask.element_id).where(
        UserTask.case_id.in_([case.id for case in found]), UserTask.state == "created"
    )
    doing: dict[int, str] = {}
    for row in db.session.execute(tasks.order_by(UserTask.due_sort)) if found else ():
        doing.setdefault(row.case_id, i18n.localised(row.names, row.element_id))
    return tuple(OpenCase(case, doing.get(case.id, ""), queries.may_see_case(person, case)) for case in found)


def offers(person: Person) -> tuple[Offer, ...]:
    """Return what may be started here, what this person's window usually starts first."""
    found = []
    for process in requests.PROCESSES:
        version = catalogue.find_newest(db.session, "process", process)
        if version is not None:
            model = catalogue.process_model(db.session, version.sha256, process)
            found.append(Offer(process, shown(model), first_steps(model)))
    usual = _usual(person)
    return tuple(sorted(found, key=lambda offer: offer.id != usual))


def _usual(person: Person) -> str:
    if "repair_receptionist" in person.roles:
        return requests.OUTLET_REPAIR
    return requests.COMPLAINT if "complaint_receptionist" in person.roles else requests.INTAKE


def first_steps(model: ProcessModel, count: int = AHEAD) -> tuple[Step, ...]:
    """Return the first steps for people behind the start, in the order in which the diagram leads to them."""
    edge, seen = [model.starts[0].id], {model.starts[0].id}
    found: list[Step] = []
    while edge and len(found) < count:
        targets = [flow.target for source in edge for flow in model.flows.values() if flow.source == source]
        edge = [target for target in dict.fromkeys(targets) if target not in seen]
        seen.update(edge)
        for target in edge:
            element = model.elements[target]
            if element.kind == "userTask":
                found.append(Step(shown(element), shown(element.lane) if element.lane else ""))
    return tuple(found[:count])


def shown(drawn: t.Any) -> str:
    """Return the name of a process, lane or element in the present language."""
    return i18n.localised({"zh": drawn.name, "en": drawn.name_en or ""}, drawn.name or drawn.id)
