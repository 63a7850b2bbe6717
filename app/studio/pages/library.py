"""The library: lists by kind, and the service tasks that diagrams may use."""

from flask import render_template, request

from app.desk.service_tasks import SERVICE_TASKS
from app.engine.catalogue import Kind
from app.people import Person, signed_in
from app.studio import drafts, functions, library
from app.studio.pages.blueprint import blueprint
from app.studio.versions import CAP


@blueprint.get("")
def processes() -> str:
    """Show the processes."""
    return _list("process")


@blueprint.get("/decisions")
def decisions() -> str:
    """Show the decision tables."""
    return _list("decision")


@blueprint.get("/forms")
def forms() -> str:
    """Show the forms."""
    return _list("form")


@blueprint.get("/service-tasks")
def service_tasks() -> str:
    """Show what a service task may do."""
    person = signed_in()
    return render_template("studio/service_tasks.html", kind="service", counts=counts(person), tasks=SERVICE_TASKS)


def _list(kind: Kind) -> str:
    person = signed_in()
    found = library.entries(person, kind)
    words, area = request.args.get("q", "").strip(), request.args.get("area", "")
    shown = [one for one in found if one.matches(words) and (not area or one.area == area)]
    values = {
        "kind": kind,
        "shelves": library.shelves(shown),
        "areas": [shelf.area for shelf in library.shelves(found)],
        "shown": len(shown),
        "total": len(found),
        "q": words,
        "area": area,
        "cap": CAP,
    }
    if request.headers.get("HX-Request"):
        return render_template("studio/_list.html", **values)
    return render_template("studio/library.html", counts=counts(person), **values)


def counts(person: Person) -> dict[str, int]:
    """How many there are behind each tab of the library."""
    own = {"service": len(SERVICE_TASKS), "function": functions.count(), "draft": drafts.count(person)}
    return library.counts(person) | own
