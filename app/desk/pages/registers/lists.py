"""The overview of registers, the list of one, and what is proposed while one names a record."""

import typing as t

import sqlalchemy as sa
from flask import render_template, request, url_for

from app.db import db
from app.desk import registers
from app.desk.pages.blueprint import desk
from app.desk.pages.registers.tables import table_of
from app.desk.registers import listing, saving
from app.desk.registers.catalogue import NAMINGS, REGISTERS
from app.desk.registers.columns import Choice, Flag, Place, Reference
from app.desk.registers.listing import VIEW, Wanted
from app.desk.registers.register import Register
from app.errors import Forbidden
from app.i18n import text as _
from app.people import signed_in
from app.people.person import Person

PROPOSED = 12
SMALL = frozenset({"people", "units"})
"""What is referred to without being a register of the desk."""


def opened(name: str) -> tuple[Person, Register]:
    """Return who asks and the register. Raises NotFound, and Forbidden for one that is not theirs to read."""
    person, register = signed_in(), registers.named(name)
    if not register.reads.held_by(person):
        raise Forbidden("desk.register_not_yours", register=str(register.title))
    return person, register


@desk.get("/records")
def records() -> str:
    """Show which registers there are."""
    person = signed_in()
    mine = [register for register in REGISTERS.values() if register.reads.held_by(person)]
    return render_template("desk/registers.html", mine=mine, may_write=lambda one: saving.may_write(person, one))


@desk.get("/<name>")
def register(name: str) -> str:
    """List a register; search and filters stand in the address."""
    person, found = opened(name)
    asked = wanted(found)
    page = listing.page(person, found, asked, request.args.get("after", ""))
    template = "desk/_register.html" if request.headers.get("HX-Request") else "desk/register.html"
    return render_template(
        template,
        register=found,
        wanted=asked,
        kept=kept(found),
        table=table_of(found, page.rows),
        after=page.after,
        first=not request.args.get("after"),
        filters=[(key, found.by_name[key].label, choices(found, key)) for key in found.filters],
        views=[(key, label) for key, (label, _condition) in found.views.items()],
        may_write=bool(found.written) and saving.may_write(person, found),
        narrowed=narrowed(found),
    )


@desk.get("/<name>/choices/<column>")
def proposals(name: str, column: str) -> str:
    """Propose records for a field that names one."""
    person, found = opened(name)
    field = found.by_name.get(column)
    text = request.args.get(column, "").strip()
    rows: list[t.Any] = []
    if isinstance(field, Reference) and field.to in REGISTERS and len(text) > 1:
        rows = listing.page(person, REGISTERS[field.to], Wanted(text), limit=PROPOSED).rows
    elif isinstance(field, Reference) and field.to in SMALL:
        rows = _called(field.to, text)
    naming = NAMINGS[field.to] if isinstance(field, Reference) else None
    named = [(naming.spelled(row), naming.shown(row)) for row in rows] if naming else []
    return render_template("desk/_proposals.html", named=named)


def _called(to: str, text: str) -> list[t.Any]:
    """Return people or units whose code or name contains a text; there are few enough to read them all."""
    naming, part = NAMINGS[to], text.casefold()
    rows = db.session.scalars(sa.select(naming.model).where(naming.model.active))
    matching = (row for row in rows if part in f"{naming.spelled(row)} {' '.join(row.names.values())}".casefold())
    return sorted(matching, key=naming.spelled)[:PROPOSED]


def wanted(register: Register) -> Wanted:
    """Return what the address asks for."""
    args = request.args
    names = {*register.filters, *(column.name for column in register.references)}
    return Wanted(args.get("q", ""), {name: args[name] for name in names if args.get(name)}, args.get(VIEW, ""))


def kept(register: Register) -> dict[str, str]:
    """Return the parts of the address that say what is wanted."""
    asked = wanted(register)
    parts = {"q": asked.text, VIEW: asked.view, **asked.filters}
    return {name: value for name, value in parts.items() if value}


def choices(register: Register, name: str) -> list[tuple[str, t.Any]]:
    """Return what a filter offers."""
    column = register.by_name[name]
    if isinstance(column, Choice | Place):
        return [("", _("any")), *column.words.items()]
    if isinstance(column, Flag):
        return [("", _("any")), ("yes", _("yes")), ("no", _("no"))]
    return []


def narrowed(register: Register) -> list[tuple[t.Any, str, str]]:
    """Return (column, what it names, address without it) of other records to which the list is narrowed."""
    found: list[tuple[t.Any, str, str]] = []
    for column in register.references:
        value = request.args.get(column.name, "")
        row = db.session.get(NAMINGS[column.to].model, int(value)) if value.isdigit() else None
        if row is not None:
            rest: dict[str, t.Any] = {name: text for name, text in kept(register).items() if name != column.name}
            address = url_for("desk.register", name=register.id, **rest)
            found.append((column.label, NAMINGS[column.to].shown(row), address))
    return found
