"""Lists among many: inbox and searches at 1,000, 10,000 and 1,000,000 open tasks, and with small and large teams."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from app import clock
from app.db import db
from app.people import SYSTEM
from app.people.accounts import create_user
from app.people.organisation import add_membership
from app.people.person import STAFF, SUPERVISOR
from bench import crowd, peer
from bench.calling import Measured, credentials, measure
from bench.house import PASSWORD, ROLE, WHO, House, Served, build, serving
from bench.report import Report
from tests import postgres

SIZES: Mapping[int, str] = {1_000: "≤ 10", 10_000: "≤ 10", 1_000_000: "≤ 25"}
"""Open tasks → what an inbox page may take, in milliseconds."""
TEAMS = (1, 20, 200)
CALLS, WARM = 30, 6
OUTLET, LEAD = "outlet_clerk", "lead"
INBOX: Mapping[str, str] = {
    "inbox, own work": "/inbox",
    "inbox, unclaimed": "/inbox?view=unclaimed",
    "inbox, my teams": "/inbox?view=team",
    "inbox, my teams, by age": "/inbox?view=team&sort=-created",
    "inbox, my teams, of one process": f"/inbox?view=team&process={peer.PROCESS_ID}",
}
OFFERED = ("inbox, unclaimed", "inbox, my teams, by age")
"""What is asked for people of one outlet, and of a region with all its outlets."""
COCKPIT: Mapping[str, str] = {
    "instances": "/cockpit/instances",
    "instances of one process": f"/cockpit/instances?process={peer.PROCESS_ID}&state=active",
}
SEARCHES: Mapping[str, tuple[str, object]] = {
    "search of tasks of a group": (
        "/v2/user-tasks/search",
        {"filter": {"state": "CREATED", "candidateGroup": ROLE}, "page": {"limit": 50}},
    ),
    "search of active instances, newest first": (
        "/v2/process-instances/search",
        {
            "filter": {"processDefinitionId": peer.PROCESS_ID, "state": "ACTIVE"},
            "sort": [{"field": "startDate", "order": "DESC"}],
            "page": {"limit": 50},
        },
    ),
}


def measure_postgresql(report: Report) -> None:
    """On PostgreSQL, as a company of this size would."""
    with tempfile.TemporaryDirectory() as folder, postgres.server(durable=True) as server:
        name = postgres.create_database(server, "crowd")
        run(report, build(Path(folder), postgres.address(server, name)))
        postgres.drop_database(server, name)


def measure_sqlite(report: Report) -> None:
    """On a file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        run(report, build(path, f"sqlite:///{path / 'bench.sqlite3'}"))


def run(report: Report, house: House) -> None:
    """Measure at every size, then with every size of team at the middle one."""
    with house.app.app_context():
        crowd.organise()
        for username, unit, more in ((OUTLET, crowd.OUTLET, ()), (LEAD, crowd.REGION, (SUPERVISOR,))):
            user = create_user(SYSTEM, username, names={"en": username}, password=PASSWORD, permissions=(STAFF, *more))
            add_membership(SYSTEM, user, ROLE, unit)
    house.start_cases(crowd.REAL)
    with house.app.app_context():
        crowd.spread(ROLE, clock.now())
        copied = 0
        for size, target in SIZES.items():
            copies = size // crowd.REAL - 1
            if copies > copied:
                print(f"  … {size:,} open tasks", flush=True)
                crowd.multiply(copied + 1, copies)
                copied = copies
            db.session.remove()
            with serving(house) as server:
                _pages(report, house, server, size, target)
                if size == max(SIZES):
                    _teams(report, house, server)
        db.engine.dispose()


def _pages(report: Report, house: House, server: Served, size: int, target: str) -> None:
    for username, lists in ((WHO, tuple(INBOX)), (OUTLET, OFFERED), (LEAD, OFFERED)):
        for name, path in ((name, INBOX[name]) for name in lists):
            _add(report, f"{name}, {username}, {size:,} open", _page(house, server, username, path), target)
    for name, path in COCKPIT.items():
        _add(report, f"{name}, {LEAD}, {size:,} open", _page(house, server, LEAD, path), target)
    for name, (path, body) in SEARCHES.items():
        for username in (WHO, OUTLET):
            found = _search(server, username, path, body)
            _add(report, f"{name}, {username}, {size:,} open", found, target)


def _teams(report: Report, house: House, server: Served) -> None:
    """The same page while the role has more and more people."""
    present = 1
    for members in TEAMS:
        crowd.hire(ROLE, members - present)
        present = members
        page = _page(house, server, WHO, INBOX["inbox, unclaimed"])
        _add(report, f"inbox, unclaimed, role of {members}, {max(SIZES):,} open", page, "≤ 25")


def _page(house: House, server: Served, username: str, path: str) -> Measured:
    headers = {"Cookie": house.cookie(username), "Accept": "text/html"}
    measure(server, "GET", [path] * WARM, headers=headers)
    return measure(server, "GET", [path] * CALLS, headers=headers)


def _search(server: Served, username: str, path: str, body: object) -> Measured:
    content, headers = json.dumps(body).encode(), credentials(username)
    measure(server, "POST", [path] * WARM, headers=headers, body=content)
    return measure(server, "POST", [path] * CALLS, headers=headers, body=content)


def _add(report: Report, what: str, measured: Measured, target: str) -> None:
    report.add(f"{what}: p50", measured.p50, "ms", target)
    report.add(f"{what}: CPU", measured.cpu, "ms")
    report.add(f"{what}: CPU of the database", measured.database_cpu, "ms")
