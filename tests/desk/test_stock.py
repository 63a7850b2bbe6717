"""Spare parts move with a cause, and no stock falls below zero."""

import typing as t

import pytest
import sqlalchemy as sa

from app.db import db
from app.desk.models import Asset, PartStock, SparePart, StockMovement, UnitStock
from app.errors import Invalid
from tests.company import HANDSET_A, HANDSET_B
from tests.conftest import both_databases
from tests.desk.conftest import Desk

pytestmark = both_databases

SPK = [{"code": "SPK", "quantity": 4}]


def held(site: str, part_no: str = "SPK") -> dict[str, int]:
    db.session.rollback()
    part = sa.select(SparePart.id).where(SparePart.part_no == part_no).scalar_subquery()
    row = db.session.scalars(sa.select(PartStock).where(PartStock.site == site, PartStock.part_id == part)).one()
    return {"on_hand": row.on_hand, "reserved": row.reserved, "in_transit": row.in_transit}


def test_parts_leave_one_site_and_come_in_at_the_other(desk: Desk) -> None:
    case = desk.open()
    for _ in range(2):
        sent = desk.do("desk.stock", case, {"site": "HZ1", "to": "HZ2", "parts": SPK}, action="ship", job_key=5)
    assert sent == {"shipped": SPK, "short": []}
    assert (held("HZ1")["on_hand"], held("HZ2")["in_transit"], held("HZ2")["on_hand"]) == (6, 4, 10)
    desk.do("desk.stock", case, {"site": "HZ2", "parts": [{"code": "SPK", "quantity": 3}]}, action="receive")
    desk.do("desk.stock", case, {"site": "HZ2", "parts": [{"code": "SPK", "quantity": 9}]}, action="lose")
    assert held("HZ2") == {"on_hand": 13, "reserved": 0, "in_transit": 0}
    moved = sa.select(sa.func.sum(StockMovement.quantity)).where(StockMovement.bucket == "in_transit")
    assert db.session.execute(moved).scalar_one() == 0


def test_what_is_reserved_is_neither_sent_nor_reserved_again(desk: Desk) -> None:
    case, other = desk.open(), desk.open()
    eight = {"site": "HZ1", "to": "HZ2", "parts": [{"code": "SPK", "quantity": 8}]}
    assert desk.do("desk.stock", case, eight, action="reserve") == {"reserved": True}
    assert desk.do("desk.stock", other, eight, action="reserve") == {"reserved": False}
    sent = desk.do("desk.stock", other, eight, action="ship")
    assert (sent["shipped"], sent["short"]) == ([{"code": "SPK", "quantity": 2}], [{"code": "SPK", "quantity": 6}])
    desk.do("desk.stock", case, eight, action="use")
    assert held("HZ1") == {"on_hand": 0, "reserved": 0, "in_transit": 0}


def test_a_reservation_goes_with_what_leaves_and_stays_with_what_only_changes_hands(desk: Desk) -> None:
    case = desk.open()
    desk.do("desk.stock", case, {"site": "HZ1", "parts": SPK}, action="reserve")
    desk.do("desk.stock", case, {"site": "HZ1", "to": "HZ1", "parts": SPK}, action="ship")
    assert held("HZ1") == {"on_hand": 6, "reserved": 4, "in_transit": 4}
    desk.do("desk.stock", case, {"site": "HZ1", "parts": SPK}, action="receive")
    desk.do("desk.stock", case, {"site": "HZ1", "to": "HZ2", "parts": SPK}, action="ship")
    assert held("HZ1") == {"on_hand": 6, "reserved": 0, "in_transit": 0}


def test_parts_are_valued_at_what_they_cost(desk: Desk) -> None:
    parts = [*SPK, {"code": "LCD", "quantity": 1}, {"code": "NOBODY-KNOWS", "quantity": 2}]
    assert desk.do("desk.cost", desk.open(), {"parts": parts}) == {
        "cost": {"total": 168.0, "unknown": ["NOBODY-KNOWS"]}
    }


def test_a_count_corrects_the_books_and_says_so(desk: Desk) -> None:
    counted = {"site": "HZ1", "parts": [{"code": "SPK", "quantity": 7}, {"code": "LCD", "quantity": 10}]}
    assert desk.do("desk.stock", desk.open(), counted, action="count")["differences"] == [
        {"code": "SPK", "quantity": 3}
    ]
    assert held("HZ1")["on_hand"] == 7


def test_levels_name_what_is_low_and_who_supplies_it(desk: Desk) -> None:
    db.session.execute(sa.update(PartStock).where(PartStock.site == "HZ1").values(safety_stock=11))
    db.session.commit()
    found = desk.do("desk.stock_levels", desk.open(), {"site": None, "code": "SPK", "below_safety": True})
    assert [(row["site"], row["level"], row["free"], row["safety_stock"]) for row in found["stock"]] == [
        ("HZ1", 3, 10, 11)
    ]
    assert found["headquarters"] == "WH"
    assert found["outlets"] == [{"site": "HZ1", "level": 3}, {"site": "HZ2", "level": 3}]


@pytest.mark.parametrize("quantity", [0, -1, "many"])
def test_a_quantity_that_is_none_is_refused(desk: Desk, quantity: t.Any) -> None:
    case, parts = desk.open(), [{"code": "SPK", "quantity": quantity}]
    with pytest.raises(Invalid) as refused:
        desk.do("desk.stock", case, {"site": "HZ1", "to": "HZ2", "parts": parts}, action="ship")
    assert refused.value.code == "desk.quantity_not_positive"


def test_whole_devices_are_stored_good_or_bad_and_issued_while_there_are_any(desk: Desk) -> None:
    case = desk.open()
    units = [
        {"model": "E-900", "quantity": 2, "condition": "good"},
        {"model": "E-900", "quantity": 1, "serial_no": "x 1"},
    ]
    desk.do("desk.unit_stock", case, {"warehouse": "HQ", "units": units}, action="store")
    three = {"warehouse": "HQ", "units": [{"model": "E-900", "quantity": 3}, {"model": "GHOST"}]}
    assert desk.do("desk.unit_stock", case, three, action="issue")["short"] == ["E-900", "GHOST"]
    two = {"warehouse": "HQ", "units": [{"model": "E-900", "quantity": 2}]}
    assert desk.do("desk.unit_stock", case, two, action="issue")["issued"] == ["E-900"]
    row = db.session.scalars(sa.select(UnitStock)).one()
    assert (row.good_qty, row.bad_qty) == (0, 1)


def test_a_new_device_takes_the_place_of_the_old_one_with_its_warranty(desk: Desk) -> None:
    given = {"old_serial_no": HANDSET_A, "new_serial_no": "ec900 n1", "new_imei": None, "least_days": 90}
    done = desk.do("desk.replace_device", desk.open(), given)
    old, new = desk.company.asset(HANDSET_A), desk.company.asset("EC900N1")
    assert (old.status, old.replaced_by, new.customer_id) == ("swapped", new.id, old.customer_id)
    assert done == {"replaced_by": "EC900N1", "warranty_end": "2025-01-10"}


def test_the_device_of_another_customer_replaces_nothing(desk: Desk) -> None:
    case, given = desk.open(), {"old_serial_no": HANDSET_A, "new_serial_no": HANDSET_B, "least_days": 90}
    with pytest.raises(Invalid) as refused:
        desk.do("desk.replace_device", case, given)
    assert refused.value.code == "desk.device_of_somebody_else"
    assert desk.do("desk.replace_device", desk.open(), {"old_serial_no": "NOT-OURS", "new_serial_no": "N-2"}) == {
        "replaced_by": None, "warranty_end": None,
    }  # fmt: skip
    assert db.session.scalars(sa.select(Asset.id).where(Asset.serial_no == "N2")).first() is None
