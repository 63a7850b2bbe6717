"""A process that works as fast as it can until somebody kills it: `python -m tests.engine.crashing URL FOLDER`."""

import sys
import typing as t

import sqlalchemy as sa
from flask import Flask

from app import create_app, engine
from app.clock import SetClock
from app.config import from_mapping
from app.db import db, next_key
from app.engine.models import Comment, UserTask
from app.engine.registry import registry_of
from tests.clock import NOON
from tests.engine.conftest import ANNA
from tests.engine.diagrams import END, START, bpmn, chain, service, user

WORK = bpmn(
    "work",
    chain(START, service("before", "crash.mark"), user("decide", groups="clerk"), service("behind", "crash.mark"), END),
)


def mark(context: engine.JobContext) -> dict[str, t.Any]:
    """An effect that can be counted: one comment per job."""
    context.session.execute(
        sa.insert(Comment).values(
            key=next_key(),
            instance_key=context.instance.key,
            author="engine",
            written_at=context.now,
            text=context.element,
            mentions=[],
        )
    )
    return {context.element: True}


def make_app(url: str, folder: str) -> Flask:
    app = create_app(
        from_mapping({"var": folder, "database": {"url": url, "synchronous": "normal"}}), clock=SetClock(NOON)
    )
    registry = registry_of(app)
    registry.case_opener = registry.case_closer = registry.case_guard = None
    registry.handlers.clear()
    engine.register_handler(app, "crash.mark", mark)
    return app


def finish_tasks() -> int:
    db.session.rollback()
    keys = db.session.execute(sa.select(UserTask.key).where(UserTask.state == "created")).scalars().all()
    for key in keys:
        engine.complete_task(ANNA, key, {"ok": True})
    return len(keys)


def work_for_ever(app: Flask) -> t.NoReturn:
    with app.app_context():
        while True:
            for _ in range(3):
                engine.start_instance(ANNA, "work")
            engine.run_due(app)
            sys.stdout.write("moving\n")
            sys.stdout.flush()
            finish_tasks()
            engine.run_due(app)


if __name__ == "__main__":
    work_for_ever(make_app(*sys.argv[1:3]))
