"""The overview and the list of instances."""

import typing as t

from flask import render_template, request
from werkzeug.wrappers import Response

from app import clock
from app.cockpit import comparing, kinds, listing, summary
from app.cockpit.columns import column_names
from app.cockpit.names import process_names
from app.cockpit.pages.blueprint import blueprint, selection, sentence
from app.cockpit.selection import Selection
from app.cockpit.words import filter_names, filter_value
from app.errors import Invalid
from app.people import signed_in
from app.people.person import Person
from app.people.units import unit_tree
from app.web.polling import unless_unchanged


@blueprint.get("")
def overview() -> str:
    """Show how many cases run, are late or stuck, and why."""
    return render_template("cockpit/overview.html", summary=summary.summary(signed_in()))


@blueprint.get("/figures")
def figures() -> Response:
    """Refresh the overview; 304 while the figures are the same."""
    person = signed_in()
    now = summary.summary(person)
    state = [
        person.id,
        now.processes,
        now.timers,
        now.held,
        [(one.filter, one.count, one.newest, one.owner, one.note) for one in now.causes],
        minute(),
    ]
    return unless_unchanged(state, lambda: render_template("cockpit/_overview.html", summary=now))


@blueprint.get("/instances")
def instances() -> str:
    """Show the list."""
    person, chosen = signed_in(), selection()
    return render_template("cockpit/instances.html", **list_of(person, chosen), **conditions(chosen))


@blueprint.get("/instances/rows")
def instance_rows() -> Response:
    """Refresh the rows; 304 while they say the same."""
    person, chosen = signed_in(), selection()
    shown = list_of(person, chosen)
    state = [person.id, request.full_path, minute(), shown["shown"]]
    state += [(row.instance.key, row.instance.version, row.instance.state, row.why) for row in shown["rows"]]
    return unless_unchanged(state, lambda: render_template("cockpit/_rows.html", **shown))


@blueprint.get("/instances/filter")
def filter_form() -> str:
    """Show what the list can be filtered by."""
    person, chosen = signed_in(), selection()
    tree = unit_tree(person.unit_version)
    codes = dict.fromkeys(code for held in person.memberships if held.unit for code in tree.below(held.unit))
    process = chosen.chosen.get("process", "")
    return render_template(
        "cockpit/_filter.html",
        selection=chosen,
        names=filter_names(),
        processes=sorted(process_names().items(), key=lambda one: one[1]),
        versions=[(number, f"v{number}") for number in summary.versions_of(process)] if process else [],
        states=[(state, str(name)) for state, name in kinds.INSTANCE_STATES.items()],
        steps=summary.steps_of(process),
        units=[(code, tree.by_code[code].name) for code in codes or tree.codes()],
    )


def list_of(person: Person, chosen: Selection) -> dict[str, t.Any]:
    """Return what the rows' template needs."""
    found = listing.listed(person, chosen)
    total = f"{found.page.total}+" if found.page.capped else str(found.page.total)
    following = found.page.after if len(found.rows) == listing.PAGE or chosen.before else None
    earlier = found.page.start if chosen.after or (chosen.before and len(found.rows) == listing.PAGE) else None
    return {"rows": found.rows, "selection": chosen, "shown": total, "following": following, "earlier": earlier,
            "order": chosen.order, "column_names": column_names()}  # fmt: skip


def conditions(chosen: Selection) -> dict[str, t.Any]:
    """Return the filters in words."""
    names = filter_names()
    return {
        "chips": [
            (name, names[name], filter_value(name, value, chosen.chosen)) for name, value in chosen.chosen.items()
        ],
        "processes": process_names(),
    }


def complaint(comparisons: str) -> str:
    """Say what is wrong with conditions on variables; empty when they can be read."""
    try:
        comparing.comparisons(comparisons)
    except Invalid as invalid:
        return sentence(invalid)
    return ""


def minute() -> str:
    """Return the present minute: pages say times in words."""
    return clock.now().strftime("%H:%M")
