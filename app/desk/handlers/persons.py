"""`desk.person`: whether somebody still works here, for tasks that are meant for one person."""

import typing as t
from collections.abc import Mapping

import sqlalchemy as sa

from app.desk import reading
from app.engine.registry import JobContext
from app.people.models import User


def look_up(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"active"}: whether `username` is somebody who can sign in."""
    username = reading.text(job, "username")
    query = sa.select(User.id).where(User.username == username, User.active, User.staff)
    return {"active": username is not None and job.session.scalars(query).one_or_none() is not None}
