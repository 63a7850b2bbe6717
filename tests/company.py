"""The small company of the tests, which is that of the scenarios (bpmn/company.json): the fixture of catalogue 3.I.

HQ ── EAST ── ZJ ── HZ1 (the outlet of most runs), HZ2
               └ JS ── NJ1 (where the stranger works)
HQ ── CCS, FACTORY, WH and the departments that complaints and needs are routed to
"""

import dataclasses
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask

from app import engine, scenarios
from app.clock import SetClock
from app.db import db
from app.desk.models import Asset, Customer, PartStock, SparePart
from app.engine.cli import FOLDERS, files_in
from app.people.person import Person, find_person

ROOT = Path(__file__).parents[1]
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = dt.datetime(2024, 6, 3, 9, 30, tzinfo=SHANGHAI)
"""The day on which handset A is handed in (X01); the next holiday is 2024-06-10."""
PASSWORD = "correct horse battery"

HANDSET_A, HANDSET_B, SERVER_S, TRANSMISSION_T = "EC900A100", "MT70B200", "SVR4S300", "TX10T400"
IMEI_A = "490154203237518"
PHONE = "13805710001"


@dataclasses.dataclass(frozen=True)
class Company:
    """The app with the company in it."""

    app: Flask
    clock: SetClock

    def person(self, username: str) -> Person:
        """Somebody of the company, freshly loaded."""
        found = find_person(username)
        assert found is not None, username
        return found

    def asset(self, serial_no: str) -> Asset:
        return db.session.scalars(sa.select(Asset).where(Asset.serial_no == serial_no)).one()

    def customer(self, name: str) -> Customer:
        return db.session.scalars(sa.select(Customer).where(Customer.name == name)).one()

    def on_hand(self, part_no: str, site: str = "HZ1") -> int:
        """How many of a part lie at a site now."""
        db.session.rollback()
        query = sa.select(PartStock.on_hand).join(SparePart, SparePart.id == PartStock.part_id)
        return db.session.execute(query.where(SparePart.part_no == part_no, PartStock.site == site)).scalar_one()


def found(app: Flask) -> None:
    """Put the company into an empty database and deploy the library. The clock stands at its founding day."""
    scenarios.found(scenarios.read_company(scenarios.FILE), library())


def library() -> list[engine.File]:
    """Every file of the process library."""
    return files_in(ROOT / folder for folder in FOLDERS)
