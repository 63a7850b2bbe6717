"""`desk.facts`: write down what is known, before a decision asks."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk.facts import gather
from app.desk.models import Customer
from app.engine.registry import JobContext


def write(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"facts"}; records named in `duplicate_customers` are flagged for a manager to merge."""
    doubles = [int(one) for one in job.inputs.get("duplicate_customers") or [] if str(one).isdigit()]
    if doubles:
        job.session.execute(sa.update(Customer).where(Customer.id.in_(doubles)).values(duplicate_flag=True))
    return {"facts": gather(job)}
