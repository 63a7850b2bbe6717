"""A database of our own for scenarios: founded once, copied for every run, thrown away. Never the installation's."""

import copy
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from app import create_app, engine
from app.clock import SetClock
from app.config import Settings, from_mapping
from app.db import db
from app.engine import File
from app.people import SYSTEM
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
            close_file()

    def play(self, scenario: Scenario) -> Outcome:
        """Play a scenario in a copy that is removed afterwards."""
        path = self._folder / "run.sqlite3"
        try:
            with self.company(path) as (app, clock):
                return play(scenario, app, clock)
        finally:
            for left in self._folder.glob("run.sqlite3*"):
                left.unlink()

    def over(self, folder: Path, files: Sequence[File]) -> "Sandbox":
        """Return a sandbox in another folder with files laid over the library. Raises Invalid when they are refused."""
        other = copy.copy(self)
        other._folder, other._template = folder, folder / "template.sqlite3"  # noqa: SLF001 (one of our own)
        with self.company(other._template):  # noqa: SLF001
            engine.deploy(SYSTEM, files, note="A draft")
            close_file()
        return other

    def remove(self) -> None:
        """Remove its folder. What was laid over it stays."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def company(
        self, database: Path, start: Path | None = None, *, jobs_at_once: int = 0
    ) -> Iterator[tuple[Flask, SetClock]]:
        """Give a fresh copy of the company, in a file that stays: an app in whose context one is, and its clock.

        :param start: a copy that something has happened in, to go on from.
        :param jobs_at_once: the setting of this name, `engine.jobs_at_once`.
        """
        shutil.copy(start or self._template, database)
        with self._app(database, jobs_at_once) as (app, clock):
            yield app, clock

    @contextmanager
    def _app(self, database: Path, jobs_at_once: int = 0) -> Iterator[tuple[Flask, SetClock]]:
        clock = SetClock(self._founded)
        app = create_app(self._settings(database, jobs_at_once), clock=clock)
        with app.app_context():
            try:
                yield app, clock
            finally:
                db.session.remove()
                db.engine.dispose()

    def _settings(self, database: Path, jobs_at_once: int) -> Settings:
        """Nothing of it is to outlive the run, so the disk need not be waited for."""
        return from_mapping(
            {
                "var": str(self._folder / "var"),
                "database": {"url": f"sqlite:///{database}", "synchronous": "off"},
                "engine": {"jobs_at_once": jobs_at_once},
                "company": {"zone": self._company["zone"], "country": self._company["country"]},
            }
        )


def close_file() -> None:
    """Write everything into the database's one file, so that it can be copied."""
    db.session.remove()
    with db.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
