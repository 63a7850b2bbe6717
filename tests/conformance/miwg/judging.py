"""What the product makes of one model: what it names, and whether it starts once it is executable."""

from __future__ import annotations

import dataclasses
import typing as t
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import sqlalchemy as sa

from app import engine
from app.db import db
from app.engine import File
from app.engine.models import Incident, Job, MessageSubscription, ProcessInstance, Timer, UserTask
from app.errors import FirstlineError, Invalid
from app.kernel.review import review
from app.studio import drafts, fixes
from tests.conformance.miwg.installation import owner
from tests.conformance.miwg.surroundings import beside, handed_over

WAITS = (UserTask, Job, MessageSubscription, Timer)


@dataclasses.dataclass(frozen=True)
class Judged:
    """One model. `missing` counts what it lacks as drawn, `refusals` says why it does not start in the end."""

    model: str
    tool: str
    opens: bool
    starts_as_drawn: bool
    starts: bool
    missing: t.Mapping[str, int]
    refusals: Sequence[str]
    round_trip: Sequence[str] = ("not tried",)
    """What differed after opening and saving; empty when nothing did."""


def judge(path: Path) -> Judged:
    """Keep the model as a draft, mark it executable, and start it: as drawn, and with people doing what is open."""
    content = path.read_bytes()
    reviewed = review(content)
    (kept,) = drafts.keep(owner(), [File(path.name, content)])
    as_drawn = _start(path.stem, content, "executable")
    by_people = as_drawn and _start(path.stem, content, "people")
    errors = [finding for finding in reviewed.findings if finding.severity == "error"]
    return Judged(
        model=path.stem,
        tool=reviewed.tool,
        opens=kept.key is not None and all(finding.element_id for finding in errors),
        starts_as_drawn=not as_drawn,
        starts=not as_drawn or not by_people,
        missing=Counter(finding.code.removeprefix("kernel.") for finding in errors),
        refusals=by_people,
    )


def _start(model: str, content: bytes, fix: str) -> list[str]:
    """Publish and start every executable process; returns why not."""
    for name in review(content).judged:
        content = fixes.fix(fix, content, name)
    try:
        engine.deploy(owner(), [File(f"{model}.bpmn", content), *beside(model)])
    except Invalid as refused:
        return [f"{one['element_id']}: {one['code']}" for one in refused.findings if one["severity"] == "error"]
    problems = []
    for name in review(content).judged:
        problems += _run(name, handed_over(model))
    return problems


def _run(process_id: str, variables: t.Mapping[str, t.Any]) -> list[str]:
    """Start one process; it must then be over or wait for somebody or something, without an incident."""
    try:
        key = engine.start_instance(owner(), process_id, dict(variables)).key
    except FirstlineError as refused:
        return [f"{process_id}: {refused.code}"]
    db.session.rollback()
    incidents = db.session.execute(
        sa.select(Incident.element_id, Incident.code).where(Incident.instance_key == key)
    ).all()
    if incidents:
        return [f"{element}: {code}" for element, code in incidents]
    state = db.session.scalar(sa.select(ProcessInstance.state).where(ProcessInstance.key == key))
    waiting = any(db.session.scalar(sa.select(wait.key).where(wait.instance_key == key).limit(1)) for wait in WAITS)
    return [] if state == "completed" or waiting else [f"{process_id}: {state} and waits for nothing"]
