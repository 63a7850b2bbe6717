"""The list of cases with its filters."""

import datetime as dt

import sqlalchemy as sa
from flask import render_template, request

from app import i18n
from app.db import db
from app.desk import status
from app.desk.pages.blueprint import cases
from app.desk.queries.paging import CaseFilter, page
from app.engine.models import ProcessDefinition
from app.i18n import text as _
from app.people import signed_in
from app.people.person import Person
from app.people.units import unit_tree


@cases.get("")
def index() -> str:
    """List cases; every filter stands in the address."""
    person, args = signed_in(), request.args
    wanted = CaseFilter(
        text=args.get("q", ""),
        status=args.get("status", ""),
        process_id=args.get("process", ""),
        unit=args.get("unit", ""),
        since=_day(args.get("since", "")),
        until=_day(args.get("until", "")),
        open_only=bool(args.get("open")),
    )
    kept = {name: value for name, value in args.items() if value and name != "after"}
    template = "desk/_cases.html" if request.headers.get("HX-Request") else "desk/cases.html"
    return render_template(
        template,
        found=page(person, wanted, args.get("after", "")),
        wanted=wanted,
        kept=kept,
        first=not args.get("after"),
        status_choices=[("", _("any status")), *((one, i18n.text(f"desk.status.{one}")) for one in status.NEXT)],
        process_choices=[("", _("any process")), *process_names().items()],
        unit_choices_here=[("", _("any unit")), *_units(person)],
        process_names=process_names(),
        unit_names={node.code: node.name for node in unit_tree(person.unit_version).nodes},
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def process_names() -> dict[str, str]:
    """Return the names of all processes, by id, from their newest versions."""
    columns = (ProcessDefinition.process_id, ProcessDefinition.names)
    rows = db.session.execute(sa.select(*columns).order_by(ProcessDefinition.version))
    found = {row.process_id: i18n.localised(row.names, row.process_id) for row in rows}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _units(person: Person) -> list[tuple[str, str]]:
    return [(node.code, node.name) for node in unit_tree(person.unit_version).nodes if node.active]
