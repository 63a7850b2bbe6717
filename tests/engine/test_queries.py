"""Lists: who sees what, in which order, page by page."""

import datetime as dt

import pytest
import sqlalchemy as sa

from app import engine
from app.db import db, transaction
from app.engine.models import ProcessInstance, UserTask
from app.engine.queries import Sort, detail, inbox, paginate, search
from app.errors import BadRequest, NotFound
from app.people.models import Unit
from app.people.person import Held, Person
from app.people.units import grow_stamp, unit_tree
from tests.clock import NOON
from tests.conftest import both_databases
from tests.engine.conftest import ADMIN, ANNA, BEN, OUTSIDER, open_tasks
from tests.engine.diagrams import END, START, bpmn, chain, user

pytestmark = both_databases

STAFF = frozenset({"staff"})


@pytest.fixture
def units(app):
    """Province p with outlets x1 and x2."""
    with transaction() as session:
        session.add(Unit(id=1, code="p", kind="province", path="/p/", names={}))
        session.flush()
        session.add(Unit(id=2, code="x1", kind="outlet", path="/p/x1/", parent_id=1, names={}))
        session.add(Unit(id=3, code="x2", kind="outlet", path="/p/x2/", parent_id=1, names={}))
        grow_stamp(session)
    return unit_tree()


def member(username: str, *held: tuple[str, str | None], version: int = 1) -> Person:
    path = {"p": "/p/", "x1": "/p/x1/", "x2": "/p/x2/", None: None}
    memberships = tuple(Held(role, unit, path[unit]) for role, unit in held)
    return Person(9, username, permissions=STAFF, memberships=memberships, unit_version=version)


def elements(tasks) -> list[str]:
    return [task.element_id for task in tasks]


@pytest.fixture
def offered(deploy, units):
    body = chain(
        START,
        user("at_x1", groups="clerk@x1", due="2026-03-12T10:00:00+08:00"),
        END,
    )
    later = chain(START, user("at_x2", groups="clerk@x2, cook", due="2026-03-11T10:00:00+08:00"), END)
    anywhere = chain(START, user("anywhere", groups="clerk"), END)
    deploy(("a.bpmn", bpmn("a", body)), ("b.bpmn", bpmn("b", later)), ("c.bpmn", bpmn("c", anywhere)))
    for process in "abc":
        engine.start_instance(ADMIN, process)
    db.session.rollback()


def test_tasks_offered_at_several_units_fill_a_page(deploy, units):
    body = chain(START, user("either", groups="clerk@x1, clerk@x2"), END)
    deploy(("a.bpmn", bpmn("a", body)))
    for _ in range(3):
        engine.start_instance(ADMIN, "a")
    assert len(inbox.offered_tasks([member("m", ("clerk", None))], limit=3)) == 3


def test_a_role_at_a_unit_sees_the_tasks_there_and_below_most_urgent_first(offered):
    at_x1 = member("m1", ("clerk", "x1"))
    above = member("m2", ("clerk", "p"))
    everywhere = member("m3", ("clerk", None))
    cook = member("m4", ("cook", "x1"))
    assert elements(inbox.offered_tasks([at_x1])) == ["at_x1", "anywhere"]
    assert elements(inbox.offered_tasks([above])) == ["at_x2", "at_x1", "anywhere"]
    assert elements(inbox.offered_tasks([everywhere])) == ["at_x2", "at_x1", "anywhere"]
    assert elements(inbox.offered_tasks([cook])) == ["at_x2"]
    assert inbox.count_offered([above], NOON) == (3, 3, 1)


def test_the_offered_list_turns_pages_without_skipping_or_repeating(offered):
    above = member("m2", ("clerk", "p"))
    first = inbox.offered_tasks([above], limit=2)
    second = inbox.offered_tasks([above], limit=2, after=inbox.position_of(first[-1]))
    assert elements(first) + elements(second) == ["at_x2", "at_x1", "anywhere"]


def test_a_claimed_task_moves_from_the_offers_to_ones_own(offered):
    me = member("m1", ("clerk", "x1"))
    engine.claim_task(me, open_tasks()["at_x1"].key)
    assert elements(inbox.offered_tasks([me])) == ["anywhere"]
    assert elements(inbox.offered_tasks([me], claimed=True)) == ["at_x1"]
    assert elements(inbox.assigned_tasks([me])) == ["at_x1"]
    assert inbox.count_assigned(me, now=NOON, today=NOON, soon=NOON).ready == 1
    engine.release_task(me, open_tasks()["at_x1"].key, "no time")
    assert elements(inbox.offered_tasks([me])) == ["at_x1", "anywhere"]


def test_a_task_offered_to_nobody_can_be_taken_by_any_staff(deploy):
    deploy(("free.bpmn", bpmn("for_all", chain(START, user("free"), END))))
    engine.start_instance(ANNA, "for_all")
    assert elements(inbox.offered_tasks([OUTSIDER])) == ["free"]
    engine.claim_task(OUTSIDER, open_tasks()["free"].key)
    assert inbox.offered_tasks([BEN]) == []
    engine.release_task(OUTSIDER, open_tasks()["free"].key, "not mine")
    assert elements(inbox.offered_tasks([BEN])) == ["free"]


def test_a_task_put_off_is_found_by_its_date(offered, clock):
    me = member("m1", ("clerk", "x1"))
    key = open_tasks()["at_x1"].key
    engine.claim_task(me, key)
    engine.update_task(me, key, follow_up_at=clock.now() + dt.timedelta(days=2))
    assert inbox.assigned_tasks([me], follow_up=False, now=clock.now()) == []
    assert elements(inbox.assigned_tasks([me], follow_up=True, now=clock.now())) == ["at_x1"]


def test_people_see_the_instances_of_their_units_and_below(offered, units):
    db.session.execute(sa.update(ProcessInstance).values(unit_id=3))
    db.session.commit()
    seen = {
        person.username: len(db.session.execute(search.instances(person)).all())
        for person in (member("x1", ("clerk", "x1")), member("p", ("clerk", "p")), ADMIN)
    }
    assert seen == {"x1": 0, "p": 3, "admin": 3}
    key = db.session.execute(sa.select(ProcessInstance.key)).scalars().first()
    with pytest.raises(NotFound):
        detail.get_instance(member("x1", ("clerk", "x1")), key)


def test_a_task_at_another_unit_is_hidden_unless_it_is_offered(offered):
    db.session.execute(sa.update(UserTask).values(unit_id=3))
    db.session.commit()
    me = member("x1", ("clerk", "x1"))
    assert sorted(elements(db.session.execute(search.tasks(me)).scalars())) == ["anywhere", "at_x1"]


@pytest.mark.parametrize("descending", [False, True])
def test_paging_goes_forth_and_back_over_equal_and_missing_values(offered, descending):
    for process in "abc":
        engine.start_instance(ADMIN, process)
    sorts = [Sort(UserTask.due_at, descending)]
    whole = [task.key for task in paginate(search.tasks(ADMIN), sorts, UserTask.key).items]
    pages, after = [], None
    while True:
        page = paginate(search.tasks(ADMIN), sorts, UserTask.key, limit=2, after=after)
        pages.append(page)
        after = page.after
        if after is None:
            break
    assert [task.key for page in pages for task in page.items] == whole
    assert (pages[0].total, pages[0].capped, len(whole)) == (6, False, 6)
    back = paginate(search.tasks(ADMIN), sorts, UserTask.key, limit=2, before=pages[-1].start)
    assert [task.key for task in back.items] == whole[2:4]


def test_totals_are_capped_and_foreign_cursors_refused(offered):
    page = paginate(search.tasks(ADMIN), [], UserTask.key, count_up_to=2)
    assert (page.total, page.capped) == (2, True)
    for cursor in ("rubbish", "W10="):
        with pytest.raises(BadRequest):
            paginate(search.tasks(ADMIN), [], UserTask.key, after=cursor)


def test_the_diagram_shows_where_the_case_is_and_how_it_came_there(offered):
    key = db.session.execute(sa.select(ProcessInstance.key).where(ProcessInstance.process_id == "a")).scalar_one()
    state = detail.diagram_state(ADMIN, key)
    assert (state.here, state.done, state.flows) == (("at_x1",), ("start",), ("f_start_at_x1",))
