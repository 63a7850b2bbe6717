"""The company in which scenarios are played: one file with its units, people and records."""

import typing as t
from pathlib import Path
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields

from app import engine
from app.db import db, transaction
from app.people import SYSTEM, seed_roles
from app.people.person import STAFF
from app.scenarios import records
from app.scenarios.fields import LocalMoment, Strict
from app.scenarios.organisation import PersonEntry, RoleEntry, UnitEntry, write_people, write_roles, write_units
from app.scenarios.problems import Problem
from app.scenarios.reading import read_json, shaped

FILE = Path(__file__).parents[2] / "bpmn" / "company.json"
"""The company of the library's scenarios (catalogue 3.I), with fixed dates."""
Company = t.Mapping[str, t.Any]


def record_lists() -> dict[str, t.Any]:
    """Return a schema member for every kind of records."""
    return {name: fields.List(fields.Nested(kind.schema()())) for name, kind in records.KINDS.items()}


def read_company(path: Path) -> Company:
    """Return what a company's file says. Raises Unreadable with every place that is wrong."""
    members: dict[str, t.Any] = {
        "about": fields.String(),
        "zone": fields.String(required=True, validate=_zone),
        "country": fields.String(required=True),
        "founded": LocalMoment(required=True),
        "roles": fields.List(fields.Nested(RoleEntry())),
        "units": fields.List(fields.Nested(UnitEntry()), required=True),
        "people": fields.List(fields.Nested(PersonEntry()), required=True),
        **record_lists(),
    }
    schema = Strict.from_dict(members, name="CompanySchema")()
    return t.cast(Company, shaped(schema, read_json(path), path.as_posix()))


def _zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError([Problem("scenarios.no_such_zone")])


def found(company: Company, library: t.Sequence[engine.File], file: str = "") -> None:
    """Put the company into an empty database and deploy the library. Needs an app context.

    The clock should stand at the day the company is founded.
    """
    seed_roles()
    with transaction() as session:
        write_units(session, company["units"], file)
        write_roles(session, company.get("roles", ()))
        write_people(session, [*company["people"], *_stand_ins(company)], file)
        records.write(session, company, file)
    engine.deploy(SYSTEM, library, note="The library")
    db.session.remove()


def _stand_ins(company: Company) -> t.Iterator[t.Mapping[str, t.Any]]:
    """Somebody for every role that the company names and that nobody in it holds."""
    held = {role.partition("@")[0] for person in company["people"] for role in person["roles"]}
    for role in company.get("roles", ()):
        if role["id"] not in held:
            yield {"username": role["id"], "names": role["names"], "permissions": [STAFF], "roles": [role["id"]]}
