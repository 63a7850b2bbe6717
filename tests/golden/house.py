"""A small installation with an instance at every kind of wait: recorded once per database schema, finished ever after."""

from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app import __version__, create_app, engine, schema
from app.backup import dump
from app.backup.archive import Manifest, writing
from app.clock import SetClock
from app.db import db
from app.engine.models import Incident, Job, MessageSubscription, ProcessInstance, UserTask
from app.engine.registry import registry_of
from tests.clock import NOON
from tests.conftest import settings_for
from tests.engine.conftest import ADMIN, ANNA, OWNER
from tests.engine.diagrams import (
    END,
    START,
    bpmn,
    call,
    catch_message,
    catch_timer,
    chain,
    flow,
    message,
    service,
    user,
)
from tests.kernel.draw import several

BACKUPS = Path(__file__).parent / "backups"
OUTSIDE = "golden.outside"
WAITS = ("task", "job", "timer", "answer", "alarm", "child", "round", "part", "broken")
SIGNAL = '<signal id="s_alarm" name="alarm"/>'
PARTS = {
    "task": user("task", groups="clerk"),
    "job": service("job", OUTSIDE),
    "timer": catch_timer("timer", "P1D"),
    "answer": catch_message("answer", "answer"),
    "alarm": '<intermediateCatchEvent id="alarm"><signalEventDefinition signalRef="s_alarm"/></intermediateCatchEvent>',
    "child": call("child", "golden_child"),
    "round": user("round").replace("</userTask>", several("=people", "person") + "</userTask>"),
    "part": '<subProcess id="part" name="part">'
    + chain('<startEvent id="p_start"/>', user("inside"), '<endEvent id="p_end"/>')
    + '<subProcess id="listens" triggeredByEvent="true">'
    + chain(
        '<startEvent id="heard" isInterrupting="false"><messageEventDefinition messageRef="m_extra"/></startEvent>',
        user("extra"),
        '<endEvent id="l_end"/>',
    )
    + "</subProcess></subProcess>",
    "broken": '<exclusiveGateway id="broken" default="f_broken_merge"/>',
}
FILES = {
    "golden.bpmn": bpmn(
        "golden",
        START
        + '<parallelGateway id="fork"/><parallelGateway id="join"/>'
        + flow("start", "fork")
        + "".join(PARTS[name] + flow("fork", name) for name in WAITS)
        + "".join(flow(name, "join") for name in WAITS[:-1])
        + '<exclusiveGateway id="merge"/>'
        + user("mended")
        + flow("broken", "mended", "=missing &gt; 1")
        + flow("broken", "merge")
        + flow("mended", "merge")
        + flow("merge", "join")
        + user("last")
        + flow("join", "last")
        + END
        + flow("last", "end"),
        outside=message("answer", "=order") + message("extra", "=order") + SIGNAL,
    ),
    "golden_child.bpmn": bpmn("golden_child", chain(START, user("within"), END)),
}


def make_app(folder: Path, url: str, clock: SetClock) -> Flask:
    """The engine alone, because what the desk plugs in has tests of its own."""
    app = create_app(settings_for(folder, url), clock=clock)
    registry = registry_of(app)
    registry.case_opener = registry.case_closer = registry.case_guard = None
    registry.handlers.clear()
    return app


def record(folder: Path) -> Path | None:
    """Record an installation of today's schema; None when there is one already."""
    path = BACKUPS / f"{schema.head()}.zip"
    if path.exists():
        return None
    app = make_app(folder, f"sqlite:///{folder / 'golden.sqlite3'}", SetClock(NOON))
    with app.app_context():
        schema.upgrade()
        engine.deploy(OWNER, [engine.File(name, content) for name, content in FILES.items()])
        for order in ("a", "b"):
            engine.start_instance(ANNA, "golden", {"order": order, "people": ["ann", "bob"], "n": 1.5, "text": "文字"})
        engine.publish_message(ANNA, "extra", "a", {"heard": True})
        engine.publish_message(ANNA, "answer", "c", {"kept": True}, ttl=10 * 365 * 86_400)
        BACKUPS.mkdir(exist_ok=True)
        manifest = Manifest(__version__, schema.head(), "sqlite", NOON.isoformat())
        with writing(str(path), manifest, replace=False) as writer:
            dump.dump_tables(writer, lambda _: None)
        db.session.remove()
        db.engine.dispose()
    return path


def finish(app: Flask, clock: SetClock) -> None:
    """Let everything happen that the instances wait for, until all have ended."""
    for _ in range(20):
        db.session.rollback()
        if db.session.scalar(sa.select(sa.func.count()).where(ProcessInstance.state == "active")) == 0:
            return
        _everything_once(app, clock)
    raise AssertionError(db.session.execute(sa.select(UserTask.element_id).where(UserTask.state == "created")).all())


def _everything_once(app: Flask, clock: SetClock) -> None:
    clock.advance(days=1)
    engine.run_due(app)
    for incident in db.session.scalars(sa.select(Incident).where(Incident.resolved_at.is_(None))).all():
        assert incident.instance_key is not None
        engine.set_variables(ADMIN, incident.instance_key, {"missing": 2}, reason="golden")
        engine.resolve_incident(ADMIN, incident.key, "golden")
    for key in db.session.scalars(sa.select(UserTask.key).where(UserTask.state == "created")).all():
        engine.complete_task(ADMIN, key, {"done": True})
    for key in db.session.scalars(sa.select(Job.key)).all():
        engine.complete_job(ANNA, key, {"booked": True})
    for order in set(db.session.scalars(sa.select(MessageSubscription.correlation_key))) - {None}:
        engine.publish_message(ANNA, "answer", order, {"answered": True})
    engine.broadcast_signal(ANNA, "alarm")
