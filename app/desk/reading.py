"""What every job handler needs: its inputs in the right type, the case it works for, who acted last."""

import datetime as dt
import typing as t
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from app.desk.models import Case
from app.engine.models import ProcessInstance, UserTask
from app.engine.registry import JobContext
from app.errors import Invalid
from app.people.models import User

# Built once: nearly every handler asks them, and building them costs more than running them.
_CASE = (
    sa.select(Case).where(Case.id == sa.bindparam("a_case")).with_for_update().execution_options(populate_existing=True)
)
_NEWEST = (
    sa.select(UserTask.ended_by)
    .where(UserTask.state == "completed")
    .order_by(UserTask.ended_at.desc(), UserTask.key.desc())
    .limit(1)
)
_DOER = _NEWEST.where(
    UserTask.instance_key == sa.bindparam("an_instance"), UserTask.element_id == sa.bindparam("an_element")
)
_LAST_ACTOR = _NEWEST.where(
    UserTask.instance_key.in_(sa.select(ProcessInstance.key).where(ProcessInstance.root_key == sa.bindparam("a_root")))
)
_ID_OF = sa.select(User.id).where(User.username == sa.bindparam("a_name"))
_NAME_OF = sa.select(User.username).where(User.id == sa.bindparam("a_user"))


def case_of(job: JobContext) -> Case:
    """Return the job's case, held until the transaction ends, so that two jobs cannot overwrite each other."""
    case = None
    if job.instance.case_id is not None:
        case = job.session.scalars(_CASE, {"a_case": job.instance.case_id}).one_or_none()
    if case is None:
        raise Invalid("desk.no_case", process=job.instance.process_id)
    return t.cast(Case, case)


def text(job: JobContext, name: str) -> str | None:
    """Return an input as text; None when it is empty or not given."""
    value = job.inputs.get(name)
    if value is None or value == "":
        return None
    return str(value)


def required(job: JobContext, name: str) -> str:
    """Return an input that has to be there. Raises Invalid naming it."""
    value = text(job, name)
    if value is None:
        raise Invalid("desk.input_missing", field=name, element=job.element)
    return value


def record_id(job: JobContext, name: str) -> int | None:
    """Return an input that is the number of a record; forms may hand it over as text."""
    value = job.inputs.get(name)
    if isinstance(value, bool) or value is None or value == "":
        return None
    return int(value) if str(value).isdigit() else None


def objects(job: JobContext, name: str) -> list[Mapping[str, t.Any]]:
    """Return an input that is a list of contexts; a missing one is empty."""
    value = job.inputs.get(name) or []
    return [one for one in value if isinstance(one, Mapping)]


def mapping(job: JobContext, name: str) -> dict[str, t.Any]:
    """Return an input that is a context; a missing one is empty."""
    value = job.inputs.get(name)
    return dict(value) if isinstance(value, Mapping) else {}


def header(job: JobContext, name: str) -> str:
    """Return a task header that has to be there. Raises Invalid naming it."""
    value = job.headers.get(name)
    if not value:
        raise Invalid("desk.header_missing", header=name, element=job.element)
    return value


def action(job: JobContext, known: Collection[str]) -> str:
    """Return what header `action` asks for. Raises Invalid when the service task knows no such action."""
    asked = header(job, "action")
    if asked not in known:
        raise Invalid("desk.unknown_action", action=asked, element=job.element)
    return asked


def moment(value: t.Any) -> dt.datetime | None:
    """Return the moment an ISO text means. Raises Invalid for a text without a zone, which could mean anything."""
    if value is None or value == "":
        return None
    try:
        found = dt.datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid("desk.not_a_time", value=str(value)) from error
    if found.tzinfo is None:
        raise Invalid("desk.not_a_time", value=str(value))
    return found


def day(value: t.Any) -> dt.date | None:
    """Return the day an ISO text means. Raises Invalid for anything else."""
    if value is None or value == "":
        return None
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise Invalid("desk.not_a_time", value=str(value)) from error


def user_id(session: t.Any, username: str | None) -> int | None:
    """Return the row number of a username. Raises Invalid for a name nobody has."""
    if not username:
        return None
    found = session.scalars(_ID_OF, {"a_name": username}).one_or_none()
    if found is None:
        raise Invalid("desk.no_such_user", username=username)
    return t.cast(int, found)


def username_of(session: t.Any, key: int | None) -> str | None:
    """Return the username of a row number."""
    if key is None:
        return None
    return t.cast(str | None, session.scalars(_NAME_OF, {"a_user": key}).one_or_none())


def done_by(job: JobContext, element_id: str) -> str | None:
    """Return who completed a task of this instance last."""
    found = job.session.scalars(_DOER, {"an_instance": job.instance.key, "an_element": element_id})
    return t.cast(str | None, found.one_or_none())


def last_actor(job: JobContext) -> str | None:
    """Return who completed the newest task of this run, calls included: the person behind what a job writes."""
    found = job.session.scalars(_LAST_ACTOR, {"a_root": job.instance.root_key}).one_or_none()
    return t.cast(str | None, found or job.instance.started_by)
