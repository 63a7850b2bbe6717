"""The overview's figures and the list: filters, orders, pages, and what it costs."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app import engine
from app.cockpit import listing
from app.cockpit.selection import Selection
from app.db import db
from app.engine.models import StartSubscription
from tests.cockpit.conftest import As
from tests.company import HANDSET_A, HANDSET_B, Company
from tests.conftest import both_databases
from tests.play import Play

Start = Callable[..., engine.Started]
INTAKE = {"fault_description": "没有声音", "channel": "counter"}


@pytest.fixture
def three(company: Company, play: Play, failing: Start) -> dict[str, int]:
    """A slip of Monday, a stuck count of Tuesday, a cancelled slip of Wednesday; no clock starts anything meanwhile."""
    db.session.execute(sa.delete(StartSubscription).where(StartSubscription.kind == "timer"))
    db.session.commit()
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_A, **INTAKE)
    slip = play.instance("outlet_intake_repair").key
    company.clock.advance(days=1)
    stuck = failing(time_allowed="soon", serial_no=HANDSET_B).key
    company.clock.advance(days=1)
    play.start("outlet_intake_repair", "agent", serial_no=HANDSET_B, **INTAKE)
    gone = play.instance("outlet_intake_repair").key
    engine.cancel_instance(company.person("supervisor"), gone, "handed in twice")
    play.settle()
    return {"slip": slip, "stuck": stuck, "gone": gone}


FILTERS: dict[str, set[str]] = {
    "": {"slip", "stuck", "gone"},
    "process=outlet_intake_repair": {"slip", "gone"},
    "process=outlet_intake_repair&version=1": {"slip", "gone"},
    "version=2": set(),
    "version=x": set(),
    "state=active": {"slip", "stuck"},
    "state=cancelled": {"gone"},
    "incident=any": {"stuck"},
    "incident=count_parts|s010_due|kernel.expression_failed": {"stuck"},
    "incident=count_parts|other|kernel.expression_failed": set(),
    "incident=nonsense": set(),
    "overdue=yes&state=active": {"slip"},
    "case=ro-20240603": {"slip"},
    "case=SR-": {"stuck"},
    f"serial={HANDSET_A.lower()}": {"slip"},
    "from=2024-06-04": {"stuck", "gone"},
    "until=2024-06-04": {"slip", "stuck"},
    "from=2024-06-04&until=2024-06-04": {"stuck"},
    "until=yesterday": set(),
    "unit=ZJ": {"slip", "stuck", "gone"},
    "unit=NJ1": set(),
    "unit=nowhere": set(),
    "step=s010_due": {"stuck"},
    "step=nowhere": set(),
    "assignee=nobody": set(),
    "older=0": {"slip", "stuck"},
    "older=1": {"slip"},
    "older=x": set(),
    "older=-1": set(),
    "customer=zzz": set(),
    "variable=time_allowed=soon": {"stuck"},
    "suspended=yes": set(),
    "batch=1": set(),
    "batch=x": set(),
    "unknown=1": {"slip", "stuck", "gone"},
}


@both_databases
def test_each_filter_keeps_what_fits(browse: As, three: dict[str, int]) -> None:
    supervisor, found = browse("supervisor"), {}
    for query in FILTERS:
        page = supervisor.get(f"/cockpit/instances?{query}").get_data(as_text=True)
        found[query] = {name for name, key in three.items() if f'id="instance-{key}"' in page}
    assert found == FILTERS


ORDERS = {
    "-started": ["gone", "stuck", "slip"],
    "started": ["slip", "stuck", "gone"],
    "case": ["slip", "gone", "stuck"],
    "process": ["stuck", "slip", "gone"],
    "ended": ["gone", "slip", "stuck"],
    "nonsense": ["gone", "stuck", "slip"],
}


@both_databases
def test_each_order_sorts_and_pages_turn_both_ways(
    browse: As, three: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 1)
    client, names = browse("supervisor"), {str(key): name for name, key in three.items()}

    def rows(page: str) -> list[str]:
        return [names[key] for key in re.findall(r'id="instance-(\d+)"', page)]

    for sort, expected in ORDERS.items():
        address, seen, page = f"/cockpit/instances?unit=ZJ&sort={sort}", [], ""
        while address and len(seen) < 5:
            page = client.get(address).get_data(as_text=True)
            seen += rows(page)
            address = link(page, "next")
        assert seen == expected, sort
        assert rows(client.get(link(page, "prev")).get_data(as_text=True)) == [expected[1]], sort


def link(page: str, relation: str) -> str:
    """The address of a page link; empty when there is none."""
    found = re.search(rf'href="([^"]+)" rel="{relation}"', page)
    return found[1].replace("&amp;", "&") if found else ""


def test_a_cursor_that_fits_no_order_is_refused(browse: As, three: dict[str, int]) -> None:
    assert browse("supervisor").get("/cockpit/instances?after=rubbish").status_code == 400


def test_a_count_stops_where_nobody_counts_any_more(
    browse: As, three: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "COUNT_UP_TO", 2)
    assert "2+ found" in browse("supervisor").get("/cockpit/instances").get_data(as_text=True)


def test_a_row_says_why_with_whom_and_for_how_long(browse: As, three: dict[str, int]) -> None:
    page = browse("supervisor").get("/cockpit/instances?state=active").get_data(as_text=True)
    assert "The span “soon” is not understood" in page
    assert "Nobody has taken “Fill the slip, both sign” yet; it is offered to: Repair receptionist." in page
    assert "It has waited 1 d." in page
    assert "It has waited 2 d." in page


@both_databases
def test_the_overview_counts_and_leads_to_the_cases(browse: As, three: dict[str, int]) -> None:
    client = browse("supervisor")
    page = client.get("/cockpit").get_data(as_text=True)
    assert re.search(r"Overdue</span><span class=\"fl-stat__v\">1<", page)
    cause = re.search(r'href="(/cockpit/instances\?incident=count_parts[^"]+)"', page)
    assert cause
    listed = client.get(cause[1].replace("&amp;", "&")).get_data(as_text=True)
    assert f'id="instance-{three["stuck"]}"' in listed
    assert "at 计算期限" in listed
    assert f'id="instance-{three["slip"]}"' not in listed


def test_everything_is_there_in_chinese(browse: As, three: dict[str, int]) -> None:
    client = browse("supervisor", "zh")
    assert "故障，按原因" in client.get("/cockpit").get_data(as_text=True)
    assert "还没人领取" in client.get("/cockpit/instances").get_data(as_text=True)
    assert "只看有故障的" in client.get("/cockpit/instances/filter").get_data(as_text=True)
    assert "监控给主管、流程负责人和管理员用" in browse("agent", "zh").get("/cockpit").get_data(as_text=True)


def test_polling_costs_no_page_while_nothing_changes(browse: As, three: dict[str, int], failing: Start) -> None:
    client = browse("supervisor")
    tags = {path: client.get(path).headers["ETag"] for path in ("/cockpit/figures", "/cockpit/instances/rows")}
    for path, tag in tags.items():
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    failing(time_allowed="later")
    for path, tag in tags.items():
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_more_rows_cost_no_more_statements(
    company: Company, three: dict[str, int], failing: Start, statements: list[str]
) -> None:
    supervisor = company.person("supervisor")
    everything = Selection.of({"unit": "ZJ"})
    listing.listed(supervisor, everything)
    db.session.rollback()
    statements.clear()
    assert len(listing.listed(supervisor, everything).rows) == 3
    few = len(statements)
    for _ in range(7):
        failing(time_allowed="soon", serial_no=HANDSET_A)
    db.session.rollback()
    statements.clear()
    assert len(listing.listed(supervisor, everything).rows) == 10
    assert len(statements) <= few
    assert few <= 16


def test_a_selection_goes_into_links_and_comes_back() -> None:
    chosen = Selection.of({"process": "a", "state": " active ", "sort": "case", "after": "x", "rubbish": "1"})
    assert chosen.query() == {"process": "a", "state": "active", "sort": "case"}
    assert chosen.query(state_=None) == {"process": "a", "sort": "case"}
    assert Selection.of(chosen.here()) == chosen
