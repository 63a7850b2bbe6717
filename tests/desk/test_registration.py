"""What was installed stands in the register with its warranty and its plan of maintenance; what cannot be is refused."""

import datetime as dt
import typing as t

import pytest
import sqlalchemy as sa

from app.db import db
from app.desk.models import Asset, MaintenancePlan
from app.errors import Invalid
from tests.company import HANDSET_B, SERVER_S, Company
from tests.conftest import both_databases
from tests.desk.conftest import Desk

pytestmark = both_databases

DAYS = {"delivered_on": "2024-06-04", "installed_on": "2024-06-05", "site_address": "滨江路8号", "ownership": "leased"}


def devices(*numbers: tuple[str, str]) -> list[dict[str, str]]:
    return [{"model": model, "serial_no": serial_no} for model, serial_no in numbers]


def register(company: Company, desk: Desk, *numbers: tuple[str, str], action: str = "register") -> dict[str, t.Any]:
    owner = company.customer("海星电子有限公司").id
    inputs = {**DAYS, "devices": devices(*numbers), "customer_id": owner}
    return desk.do("desk.register_devices", desk.open(), inputs, action=action)


def test_an_installed_server_has_warranty_from_that_day_and_a_plan(company: Company, desk: Desk) -> None:
    for _ in range(2):
        (told,) = register(company, desk, ("SV-R4", "sv-r4 s777"))["assets"]
    asset = company.asset("SVR4S777")
    assert (asset.ownership, asset.delivery_date, asset.warranty_end) == (
        "leased",
        dt.date(2024, 6, 4),
        dt.date(2027, 6, 5),
    )
    plan = db.session.scalars(sa.select(MaintenancePlan).where(MaintenancePlan.asset_id == asset.id)).one()
    assert (plan.plan_no, plan.next_due) == (told["plan_no"], dt.date(2024, 9, 3))
    assert plan.checklist == asset.product.maintenance_checklist != []


def test_a_product_without_maintenance_has_no_plan(company: Company, desk: Desk) -> None:
    (told,) = register(company, desk, ("TX-10", "TX10T777"))["assets"]
    assert (told["plan_no"], told["warranty_end"]) == (None, "2025-06-04")


def test_a_check_names_every_number_that_cannot_be_right_and_writes_nothing(company: Company, desk: Desk) -> None:
    numbers = [("SV-R4", SERVER_S), ("SV-R4", HANDSET_B), ("SV-X", "A1"), ("SV-R4", "N1"), ("SV-R4", "n-1")]
    refused = register(company, desk, *numbers, action="check")["refused"]
    assert {one["serial_no"]: one["why"] for one in refused} == {
        HANDSET_B: "somebody_else",
        "A1": "no_such_model",
        "N1": "twice",
    }
    assert db.session.scalars(sa.select(Asset).where(Asset.serial_no == "N1")).first() is None
    with pytest.raises(Invalid) as invalid:
        register(company, desk, ("SV-R4", HANDSET_B))
    assert invalid.value.code == "desk.device_of_somebody_else"
