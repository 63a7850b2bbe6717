"""The demonstration company: units, people, customers, devices and parts, made in one transaction."""

import datetime as dt
import random
import typing as t
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import current_app

from app import clock
from app.config import Settings
from app.db import db, transaction
from app.demo.customers import make_contracts, make_customers
from app.demo.devices import make_devices
from app.demo.organisation import SEED_PASSWORD, make_people, make_units
from app.demo.parts import make_parts, make_unit_stock
from app.demo.upkeep import EVENT_RULES, make_event_rules, make_maintenance_plans
from app.people import seed_roles
from app.people.models import User
from app.people.passwords import hash_password
from app.people.units import grow_stamp

SEED = 20_260_301
"""Decides every name, device and story; the days are relative to today."""


class DemoRefused(RuntimeError):
    """The demonstration company may not be put into this database; the message says why."""


def exists() -> bool:
    """Whether the company is in the database already."""
    with db.engine.connect() as connection:
        return connection.execute(sa.select(User.id).where(User.demo).limit(1)).first() is not None


def require_demo_mode() -> None:
    """Raise DemoRefused outside demo mode, because everybody knows the password of the accounts."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.demo:
        raise DemoRefused(
            "The demonstration company has accounts whose password everybody knows, so it is made in demo mode only. "
            "Set FIRSTLINE_DEMO=true for a trial installation."
        )


def found(*, say: t.Callable[[str], None] = lambda _line: None) -> None:
    """Make the company as it stands today. Raises DemoRefused outside demo mode or when people work here already."""
    require_demo_mode()
    seed_roles()
    today = _today()
    dice = random.Random(SEED)  # noqa: S311 (a seeded generator is the point; nothing here is secret)
    with transaction() as session:
        if session.execute(sa.select(User.id).limit(1)).first() is not None:
            raise DemoRefused(
                "There are accounts in this database already; the demonstration company wants an empty one."
            )
        units = make_units(session)
        people = make_people(session, units, hash_password(SEED_PASSWORD), clock.now())
        grow_stamp(session)
        say(f"Company: {len(units)} units, {len(people)} people")
        customers = make_customers(session, dice, today)
        make_contracts(session, dice, customers, today)
        devices = make_devices(session, dice, customers, today)
        make_parts(session, dice, today)
        make_unit_stock(session, dice)
        make_event_rules(session)
        plans = make_maintenance_plans(session, today)
        say(f"Company: {len(customers)} customers with {len(devices)} devices, contracts, parts and stock")
        say(f"Company: {len(EVENT_RULES)} rules for events, {plans} plans of maintenance")


def _today() -> dt.date:
    settings: Settings = current_app.extensions["settings"]
    return clock.now().astimezone(ZoneInfo(settings.company.zone)).date()
