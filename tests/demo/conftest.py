"""A demonstration company of its own for these tests, with a history of one story of each kind."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import create_app, schema
from app.clock import SetClock
from app.config import Settings
from app.db import db
from app.demo import company
from app.demo.handing_out import hand_out
from app.demo.history import History, Told
from app.demo.plot import Plot, plots
from app.engine.cli import deploy_library
from tests.clock import NOON
from tests.conftest import settings_for


def demo_settings(folder: Path) -> Settings:
    """Settings of a small installation in demo mode, with its database in a folder."""
    settings = settings_for(folder, f"sqlite:///{folder / 'demo.sqlite3'}")
    return dataclasses.replace(settings, demo=True)


def one_of_each() -> list[Plot]:
    """The first story that stops at each place, and the first of every kind that ends or runs on."""
    chosen: dict[str, Plot] = {}
    for plot in plots():
        kind = plot.stop or getattr(plot.tell, "__qualname__", "")
        chosen.setdefault(kind, dataclasses.replace(plot, times=1))
    return list(chosen.values())


@dataclasses.dataclass(frozen=True)
class Played:
    """The app with the company whose history was played, and what came of it."""

    app: Flask
    told: Told
    plots: list[Plot]
    taken: int


@pytest.fixture(scope="package")
def played_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("demo")
    clock = SetClock(NOON)
    app = create_app(demo_settings(folder), clock=clock)
    with app.app_context():
        schema.upgrade()
        deploy_library()
        company.found()
        stories = one_of_each()
        told = History(app, clock).tell(stories)
        taken = hand_out()
        db.session.remove()
    yield Played(app, told, stories, taken)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def played(played_app: Played) -> Iterator[Played]:
    with played_app.app.app_context():
        yield played_app
        db.session.remove()


@pytest.fixture
def empty_demo(tmp_path: Path) -> Iterator[Flask]:
    """An installation in demo mode with nothing in it but its tables."""
    app = create_app(demo_settings(tmp_path), clock=SetClock(NOON))
    with app.app_context():
        schema.upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()
