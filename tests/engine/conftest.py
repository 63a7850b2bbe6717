"""People and shortcuts of the engine's tests."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app import engine
from app.db import db
from app.engine.models import UserTask
from app.engine.registry import registry_of
from app.people.person import Held, Person

OWNER = Person(1, "owner", permissions=frozenset({"staff", "process_owner"}))
LEAD = Person(2, "lead", permissions=frozenset({"staff", "supervisor"}))
ADMIN = Person(3, "admin", permissions=frozenset({"staff", "administrator"}))
ANNA = Person(4, "anna", permissions=frozenset({"staff"}), memberships=(Held("clerk"),))
BEN = Person(5, "ben", permissions=frozenset({"staff"}), memberships=(Held("clerk"),))
OUTSIDER = Person(6, "olga", permissions=frozenset({"staff"}), memberships=(Held("cook"),))


@pytest.fixture
def deploy(app: Flask) -> Callable[..., engine.DeployResult]:
    """Deploy contents: `deploy(a=bpmn(...))` becomes a.bpmn; a dotted name is taken as it is."""

    def act(*files: tuple[str, bytes]) -> engine.DeployResult:
        return engine.deploy(OWNER, [engine.File(name, content) for name, content in files])

    return act


def open_tasks(instance_key: int | None = None) -> dict[str, UserTask]:
    """Open tasks by element id."""
    db.session.rollback()
    query = sa.select(UserTask).where(UserTask.state == "created").execution_options(populate_existing=True)
    if instance_key is not None:
        query = query.where(UserTask.root_key == instance_key)
    return {task.element_id: task for task in db.session.execute(query).scalars()}


@pytest.fixture(autouse=True)
def _engine_alone(app: Flask) -> None:
    """These tests are about the engine; what the desk plugs in is tested there."""
    registry = registry_of(app)
    registry.case_opener = registry.case_closer = registry.case_guard = None
    registry.handlers.clear()
    registry.contexts.clear()
