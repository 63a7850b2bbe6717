"""The small company of the tests: the fixture of catalogue 3.I with fixed dates, people, prices, parts and stock.

HQ ── EAST ── ZJ ── HZ1 (the outlet of most runs), HZ2
               └ JS ── NJ1 (where the stranger works)
HQ ── CCS and the departments that complaints and needs are routed to
"""

import dataclasses
import datetime as dt
import decimal
import typing as t
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask

from app import engine
from app.clock import SetClock
from app.db import db, next_key, transaction
from app.desk.models import (
    Asset,
    Contact,
    Customer,
    PartStock,
    PriceListEntry,
    Product,
    ServiceContract,
    SparePart,
)
from app.people import SYSTEM, seed_roles
from app.people.models import Membership, Unit, UnitStamp, User
from app.people.person import ADMINISTRATOR, PROCESS_OWNER, STAFF, SUPERVISOR, Person, find_person

ROOT = Path(__file__).parents[1]
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2024, 6, 3, 9, 30, tzinfo=SHANGHAI)
"""The day on which handset A is handed in (X01); the next holiday is 2024-06-10."""
PASSWORD = "correct horse battery"

UNITS = (
    ("HQ", "national", None),
    ("EAST", "region", "HQ"),
    ("ZJ", "province", "EAST"),
    ("HZ1", "outlet", "ZJ"),
    ("HZ2", "outlet", "ZJ"),
    ("JS", "province", "EAST"),
    ("NJ1", "outlet", "JS"),
    ("CCS", "department", "HQ"),
    ("purchasing", "department", "HQ"),
    ("terminal_production", "department", "HQ"),
    ("quality", "department", "HQ"),
    ("marketing", "department", "HQ"),
    ("terminal_sales", "department", "HQ"),
)

AT_OUTLET = ("repair_receptionist", "HZ1")
PEOPLE: dict[str, tuple[tuple[str, ...], tuple[tuple[str, str | None], ...]]] = {
    # The standing cast of access tests.
    "agent": ((STAFF,), (AT_OUTLET,)),
    "colleague": ((STAFF,), (AT_OUTLET, ("repair_analyst", "HZ2"))),
    "supervisor": ((STAFF, SUPERVISOR), (("repair_supervisor", "ZJ"), ("repair_receptionist", "ZJ"))),
    "owner": ((STAFF, PROCESS_OWNER), (("service_director", None),)),
    "administrator": ((STAFF, ADMINISTRATOR), ()),
    "stranger": ((STAFF,), (("repair_receptionist", "NJ1"),)),
    # The outlet.
    "analyst": ((STAFF,), (("repair_analyst", "HZ1"),)),
    "analyst2": ((STAFF,), (("repair_analyst", "HZ1"),)),
    "outlet_head": ((STAFF, SUPERVISOR), (("outlet_supervisor", "HZ1"),)),
    "manager": ((STAFF, SUPERVISOR), (("repair_manager", "HQ"),)),
    "clerk": ((STAFF,), (("finance_clerk", "ZJ"),)),
    # The window and the levels behind it.
    "caller": ((STAFF,), (("call_agent", "ZJ"),)),
    "caller2": ((STAFF,), (("call_agent", "ZJ"),)),
    "service_lead": ((STAFF, SUPERVISOR), (("service_supervisor", "ZJ"), ("province_service_manager", "ZJ"))),
    "service_manager": ((STAFF, SUPERVISOR), (("service_manager", "ZJ"),)),
    "middle_zj": ((STAFF,), (("processing_agent", "ZJ"),)),
    "back_zj": ((STAFF,), (("resource_agent", "ZJ"),)),
    "middle_east": ((STAFF,), (("processing_agent", "EAST"),)),
    "back_east": ((STAFF,), (("resource_agent", "EAST"),)),
    "back_hq": ((STAFF,), (("resource_agent", "HQ"), ("group_service_manager", "HQ"))),
    "visitor": ((STAFF,), (("return_visitor", "ZJ"),)),
    # Complaints.
    "complaint_desk": ((STAFF,), (("complaint_receptionist", "ZJ"),)),
    "complaint_lead": ((STAFF, SUPERVISOR), (("complaint_manager", "ZJ"),)),
    "investigator": ((STAFF,), (("complaint_specialist", "ZJ"),)),
    "follower": ((STAFF,), (("complaint_followup_clerk", "ZJ"),)),
    "director": ((STAFF, SUPERVISOR), (("ccs_general_manager", "HQ"),)),
    "vice_president": ((STAFF, SUPERVISOR), (("vp_terminal_sales", "HQ"),)),
    "sales_head": ((STAFF, SUPERVISOR), (("department_gm", "terminal_sales"),)),
    "production_head": ((STAFF, SUPERVISOR), (("department_gm", "terminal_production"),)),
    "purchasing_head": ((STAFF, SUPERVISOR), (("department_gm", "purchasing"),)),
    "purchasing_desk": ((STAFF,), (("department_complaint_handler", "purchasing"),)),
}

PRODUCTS = (
    # model, name, line, brand, months, basis
    ("E-900", "E-900 手机", "handset", "own", 12, "sale"),
    ("MT-V70", "摩托罗拉 V70 手机", "handset", "motorola", 12, "sale"),
    ("SV-R4", "R4 服务器", "server", "own", 36, "installation"),
    ("TX-10", "TX-10 传输设备", "transmission", "own", 12, "delivery"),
)
PARTS = (
    # part number, cost, list price
    ("LCD", 120, 300),
    ("SPK", 12, 40),
    ("KBD", 18, 60),
    ("RARE", 400, None),
)
LABOUR = (("F-AUDIO", 60), ("F-DISPLAY", 90))
STOCK = 10
HANDSET_A, HANDSET_B, SERVER_S, TRANSMISSION_T = "EC900A100", "MT70B200", "SVR4S300", "TX10T400"
IMEI_A = "490154203237518"
PHONE = "13805710001"
YEAR = dt.date(2024, 1, 1)


@dataclasses.dataclass(frozen=True)
class Company:
    """The app with the company in it."""

    app: Flask
    clock: SetClock

    def person(self, username: str) -> Person:
        """Somebody of the company, freshly loaded."""
        found = find_person(username)
        assert found is not None, username
        return found

    def asset(self, serial_no: str) -> Asset:
        return db.session.scalars(sa.select(Asset).where(Asset.serial_no == serial_no)).one()

    def customer(self, name: str) -> Customer:
        return db.session.scalars(sa.select(Customer).where(Customer.name == name)).one()

    def on_hand(self, part_no: str, site: str = "HZ1") -> int:
        """How many of a part lie at a site now."""
        db.session.rollback()
        query = sa.select(PartStock.on_hand).join(SparePart, SparePart.id == PartStock.part_id)
        return db.session.execute(query.where(SparePart.part_no == part_no, PartStock.site == site)).scalar_one()


def found(app: Flask) -> None:
    """Put the company into an empty database and deploy the library. The clock stands at its founding day."""
    seed_roles()
    with transaction() as session:
        units = _units(session)
        _people(session, units)
        _records(session)
    engine.deploy(SYSTEM, library(), note="The library")
    db.session.remove()


def library() -> list[engine.File]:
    """Every file of the process library."""
    wanted: Iterable[Path] = sorted(
        path for folder in ("bpmn", "forms") for path in (ROOT / folder).rglob("*.*") if path.suffix != ".json"
    )
    return [engine.File(path.relative_to(ROOT).as_posix(), path.read_bytes()) for path in wanted]


def _units(session: t.Any) -> dict[str, int]:
    paths: dict[str, str] = {}
    ids: dict[str, int] = {}
    for code, kind, parent in UNITS:
        paths[code] = f"{paths[parent] if parent else '/'}{code}/"
        unit = Unit(code=code, kind=kind, path=paths[code], names={"zh": code, "en": code})
        unit.parent_id = ids[parent] if parent else None
        session.add(unit)
        session.flush()
        ids[code] = unit.id
    session.merge(UnitStamp(id=1, version=1))
    return ids


def _people(session: t.Any, units: dict[str, int]) -> None:
    for username, (permissions, roles) in PEOPLE.items():
        names = {"zh": username, "en": username.replace("_", " ").title()}
        user = User(username=username, names=names, created_at=MONDAY)
        for name in permissions:
            setattr(user, name, True)
        session.add(user)
        session.flush()
        for role, unit in roles:
            session.add(Membership(user_id=user.id, role_id=role, unit_id=units[unit] if unit else None))


def _records(session: t.Any) -> None:
    products = {}
    for model, name, line, brand, months, basis in PRODUCTS:
        products[model] = Product(
            id=next_key(), model=model, name=name, name_en=model, line=line, brand=brand,
            warranty_months=months, warranty_start_basis=basis,
        )  # fmt: skip
    session.add_all(products.values())
    session.flush()
    person = _customer(session, "李娜", "person", PHONE)
    other = _customer(session, "赵敏", "person", "13905710002")
    firm = _customer(session, "海星电子有限公司", "company", "057188880000", contact="王强")
    session.add_all(
        [
            _asset(products["E-900"], person, HANDSET_A, sold=dt.date(2024, 1, 10), imei=IMEI_A, proof=True),
            _asset(products["MT-V70"], other, HANDSET_B, sold=dt.date(2023, 1, 5), proof=True),
            _asset(products["SV-R4"], firm, SERVER_S, installed=dt.date(2024, 2, 1), proof=True),
            _asset(products["TX-10"], firm, TRANSMISSION_T, delivered=dt.date(2022, 3, 1), proof=True),
            ServiceContract(
                id=next_key(), contract_no="SC-2024-01", customer_id=firm.id, min_response_hours=4, free_parts=False,
                free_labour=False, start=dt.date(2024, 2, 1), end=dt.date(2027, 1, 31), status="active",
            ),
        ]
    )  # fmt: skip
    for number, cost, price in PARTS:
        part = SparePart(
            id=next_key(), part_no=number, name=number, brand="own", fits_line="handset",
            unit_cost=decimal.Decimal(cost), sale_price=decimal.Decimal(price) if price else None,
        )  # fmt: skip
        session.add(part)
        session.flush()
        session.add_all(PartStock(site=site, part_id=part.id, on_hand=STOCK) for site in ("HZ1", "HZ2"))
        if price:
            session.add(_price("parts", number, part=price))
    session.add_all(_price("terminal", code, labour=price) for code, price in LABOUR)


def _customer(session: t.Any, name: str, kind: str, phone: str, contact: str | None = None) -> Customer:
    customer = Customer(id=next_key(), name=name, kind=kind, phone=phone, first_seen=MONDAY - dt.timedelta(days=400))
    session.add(customer)
    session.flush()
    session.add(Contact(id=next_key(), customer_id=customer.id, name=contact or name, phone=phone))
    return customer


def _asset(
    product: Product,
    owner: Customer,
    serial_no: str,
    *,
    sold: dt.date | None = None,
    installed: dt.date | None = None,
    delivered: dt.date | None = None,
    imei: str | None = None,
    proof: bool = False,
) -> Asset:
    return Asset(
        id=next_key(), serial_no=serial_no, imei=imei, product_id=product.id, customer_id=owner.id, sale_date=sold,
        installation_date=installed, delivery_date=delivered, purchase_proof=proof,
    )  # fmt: skip


def _price(kind: str, code: str, *, part: int = 0, labour: int = 0) -> PriceListEntry:
    return PriceListEntry(
        id=next_key(), kind=kind, code=code, name=code, labour_price=decimal.Decimal(labour),
        part_price=decimal.Decimal(part), valid_from=YEAR,
    )  # fmt: skip
