"""`desk.stuck_list`: what does not move in an area, for the daily check (catalogue 3.A5)."""

import typing as t
from collections.abc import Mapping

from app.desk import reading
from app.desk.queries import stuck
from app.engine.registry import JobContext
from app.errors import Invalid
from app.people.units import unit_tree


def gather(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"items"}: what is stuck at `unit` and below it (everywhere without one), in `processes` (all without).

    With `department`, a unit code, only overdue tasks that are offered to people there, wherever their cases are. Each
    kind comes oldest first; see `StuckItem` for what an item says.
    """
    if department := reading.text(job, "department"):
        return {"items": [item.as_context() for item in stuck.offered_items(department)]}
    code, tree = reading.text(job, "unit"), unit_tree()
    if code is not None and code not in tree.by_code:
        raise Invalid("desk.no_such_unit", unit=code)
    area = [tree.by_code[one].id for one in tree.below(code)] if code is not None else None
    processes = [str(one) for one in job.inputs.get("processes") or []]
    return {"items": [item.as_context() for item in stuck.stuck_items(area, processes=processes)]}
