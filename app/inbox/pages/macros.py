"""Macros of a step: running one, making one of what is filled in, taking one away."""

import typing as t

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app import engine
from app.i18n import text as _
from app.inbox import macros, sharing
from app.inbox.pages.blueprint import acted, address, blueprint
from app.people import signed_in

SHOWN = 80
"""Characters of a value in the list of what a macro may keep."""


@blueprint.post("/tasks/<int:key>/macros/<int:macro>")
def run_macro(key: int, macro: int) -> Response:
    """Run a macro on a task."""
    return acted(_("The macro has run"), lambda: macros.apply_macro(signed_in(), macro, key), task=key)


@blueprint.get("/tasks/<int:key>/macros/new")
def new_macro(key: int) -> str:
    """Show what a new macro may keep of the form as it is filled in now."""
    person = signed_in()
    opened = engine.open_form(person, key)
    labels, filled = macros.field_labels(opened.schema or {}), macros.filled_in(person, key)
    fields = [(name, labels[name], _short(filled[name])) for name in labels if filled.get(name) not in (None, "", [])]
    units = list(sharing.units_of(person).items())
    return render_template("inbox/_macro_form.html", fields=fields, sharing=units, acts=act_names())


@blueprint.post("/tasks/<int:key>/macros")
def save_macro(key: int) -> Response:
    """Make a macro of what is filled in."""
    name, form = request.form.get("name", ""), request.form

    def save() -> None:
        macros.save_macro(
            signed_in(), key, name=name, unit=form.get("unit", ""), remark=form.get("remark", ""),
            fields=form.getlist("fields"), act=form.get("act", "keep"), days=form.get("days", 1, type=int),
        )  # fmt: skip

    return acted(_("Saved as “%(name)s”", name=name.strip()), save, task=key)


@blueprint.post("/tasks/<int:key>/macros/<int:macro>/remove")
def remove_macro(key: int, macro: int) -> Response:
    """Take a macro away."""
    name = macros.remove_macro(signed_in(), macro)
    flash(_("The macro “%(name)s” is removed", name=name))
    return redirect(address(task=key), 303)


def act_names() -> list[tuple[str, str, str]]:
    """Return what a macro may do in the end, as the choices of its form."""
    return [
        ("keep", _("Only fill in"), _("the task stays open")),
        ("complete", _("Complete the task"), _("where the form allows it")),
        ("put_off", _("Put the task off"), _("until nine in the morning, so many days later")),
        ("hand_back", _("Hand the task back"), _("the remark is the reason")),
    ]


def _short(value: t.Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
