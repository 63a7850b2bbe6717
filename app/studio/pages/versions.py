"""Versions: the list, one of them to look at, and as a file."""

import json

from flask import Response, make_response, render_template
from flask.typing import ResponseReturnValue

from app.db import db
from app.engine import catalogue
from app.i18n import language
from app.people import Person, signed_in
from app.studio import drawing, library, tables, usage, versions
from app.studio.kinds import KINDS
from app.studio.pages.blueprint import KIND, blueprint, kind_named
from app.studio.versions import CAP, Version
from app.web.security import editor_page


@blueprint.get(f"/<{KIND}:kind>/<identifier>/versions")
def history(kind: str, identifier: str) -> str:
    """List who published what, when and why."""
    person = signed_in()
    found = versions.history(person, kind_named(kind), identifier)
    return render_template("studio/versions.html", kind=kind, title=title_of(person, found[0]), history=found, cap=CAP)


@blueprint.get(f"/<{KIND}:kind>/<identifier>/v<int:number>")
@editor_page  # forms bring a date field that sets styles
def version(kind: str, identifier: str, number: int) -> ResponseReturnValue:
    """Show one version as it was published."""
    person = signed_in()
    return show_version(person, versions.find(person, kind_named(kind), identifier, number))


@blueprint.get(f"/<{KIND}:kind>/<identifier>/v<int:number>/file")
def file(kind: str, identifier: str, number: int) -> Response:
    """Give the file of one version away."""
    found = versions.find(signed_in(), kind_named(kind), identifier, number)
    shape = KINDS[kind]
    response = make_response(versions.source(found))
    response.mimetype = shape.mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{found.id}.v{found.number}{shape.suffix}"'
    return response


def show_version(person: Person, shown: Version) -> str:
    """The page of one version, to be looked at only."""
    newest = versions.newest(person, shown.kind, shown.id)
    source = versions.source(shown)
    contents: dict[str, object] = {}
    if shown.kind == "process":
        contents["xml"] = drawing.shown(source)
    elif shown.kind == "decision":
        contents["tables"] = tables.read(source)
    else:
        form = catalogue.form_model(db.session, shown.sha256)
        contents["schema"] = json.loads(json.dumps(form.localised(language())))
    return render_template(
        "studio/version.html", kind=shown.kind, title=title_of(person, shown), shown=shown, newest=newest, **contents
    )


def title_of(person: Person, shown: Version) -> str:
    """What people call it, with the help of the step that uses it."""
    used = usage.usage_of(versions.all_newest(person, "process"))
    return library.title_of(shown, used.get((shown.kind, shown.id), ()))
