"""Processes are killed and PostgreSQL crashes, again and again, while everybody works: nothing is lost or done twice.

`make soak` runs the same for as long as one likes.
"""

from pathlib import Path

import pytest

from tests.chaos import orders, verdict
from tests.chaos.people import Crowd
from tests.chaos.storm import schedule, storm

SEED = 5
SECONDS = 36.0
ERRANDS = 1_000
DRAIN = 150.0


@pytest.mark.postgres
def test_nothing_is_lost_and_nothing_is_done_twice_in_a_storm(tmp_path: Path) -> None:
    with storm(tmp_path) as weather:
        weather.errands(ERRANDS, SEED, spread=int(SECONDS))
        weather.begin()
        crowd = Crowd([web.port for web in weather.webs], SEED)
        crowd.start()
        weather.blow(schedule(SEED, SECONDS))
        crowd.wind_down()
        weather.drain(crowd, DRAIN)
        crowd.stop()
        with weather.app.app_context():
            verdict.check(crowd.ledger, ERRANDS)
            moved = verdict.totals()
        for process in weather.processes:
            assert process.runs, process.log
            assert "Traceback" not in process.log, process.log
        assert weather.struck["crash PostgreSQL"] >= 2, weather.struck
        assert weather.struck["kill web"] >= 2
        assert weather.struck["kill worker"] >= 2
        # An order is two instances; how many there are depends on what else the machine has to do.
        assert moved["instances"] > ERRANDS + 40, moved
        assert crowd.ledger.statuses[503] or crowd.ledger.statuses["ConnectionRefusedError"]


def test_equal_seeds_give_equal_storms() -> None:
    assert schedule(SEED, 60) == schedule(SEED, 60)
    assert schedule(SEED, 60) != schedule(SEED + 1, 60)
    assert set(orders.NOTES) < set(orders.ONCE)
