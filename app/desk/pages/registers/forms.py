"""The form of a record, new or on file. Somebody who saved meanwhile is named, and what was typed is kept."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.desk.pages.blueprint import FORM, Complaints, complaints, desk
from app.desk.pages.registers.lists import opened
from app.desk.pages.registers.tables import called, facts, record_address, spelled_reference, typed
from app.desk.registers import saving
from app.desk.registers.columns import Flag
from app.desk.registers.register import Register, Row
from app.errors import Conflict, Invalid, NotFound
from app.i18n import text as _
from app.people import signed_in


@desk.get("/<name>/new")
def new_record(name: str) -> ResponseReturnValue:
    """Show an empty form; the address may name what the record belongs to."""
    person, register = opened(name)
    saving.require_write(person, register)
    _refuse_closed(register)
    values = {column.name: str(column.blank or "") for column in register.written if not isinstance(column, Flag)}
    for column in register.references:
        given = request.args.get(column.name, "")
        if given.isdigit():
            values[column.name] = spelled_reference(column, int(given))
    return _form(register, values)


@desk.post("/<name>/new")
def add_record(name: str) -> ResponseReturnValue:
    """Write a new record."""
    _person, register = opened(name)
    _refuse_closed(register)
    return _save(register, None)


@desk.get("/<name>/<key>/edit")
def edit_record(name: str, key: str) -> ResponseReturnValue:
    """Show the form of a record."""
    person, register = opened(name)
    saving.require_write(person, register)
    row = saving.get(person, register, key)
    return _form(register, typed(register, row), row)


@desk.post("/<name>/<key>/edit")
def change_record(name: str, key: str) -> ResponseReturnValue:
    """Change a record."""
    person, register = opened(name)
    return _save(register, saving.get(person, register, key))


def _refuse_closed(register: Register) -> None:
    if not register.adds:
        raise NotFound("desk.not_added_here")


def _save(register: Register, row: Row) -> ResponseReturnValue:
    values = {column.name: request.form.get(column.name, "") for column in register.written}
    key = register.key_of(row) if row is not None else ""
    try:
        saved = saving.save(signed_in(), register, values, key, request.form.get("seen", ""))
    except Invalid as error:
        return _form(register, values, row, complaints(error)), 422
    except Conflict as error:
        row = saving.get(signed_in(), register, key) if key else None
        return _form(register, values, row, complaints(error)), 409
    flash(_("Saved"), "ok")
    return redirect(record_address(register, saved), 303)


def _form(register: Register, values: Mapping[str, str], row: Row = None, errors: Complaints | None = None) -> str:
    conflict = bool(errors and FORM in errors and row is not None)
    return render_template(
        "desk/record_form.html",
        register=register,
        row=row,
        key=register.key_of(row) if row is not None else "",
        called=called(register, row) if row is not None else "",
        values=values,
        errors=errors or {},
        seen=saving.stamp(register, row) if row is not None else "",
        present=facts(register, row) if conflict else (),
    )
