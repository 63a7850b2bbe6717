"""How lists are read when there are 20,000 open tasks: by index, on both databases, for every kind of person."""

import itertools
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app import clock, engine
from app.cockpit import listing
from app.cockpit.selection import Selection
from app.db import db, transaction
from app.engine.models import ProcessInstance, UserTask, UserTaskCandidate
from app.engine.queries import Sort, inbox, paginate, search
from app.engine.timers import fire_due
from app.people.person import Held, Person
from bench import crowd, peer
from tests.clock import NOON
from tests.conftest import both_databases
from tests.engine.conftest import ANNA
from tests.plans import read_whole, scan_of

pytestmark = both_databases

REAL, COPIES = 200, 99
ROLE = "clerk"
LARGE = ("user_task", "user_task_candidate", "process_instance")
STAFF = frozenset({"staff"})
AT_OUTLET = Person(
    8, "otto", permissions=STAFF, unit_version=1, memberships=(Held(ROLE, crowd.OUTLET, f"/EAST/{crowd.OUTLET}/"),)
)
OVER_REGION = Person(9, "rita", permissions=STAFF, unit_version=1, memberships=(Held(ROLE, crowd.REGION, "/EAST/"),))
PEOPLE = {"everywhere": ANNA, "at an outlet": AT_OUTLET, "over a region of 200 outlets": OVER_REGION}
ASKS: dict[str, Callable[[Person], object]] = {
    "page of offered tasks": lambda one: inbox.offered_tasks([one], limit=51),
    "next page of offered tasks": lambda one: inbox.offered_tasks(
        [one], limit=51, after=inbox.position_of(inbox.offered_tasks([one], limit=51)[-1])
    ),
    "count of offered tasks": lambda one: inbox.count_offered([one], NOON),
    "page of own tasks": lambda one: inbox.assigned_tasks([one], limit=51),
    "count of own tasks": lambda one: inbox.count_assigned(one, now=NOON, today=NOON, soon=NOON),
    "newest instances of a process": lambda one: paginate(
        search.instances(one).where(ProcessInstance.state == "active", ProcessInstance.process_id == peer.PROCESS_ID),
        [Sort(ProcessInstance.started_at, descending=True)],
        ProcessInstance.key,
        count_up_to=1,
    ),
    "newest instances of all": lambda one: paginate(
        search.instances(one), [Sort(ProcessInstance.started_at, descending=True)], ProcessInstance.key, count_up_to=1
    ),
    "tasks of a group": lambda one: paginate(
        search.tasks_of_group(one, ROLE, ""),
        [Sort(UserTaskCandidate.due_sort), Sort(UserTaskCandidate.created_at)],
        UserTaskCandidate.task_key,
    ),
    "due timers": lambda _one: fire_due(),
    **{
        f"cases by {what}": lambda one, what=what, value=value: listing.listed(one, Selection.of({what: value}))
        for what, value in {
            "assignee": "anna",
            "customer": "Fang",
            "serial": "SN-1",
            "case": "SR-2024",
            "older": "3",
            "batch": "7",
            "step": "s999",
            "suspended": "yes",
        }.items()
    },
}


@pytest.fixture
def crowded(app: Flask, deploy: Callable[..., object]) -> None:
    crowd.organise()
    deploy(*((file.name, file.content) for file in peer.files(ROLE)))
    with transaction():
        for _ in range(REAL):
            engine.start_instance(ANNA, peer.PROCESS_ID)
    crowd.spread(ROLE, clock.now())
    crowd.multiply(1, COPIES)
    db.session.remove()


def test_no_list_reads_a_large_table_from_end_to_end(crowded: None) -> None:
    assert db.session.execute(sa.select(sa.func.count()).select_from(UserTask)).scalar_one() == REAL * (COPIES + 1)
    found = {
        f"{what}, {who}": whole
        for what, ask in ASKS.items()
        for who, person in PEOPLE.items()
        if (whole := read_whole(lambda ask=ask, person=person: ask(person), whole_scans))
    }
    assert found == {}


def whole_scans(steps: list[str]) -> list[str]:
    """Steps that read a large table from end to end; one right below a limit stops as soon as it has found enough."""
    return [step for above, step in itertools.pairwise(["", *steps]) if scan_of(step, LARGE) and "Limit" not in above]
