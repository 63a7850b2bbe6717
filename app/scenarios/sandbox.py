"""A database of our own for scenarios: founded once, copied for every run, thrown away. Never the installation's."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from app import create_app
from app.clock import SetClock
from app.config import Settings, from_mapping
from app.db import db
from app.engine import File
from app.scenarios.company import Company, found
from app.scenarios.playing import Outcome, play
from app.scenarios.scenario import Scenario


class Sandbox:
    """Plays scenarios of a library in a company, each in a fresh copy.

    Making one takes some seconds, a copy some milliseconds.
    """

    def __init__(self, folder: Path, company: Company, library: Sequence[File], *, file: str = "") -> None:
        """Found the company in a folder of its own. Raises Unreadable for the company, Invalid for the library."""
        self._folder = folder
        self._company = company
        founded = company["founded"]
        self._founded = founded.replace(tzinfo=founded.tzinfo or ZoneInfo(company["zone"]))
        self._template = folder / "template.sqlite3"
        with self._app(self._template):
            db.create_all()
            found(company, library, file)
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def play(self, scenario: Scenario) -> Outcome:
        """Play a scenario in a copy that is removed afterwards."""
        path = self._folder / "run.sqlite3"
        try:
            with self.company(path) as (app, clock):
                return play(scenario, app, clock)
        finally:
            for left in self._folder.glob("run.sqlite3*"):
                left.unlink()

    @contextmanager
    def company(self, database: Path) -> Iterator[tuple[Flask, SetClock]]:
        """Give a fresh copy of the company, in a file that stays: an app in whose context one is, and its clock."""
        shutil.copy(self._template, database)
        with self._app(database) as (app, clock):
            yield app, clock

    @contextmanager
    def _app(self, database: Path) -> Iterator[tuple[Flask, SetClock]]:
        clock = SetClock(self._founded)
        app = create_app(self._settings(database), clock=clock)
        with app.app_context():
            try:
                yield app, clock
            finally:
                db.session.remove()
                db.engine.dispose()

    def _settings(self, database: Path) -> Settings:
        """Nothing of it is to outlive the run, so the disk need not be waited for."""
        return from_mapping(
            {
                "var": str(self._folder / "var"),
                "database": {"url": f"sqlite:///{database}", "synchronous": "off"},
                "company": {"zone": self._company["zone"], "country": self._company["country"]},
            }
        )
