"""Does a case get dearer with age? One with three thousand finished steps beside a fresh one, asked in turn."""

import json
import tempfile
import time
from pathlib import Path

from app import engine
from app.db import db
from bench.calling import BASIC
from bench.house import ROLE, House, build
from bench.report import Report
from tests.engine.diagrams import END, START, bpmn, chain, flow, user

PROCESS_ID = "rounds"
STEPS, ROUNDS = 3_000, 300
AGAIN = json.dumps({"variables": {"go": True}}).encode()
PROCESS = bpmn(
    PROCESS_ID,
    chain(START, '<exclusiveGateway id="again"/>', user("round", groups=ROLE))
    + '<exclusiveGateway id="more" default="f_more_end"/>'
    + END
    + flow("round", "more")
    + flow("more", "again", "=go")
    + flow("more", "end"),
)


def measure_ages(report: Report) -> None:
    """CPU time of the whole request, without a network, because the difference is smaller than its noise."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        house = build(path, f"sqlite:///{path / 'bench.sqlite3'}")
        with house.app.app_context():
            engine.deploy(house.person, [engine.File("rounds.bpmn", PROCESS)])
            db.session.remove()
        old, fresh = house.start_cases(2, PROCESS_ID)
        print(f"  … {STEPS:,} steps", flush=True)
        for _ in range(STEPS):
            _complete(house, old)
        taken = {old: 0.0, fresh: 0.0}
        for _ in range(ROUNDS):
            for key in taken:
                taken[key] += _complete(house, key)
        per_step = {key: seconds / ROUNDS * 1000 for key, seconds in taken.items()}
        report.add("completing a step of a fresh case: CPU", per_step[fresh], "ms")
        report.add(f"… of one with {STEPS:,} finished steps: CPU", per_step[old], "ms")
        report.add("old ÷ fresh", per_step[old] / per_step[fresh], "×", "≤ 1.05")


def _complete(house: House, instance: int) -> float:
    """Complete the open step over the API; returns the seconds of CPU time the request took."""
    task = house.open_task(instance)
    client = house.app.test_client()
    begun = time.process_time()
    answer = client.post(f"/v2/user-tasks/{task}/completion", data=AGAIN, headers=dict(BASIC))
    taken = time.process_time() - begun
    assert answer.status_code == 204, answer.text
    return taken
