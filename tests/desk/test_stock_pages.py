"""The stock as a register: who sees which site, corrections with a reason, and the ledger of moves."""

import re

import pytest
import sqlalchemy as sa

from app.db import db
from app.desk import stocktaking
from app.desk.models import PartStock, SparePart, StockMovement
from app.desk.pages.showing import part_name
from app.desk.registers import REGISTERS, listing, saving
from app.desk.registers.listing import Wanted
from app.errors import Conflict, Forbidden, Invalid, NotFound
from tests.company import Company
from tests.conftest import both_databases
from tests.desk.conftest import As, Desk

STOCK, MOVES = REGISTERS["stock"], REGISTERS["moves"]


def stock(site: str = "HZ1", part_no: str = "SPK") -> PartStock:
    db.session.rollback()
    part = sa.select(SparePart.id).where(SparePart.part_no == part_no).scalar_subquery()
    return db.session.scalars(sa.select(PartStock).where(PartStock.site == site, PartStock.part_id == part)).one()


def sites(company: Company, username: str, register: str = "stock") -> set[str]:
    described = REGISTERS[register]
    rows = listing.page(company.person(username), described, Wanted(), limit=500).rows
    return {getattr(row, described.place) for row in rows}


@pytest.mark.parametrize(
    ("username", "expected"),
    [("agent", {"HZ1"}), ("colleague", {"HZ1", "HZ2"}), ("stranger", set()), ("supervisor", {"HZ1", "HZ2"})],
)
def test_people_see_what_lies_at_their_own_sites(company: Company, username: str, expected: set[str]) -> None:
    assert sites(company, username) & {"HZ1", "HZ2", "HQ", "WH"} == expected
    assert sites(company, "owner") >= {"HZ1", "HZ2"}


def test_a_stock_of_another_unit_is_not_there_for_a_stranger(browse: As, company: Company) -> None:
    key = STOCK.key_of(stock())
    for username, status in (
        ("agent", 200),
        ("colleague", 200),
        ("supervisor", 200),
        ("owner", 200),
        ("stranger", 404),
    ):
        client = browse(username)
        assert client.get(f"/desk/stock/{key}").status_code == status, username
        exported = client.get("/desk/stock/export.csv?site=HZ1").text
        assert (exported.count("\n") > 1) == (status == 200), username
    part = stock().part_id
    assert "HZ1" not in browse("stranger").get(f"/desk/parts/{part}").text


@both_databases
def test_a_correction_is_a_move_with_its_reason(company: Company, browse: As) -> None:
    head, row = company.person("outlet_head"), stock()
    key = STOCK.key_of(row)
    assert stocktaking.correct(head, key, "on_hand", "7", str(row.on_hand), "three were broken") == -3
    assert (stock().on_hand, stock().counted_at is not None) == (7, True)
    move = db.session.scalars(sa.select(StockMovement).order_by(StockMovement.id.desc())).first()
    assert move is not None
    assert (move.site, move.bucket, move.quantity, move.reason) == ("HZ1", "on_hand", -3, "correction")
    assert (move.note, move.username) == ("three were broken", "outlet_head")
    page = browse("outlet_head").get(f"/desk/stock/{key}").text
    assert "three were broken" in page
    assert "three were broken" in browse("agent").get("/desk/moves").text
    assert "three were broken" not in browse("stranger").get("/desk/moves").text
    again = stocktaking.correct(head, key, "on_hand", "7", "7", "counted again")
    assert again == 0, "a count that agrees is no move"


@both_databases
def test_nothing_is_corrected_below_zero_or_below_what_is_reserved(company: Company, desk: Desk) -> None:
    head, row = company.person("outlet_head"), stock()
    key, seen = STOCK.key_of(row), str(row.on_hand)
    desk.do("desk.stock", desk.open(), {"site": "HZ1", "parts": [{"code": "SPK", "quantity": 4}]}, action="reserve")
    for counted, code in (
        ("-1", "desk.not_a_whole_number"),
        ("3", "desk.less_than_reserved"),
        ("x", "desk.not_a_whole_number"),
    ):
        with pytest.raises(Invalid) as refused:
            stocktaking.correct(head, key, "on_hand", counted, seen, "counted")
        assert refused.value.fields["counted"][0][0] == code
    for wrong in ({"bucket": "reserved"}, {"reason": " "}):
        asked = {"bucket": "on_hand", "counted": "9", "seen": seen, "reason": "counted", **wrong}
        with pytest.raises(Invalid):
            stocktaking.correct(head, key, **asked)
    assert stock().on_hand == int(seen)


def test_a_count_about_a_stock_that_has_moved_is_refused(company: Company, desk: Desk) -> None:
    head, row = company.person("outlet_head"), stock()
    key, seen = STOCK.key_of(row), str(row.on_hand)
    desk.do("desk.stock", desk.open(), {"site": "HZ1", "parts": [{"code": "SPK", "quantity": 1}]}, action="deliver")
    with pytest.raises(Conflict) as refused:
        stocktaking.correct(head, key, "on_hand", "5", seen, "counted")
    assert refused.value.params == {"now": int(seen) + 1}


@pytest.mark.parametrize(
    ("username", "error"),
    [("agent", Forbidden), ("stranger", Forbidden), ("supervisor", Forbidden), ("owner", Forbidden)],
)
def test_books_are_corrected_by_those_who_keep_the_site(
    company: Company, username: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        stocktaking.correct(company.person(username), STOCK.key_of(stock()), "on_hand", "5", "10", "counted")


def test_who_keeps_one_site_does_not_write_another(company: Company) -> None:
    head, other = company.person("outlet_head"), stock("HZ2")
    with pytest.raises(NotFound):
        stocktaking.correct(head, STOCK.key_of(other), "on_hand", "5", "10", "counted")
    with pytest.raises(Invalid) as refused:
        saving.save(head, STOCK, {"part_id": "LCD", "site": "NJ1", "safety_stock": "3"})
    assert refused.value.fields["site"][0][0] == "desk.not_your_unit"


def test_safety_stock_is_set_and_what_is_below_it_is_a_view(company: Company, browse: As) -> None:
    head, row = company.person("outlet_head"), stock()
    client, address = browse("outlet_head"), f"/desk/stock/{STOCK.key_of(row)}"
    seen = re.search(r'name="seen" value="([^"]*)"', client.get(f"{address}/edit").text)
    assert seen is not None
    form = {"site": "HZ2", "part_id": "LCD", "safety_stock": "50", "seen": seen[1]}
    assert client.post(f"{address}/edit", data=form).status_code == 303
    assert (stock().safety_stock, stock().site) == (50, "HZ1"), "what is written once stays"
    low = listing.page(head, STOCK, Wanted(view="low")).rows
    assert [one.site for one in low] == ["HZ1"]
    assert "below safety stock" in client.get(address).text


def test_moves_are_read_only_and_told_newest_first(company: Company, desk: Desk, browse: As) -> None:
    case = desk.open()
    for quantity in (1, 2, 3):
        company.clock.advance(minutes=1)
        parts = [{"code": "SPK", "quantity": quantity}]
        desk.do("desk.stock", case, {"site": "HZ1", "parts": parts}, action="deliver")
    rows = listing.page(company.person("agent"), MOVES, Wanted("SPK")).rows
    assert [row.quantity for row in rows][:3] == [3, 2, 1]
    first = listing.page(company.person("agent"), MOVES, Wanted("SPK"), limit=2)
    rest = listing.page(company.person("agent"), MOVES, Wanted("SPK"), first.after, limit=2)
    assert [row.quantity for row in (*first.rows, *rest.rows)][:3] == [3, 2, 1]
    administrator = browse("administrator")
    assert administrator.get("/desk/moves/new").status_code == 403
    assert administrator.post("/desk/moves/new", data={}).status_code == 404
    assert administrator.post(f"/desk/moves/{rows[0].id}/edit", data={"quantity": "99"}).status_code == 403


def test_places_are_named_not_coded(browse: As, company: Company) -> None:
    name = company.app.jinja_env.globals["place_name"]("HZ1")  # type: ignore[operator]
    page = browse("agent").get("/desk/stock").text
    assert f">{name}<" in page
    record = browse("agent").get(f"/desk/stock/{STOCK.key_of(stock())}").text
    assert f"{part_name(stock().part)} · {name}</h1>" in record
