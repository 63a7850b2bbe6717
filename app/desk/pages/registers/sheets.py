"""Spreadsheets: what a list shows as a file, and a file into the register – looked at first, then applied at once."""

from collections.abc import Iterator, Sequence

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.desk import cases as case_file
from app.desk.models import RegisterImport
from app.desk.pages.blueprint import FORM, complaints, desk
from app.desk.pages.registers.lists import opened, wanted
from app.desk.registers import importing, saving, sheets, tables
from app.desk.registers.importing import Plan
from app.desk.registers.register import Change, Register
from app.desk.registers.tables import RECORD, record_heading
from app.errors import Conflict, Invalid
from app.i18n import text as _
from app.people import signed_in

SHOWN = 200
"""Rows of a state that the page lists; all of them count, and rejected ones are downloaded."""


@desk.get("/<name>/export.<any(csv, xlsx):form>")
def export(name: str, form: str) -> Response:
    """Return what the list is narrowed to as a file; `empty` gives its headings only."""
    person, register = opened(name)
    rows = tables.exported(person, register, wanted(register))
    content = sheets.written(form, [next(rows)] if request.args.get("empty") else rows)
    return _file(register, form, content)


@desk.get("/<name>/import")
def import_sheet(name: str) -> str:
    """Show how a sheet comes in."""
    person, register = opened(name)
    saving.require_write(person, register)
    return _upload_page(register, [])


@desk.post("/<name>/import")
def upload_sheet(name: str) -> ResponseReturnValue:
    """Take a sheet and show what it would do."""
    person, register = opened(name)
    saving.require_write(person, register)
    file = request.files.get("file")
    if file is None or not file.filename:
        return _upload_page(register, [_("Choose a file first.")]), 422
    try:
        taken = importing.upload(person, register, file.filename, file.read())
    except Invalid as error:
        return _upload_page(register, complaints(error)[FORM]), 422
    return redirect(url_for("desk.show_import", name=name, import_id=taken.id), 303)


@desk.get("/<name>/import/<int:import_id>")
def show_import(name: str, import_id: int) -> str:
    """Show what a sheet would do, or what it did."""
    person, register = opened(name)
    return _plan_page(register, importing.get(person, register, import_id))


@desk.post("/<name>/import/<int:import_id>")
def apply_import(name: str, import_id: int) -> ResponseReturnValue:
    """Do what was shown."""
    person, register = opened(name)
    try:
        importing.apply(person, register, import_id, request.form.get("digest", ""))
    except Conflict as error:
        flash(complaints(error)[FORM][0], "bad")
        return _plan_page(register, importing.get(person, register, import_id)), 409
    flash(_("Imported"), "ok")
    return redirect(url_for("desk.show_import", name=name, import_id=import_id), 303)


@desk.get("/<name>/import/<int:import_id>/rejected.<any(csv, xlsx):form>")
def rejected(name: str, import_id: int, form: str) -> Response:
    """Return the rejected rows as they came, each with the reasons, to be corrected and imported again."""
    person, register = opened(name)
    taken = importing.get(person, register, import_id)
    return _file(register, form, sheets.written(form, _rejected(register, importing.plan(person, register, taken))))


def _rejected(register: Register, plan: Plan) -> Iterator[list[str]]:
    named = {name for row in plan.rows for name in row.cells}
    columns = [name for name in (RECORD, *register.by_name) if name in named]
    yield [*(_label(register, name) for name in columns), _("Rejected because")]
    for row, change in zip(plan.rows, plan.changes, strict=True):
        if change.complaints:
            yield [*(row.cells.get(name, "") for name in columns), " ".join(sentences(register, change))]


def sentences(register: Register, change: Change) -> list[str]:
    """Return what is wrong with a row: the column, then the sentence."""
    said = complaints(Invalid("desk.check_fields", fields=change.complaints))
    return [
        _("%(first)s: %(rest)s", first=_label(register, name), rest=each)
        for name, several in said.items()
        for each in several
    ]


def _label(register: Register, name: str) -> str:
    return record_heading() if name == RECORD else str(register.by_name[name].label)


def _upload_page(register: Register, errors: Sequence[str]) -> str:
    return render_template(
        "desk/register_import.html",
        register=register,
        errors=errors,
        limit=sheets.MOST_ROWS,
        key=[register.by_name[name].label for name in register.key],
        record=record_heading(),
    )


def _plan_page(register: Register, taken: RegisterImport) -> str:
    plan = importing.plan(signed_in(), register, taken)
    return render_template(
        "desk/register_plan.html",
        register=register,
        taken=taken,
        plan=plan,
        counts=taken.counts if taken.applied_at is not None else plan.counts,
        shown=SHOWN,
        called=lambda change: _called(register, plan, change),
        sentences=lambda change: sentences(register, change),
        differences=lambda change: _differences(register, plan, change),
    )


def _called(register: Register, plan: Plan, change: Change) -> str:
    """What identifies a row, as it was typed."""
    cells = plan.cells[change.line]
    named = [cells[name] for name in (*register.key, RECORD) if cells.get(name)]
    return " · ".join(named[: len(register.key)])


def _differences(register: Register, plan: Plan, change: Change) -> list[tuple[str, str, str]]:
    """Return (column, before, after) of a row that changes a record."""
    cells = plan.cells[change.line]
    found = []
    for name in change.before:
        column = register.by_name[name]
        names = tables.names_in(register, [change.old], [column])
        found.append((str(column.label), tables.shown(column, change.old, names), cells.get(name, "")))
    return found


def _file(register: Register, form: str, content: bytes) -> Response:
    day = case_file.company_day(clock.now())
    answer = Response(content, mimetype=sheets.MEDIA_TYPES[form].partition(";")[0])
    answer.headers["Content-Disposition"] = f'attachment; filename="{register.id}-{day}.{form}"'
    return answer
