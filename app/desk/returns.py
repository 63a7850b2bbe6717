"""Which repairs came back: the figure by which outlets are compared, and which makes an issue a major one."""

import datetime as dt
import typing as t
from collections import Counter
from collections.abc import Collection

import sqlalchemy as sa

from app.desk.models import Case

RETURN_WINDOW = dt.timedelta(days=30)


def rates(session: t.Any, unit_ids: Collection[int], since: dt.datetime) -> dict[int, tuple[int, float]]:
    """Return repairs since then, and the percentage of those whose device came back within 30 days, by unit.

    One statement for all units; a unit without a repair is left out.
    """
    again = sa.orm.aliased(Case)
    same_device = sa.and_(again.asset_id == Case.asset_id, again.id != Case.id, again.request_time > Case.resolved_at)
    query = (
        sa.select(Case.unit_id, Case.id, Case.resolved_at, sa.func.min(again.request_time).label("again_at"))
        .outerjoin(again, same_device)
        .where(
            Case.unit_id.in_(unit_ids),
            Case.close_code == "repaired",
            Case.asset_id.is_not(None),
            Case.resolved_at >= since,
        )
        .group_by(Case.unit_id, Case.id, Case.resolved_at)
    )
    repaired: Counter[int] = Counter()
    returned: Counter[int] = Counter()
    for row in session.execute(query):
        repaired[row.unit_id] += 1
        returned[row.unit_id] += row.again_at is not None and row.again_at - row.resolved_at <= RETURN_WINDOW
    return {unit: (count, round(100 * returned[unit] / count, 1)) for unit, count in repaired.items()}
