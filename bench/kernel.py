"""The kernel: one step of an instance in memory."""

import orjson

from app.kernel import Kernel, parse
from bench.house import PROCESS, VARIABLES
from bench.report import Report
from bench.timing import microseconds
from tests.kernel.host import FeelPort


def measure(report: Report) -> None:
    """Load the state, complete a task, reach the next and dump the state."""
    model, port = parse(PROCESS).processes[0], FeelPort()
    kernel = Kernel(model, port)
    kernel.start(dict(VARIABLES))
    state, rows = orjson.dumps(kernel.dump()), orjson.dumps(kernel.scopes.local(1))
    token = kernel.waits()[0].token

    def step() -> None:
        loaded = Kernel.load(model, port, orjson.loads(state), {1: orjson.loads(rows)})
        loaded.complete(token, {"done": True})
        orjson.dumps(loaded.dump())

    report.add("load, complete, dump (2 KB of variables)", microseconds(step), "µs", "≤ 500")
