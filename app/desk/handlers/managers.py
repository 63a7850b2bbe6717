"""`desk.managers`: who has to look after an area every morning (catalogue 3.A5)."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.engine.registry import JobContext
from app.people.models import Membership, User
from app.people.units import unit_tree


def gather(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"managers"}: [{username, role, unit}], everybody at work who holds one of `roles`, once per unit."""
    roles = [str(one) for one in job.inputs.get("roles") or []]
    query = (
        sa.select(User.username, Membership.role_id, Membership.unit_id)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.role_id.in_(roles), User.active)
        .order_by(Membership.role_id, User.username, Membership.unit_id)
    )
    codes = {node.id: node.code for node in unit_tree().nodes}
    return {
        "managers": [
            {"username": row.username, "role": row.role_id, "unit": codes.get(row.unit_id)}
            for row in job.session.execute(query)
        ]
    }
