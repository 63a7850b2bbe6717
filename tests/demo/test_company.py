"""The demonstration company: how big it is, that the dice decide all of it, and where it is refused."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app, schema
from app.clock import SetClock
from app.db import db, transaction
from app.demo import company
from app.demo.cli import demo
from app.demo.organisation import ACCOUNT_NAMES, CENTRAL_PEOPLE, LEVEL_2, PERMISSION_ACCOUNTS, SEED_PASSWORD
from app.desk import places
from app.desk.models import (
    Asset,
    Customer,
    EventRule,
    MaintenancePlan,
    PartStock,
    PriceListEntry,
    Product,
    ServiceContract,
    SparePart,
    UnitStock,
)
from app.desk.models.outlet import AUTHORISED
from app.engine.cli import FOLDERS, LIBRARY, files_in
from app.people import access
from app.people.models import Membership, Unit, User
from app.people.person import find_person
from app.people.roles import CATALOGUE
from tests.clock import NOON
from tests.demo.conftest import demo_settings

TODAY = NOON.date()


def count(model: type[object]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def records() -> list[object]:
    """What the generator made, without the keys of rows."""
    customers = sa.select(Customer.name, Customer.name_en, Customer.phone, Customer.address, Customer.first_seen)
    devices = sa.select(Asset.serial_no, Asset.imei, Asset.sale_date, Asset.warranty_end, Asset.purchase_proof)
    stock = sa.select(PartStock.site, SparePart.part_no, PartStock.on_hand).join(SparePart)
    contracts = sa.select(ServiceContract.contract_no, ServiceContract.start, ServiceContract.value)
    return [sorted(map(str, db.session.execute(query))) for query in (customers, devices, stock, contracts)]


def test_the_company_has_the_size_it_is_described_with(empty_demo: Flask) -> None:
    company.found()
    kinds = {
        row.kind: row.n
        for row in db.session.execute(sa.select(Unit.kind, sa.func.count().label("n")).group_by(Unit.kind))
    }
    assert (kinds["province"], kinds["region"], kinds["outlet"]) == (3, 2, 6)
    assert (count(Customer), count(Asset), count(SparePart)) == (200, 400, 60)
    assert count(ServiceContract) == 24
    assert count(PriceListEntry) == 62  # 57 of the parts, 5 of labour
    ends = list(db.session.scalars(sa.select(Asset.warranty_end)))
    assert 100 < sum(end >= TODAY for end in ends) < 300
    imeis = list(db.session.scalars(sa.select(Asset.imei).where(Asset.imei.is_not(None))))
    assert len(imeis) == len(set(imeis)) > 200
    assert all(luhn(imei) for imei in imeis)
    names = list(db.session.scalars(sa.select(Customer.name).where(Customer.name == Customer.name_en)))
    assert len(names) == 4, "Some customers are from abroad"


def luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(digits)]
    return len(digits) == 15 and sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def test_the_dice_decide_the_same_company_twice(tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        app = create_app(demo_settings(tmp_path / name), clock=SetClock(NOON))
        with app.app_context():
            schema.upgrade()
            company.found()
            made.append(records())
            db.session.remove()
            db.engine.dispose()
    assert made[0] == made[1]


def test_every_account_is_named_as_its_role_and_holds_it_everywhere(empty_demo: Flask) -> None:
    company.found()
    for role in ACCOUNT_NAMES:
        person = find_person(role)
        assert person is not None
        assert person.demo
        assert access.holds(person, role, "HZ1")
    for username, (_, _, flag) in PERMISSION_ACCOUNTS.items():
        person = find_person(username)
        assert person is not None
        assert getattr(person, flag)


def test_every_role_that_the_library_names_is_somebodys(empty_demo: Flask) -> None:
    company.found()
    internal = {role for role, _, _, kind in CATALOGUE if kind == "I"}
    named: dict[str, set[str]] = {}
    for file in files_in(LIBRARY / folder for folder in FOLDERS):
        for role in set(re.findall(r"[a-z_]+", file.content.decode())) & internal:
            named.setdefault(role, set()).add(file.name)
    held = set(
        db.session.scalars(sa.select(Membership.role_id).join(User).where(User.demo, Membership.unit_id.is_(None)))
    )
    assert {role: sorted(files) for role, files in named.items() if role not in held} == {}
    assert len(named) > 60


def test_rules_wait_for_events_and_servers_for_their_maintenance(empty_demo: Flask) -> None:
    company.found()
    rules = db.session.scalars(sa.select(EventRule)).all()
    assert {rule.state for rule in rules} == {"draft", "testing", "calibrated", "live"}
    assert all(access.holds(find_person(rule.owner_role), rule.owner_role, "HZ1") for rule in rules)
    plans = db.session.scalars(sa.select(MaintenancePlan)).all()
    assert len(plans) == db.session.scalar(
        sa.select(sa.func.count()).select_from(Asset).join(Product).where(Product.needs_maintenance)
    )
    days = sorted((plan.next_due - TODAY).days for plan in plans)
    assert days[0] == 1
    assert len([day for day in days if day <= 14]) > 1, "some maintenance is due soon"
    assert any(plan.contract_id for plan in plans)


def test_factory_and_warehouse_have_people_and_units_to_swap_with(empty_demo: Flask) -> None:
    company.found()
    for username, role, unit, _, _ in CENTRAL_PEOPLE:
        person = find_person(username)
        assert person is not None
        assert access.holds(person, role, unit)
        assert not access.holds(person, role, "HZ1")
    levels = places.levels(db.session)
    assert {code for code, level in levels.items() if level == AUTHORISED} == set(LEVEL_2)
    stock = db.session.scalars(sa.select(UnitStock)).all()
    assert {row.product.line for row in stock} == {"handset", "pager"}
    assert all(row.warehouse == places.headquarters() and row.good_qty > 0 for row in stock)


def test_it_is_refused_outside_demo_mode(app: Flask) -> None:
    with pytest.raises(company.DemoRefused, match="demo mode"):
        company.found()
    result = app.test_cli_runner().invoke(demo)
    assert result.exit_code != 0
    assert "FIRSTLINE_DEMO" in result.output
    assert count(User) == 0


def test_it_is_refused_where_people_work_already(empty_demo: Flask) -> None:
    with transaction() as session:
        session.add(User(username="anna", names={"en": "Anna"}, created_at=NOON))
    with pytest.raises(company.DemoRefused, match="empty"):
        company.found()
    assert count(Customer) == 0


def test_the_command_makes_it_once_and_shows_the_accounts_every_time(empty_demo: Flask) -> None:
    runner = empty_demo.test_cli_runner()
    first = runner.invoke(demo, ["--no-history"])
    assert first.exit_code == 0, first.output
    assert "200 customers with 400 devices" in first.output
    second = runner.invoke(demo)
    assert second.exit_code == 0, second.output
    assert "nothing was changed" in second.output
    for result in (first, second):
        for name in (*ACCOUNT_NAMES, *PERMISSION_ACCOUNTS, *(username for username, *_ in CENTRAL_PEOPLE)):
            assert f"  {name} " in result.output
        assert "维修工厂维修接待员" in result.output
        assert "维修接待员" in result.output
        assert f"Password of all of them: {SEED_PASSWORD}" in result.output
    assert count(Customer) == 200
