"""Lists kept under a name, alone or for the people of a unit."""

import collections
import re

import pytest
import sqlalchemy as sa

from app.db import db
from app.inbox.models import SavedView
from tests.company import HANDSET_B
from tests.conftest import both_databases
from tests.inbox.conftest import As
from tests.inbox.scene import hand_in
from tests.inbox.test_acts import post
from tests.inbox.test_pages import rows_in
from tests.play import Play

URGENT = "view=team&customer=赵敏&sort=-created"


def save(browse: As, username: str, name: str = "赵敏", unit: str = "", query: str = URGENT) -> str:
    return post(browse, username, f"/inbox/views?{query}", name=name, unit=unit)


def view_id() -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(SavedView.id)).one()


@both_databases
def test_a_list_is_kept_under_a_name_and_opens_by_its_address(browse: As, slip: int) -> None:
    assert "Saved as “赵敏”" in save(browse, "agent")
    page = browse("agent").get("/inbox").get_data(as_text=True)
    assert f'id="view-{view_id()}" href="/inbox?view=team&amp;sort=-created&amp;customer=%E8%B5%B5%E6%95%8F"' in page
    opened = browse("agent").get(f"/inbox?{URGENT}").get_data(as_text=True)
    assert f'is-on" id="view-{view_id()}"' in opened
    assert 'is-on" id="folder-team"' not in opened


@pytest.mark.parametrize(
    ("query", "offered"), [("view=team", False), (URGENT, True), ("view=team&sort=due", True), ("view=answers", False)]
)
def test_only_a_list_that_was_filtered_or_sorted_offers_to_be_kept(
    browse: As, slip: int, query: str, offered: bool
) -> None:
    page = browse("agent").get(f"/inbox?{query}").get_data(as_text=True)
    assert ('data-open="save-view"' in page) is offered
    assert 'name="unit"' not in page, "the units come when the dialog opens"


def test_the_dialog_that_keeps_a_list_offers_the_persons_own_units(browse: As, slip: int) -> None:
    form = browse("agent").get(f"/inbox/views/form?{URGENT}").get_data(as_text=True)
    assert 'action="/inbox/views?view=team' in form
    assert '<option value="HZ1">' in form
    assert '<option value="NJ1">' not in form


def test_a_list_that_is_a_view_is_not_offered_to_be_kept_again(browse: As, slip: int) -> None:
    save(browse, "agent")
    assert 'data-open="save-view"' not in browse("agent").get(f"/inbox?{URGENT}").get_data(as_text=True)


def test_the_same_name_again_replaces_the_view(browse: As, slip: int) -> None:
    save(browse, "agent")
    save(browse, "agent", query="view=mine&due=overdue")
    kept = db.session.scalars(sa.select(SavedView)).one()
    assert kept.query == "view=mine&due=overdue"


@pytest.mark.parametrize(
    ("username", "seen"),
    [("colleague", True), ("supervisor", True), ("outlet_head", True), ("owner", True), ("stranger", False)],
)
def test_a_shared_view_is_seen_by_the_people_around_its_unit(browse: As, slip: int, username: str, seen: bool) -> None:
    save(browse, "agent", name="Laden", unit="HZ1")
    assert (f'id="view-{view_id()}"' in browse(username).get("/inbox/folders").get_data(as_text=True)) is seen


def test_a_private_view_is_its_owners_alone(browse: As, slip: int) -> None:
    save(browse, "agent")
    assert "view-" not in browse("colleague").get("/inbox/folders").get_data(as_text=True).replace("fl-view", "")


@pytest.mark.parametrize(
    ("username", "status"), [("agent", 303), ("supervisor", 303), ("colleague", 403), ("stranger", 404)]
)
def test_its_owner_and_a_supervisor_of_the_unit_take_a_shared_view_away(
    browse: As, slip: int, username: str, status: int
) -> None:
    save(browse, "agent", unit="HZ1")
    key = view_id()
    assert browse(username).post(f"/inbox/views/{key}/remove").status_code == status
    assert (db.session.get(SavedView, key, populate_existing=True) is None) is (status == 303)


@pytest.mark.parametrize(
    ("name", "unit", "complaint"),
    [("  ", "", "needs a name"), ("x" * 61, "", "needs a name"), ("Nanjing", "NJ1", "your own units only")],
)
def test_a_view_that_cannot_be_kept_says_why(browse: As, slip: int, name: str, unit: str, complaint: str) -> None:
    page = save(browse, "agent", name=name, unit=unit)
    assert complaint in page
    assert 'role="alert"' in page
    assert db.session.scalars(sa.select(SavedView)).all() == []


@both_databases
def test_views_say_how_many_tasks_they_hold_once_the_page_is_there(browse: As, play: Play) -> None:
    hand_in(play)
    hand_in(play, HANDSET_B)
    lists = {"赵敏": f"{URGENT}", "serial": f"view=team&serial={HANDSET_B}", "nobody": "view=mine&customer=赵敏"}
    lists |= {"answers": "view=answers&sort=due", "gone": "view=for-nobody&unit=XX9"}
    for name, query in lists.items():
        save(browse, "agent", name=name, query=query)
    page = browse("agent").get("/inbox").get_data(as_text=True)
    assert 'hx-trigger="load, every 30s' in page
    assert counts_of_views(page) == {}
    polled = browse("agent").get("/inbox/folders").get_data(as_text=True)
    assert counts_of_views(polled) == {"赵敏": "1", "serial": "1", "nobody": "0", "answers": "0", "gone": "0"}


def test_counts_of_views_are_those_of_their_lists(browse: As, play: Play) -> None:
    hand_in(play)
    for name, query in {"by age": "view=team&sort=-created", "unit": "view=unclaimed&unit=HZ1"}.items():
        save(browse, "agent", name=name, query=query)
        rows = browse("agent").get(f"/inbox/rows?{query}").get_data(as_text=True)
        counted = counts_of_views(browse("agent").get("/inbox/folders").get_data(as_text=True))
        assert counted[name] == str(len(rows_in(rows))) != "0"


def test_no_id_stands_twice_in_the_page(browse: As, slip: int) -> None:
    save(browse, "agent")
    ids = re.findall(r'\sid="([^"]+)"', browse("agent").get(f"/inbox?task={slip}").get_data(as_text=True))
    assert [name for name, count in collections.Counter(ids).items() if count > 1] == []


def counts_of_views(page: str) -> dict[str, str]:
    """What stands beside the names of the views in the list on the left."""
    return dict(re.findall(r' id="view-\d+".*?title="([^"]*)"(?:(?!</a>).)*fl-view__n">([^<]+)<', page))


def test_views_cost_one_statement_however_many_there_are(browse: As, slip: int, statements: list[str]) -> None:
    save(browse, "agent", name="0")
    client = browse("agent")
    client.get("/inbox/folders")
    statements.clear()
    client.get("/inbox/folders")
    with_one = len(statements)
    for number in range(1, 12):
        save(browse, "agent", name=str(number))
    statements.clear()
    page = client.get("/inbox/folders").get_data(as_text=True)
    assert page.count('id="view-') == 12
    assert len(statements) == with_one
    assert len(counts_of_views(page)) == 9, "those with a key"
