"""The three editors, and what their islands ask while one works."""

import typing as t

from flask import jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.engine.catalogue import Kind
from app.errors import Invalid
from app.i18n import LANGUAGES, language
from app.i18n import text as _
from app.people import Person, signed_in
from app.people.roles import role_names
from app.studio import blanks, drawing, functions, library, offered, publishing, rights, saving, usage, versions
from app.studio.element_templates import element_templates
from app.studio.kinds import KINDS
from app.studio.pages.blueprint import KIND, blueprint, kind_named
from app.studio.pages.bodies import json_body, number_in, overrule_in, source_in
from app.studio.pages.versions import show_version
from app.studio.versions import Version
from app.web.security import editor_page

LINKED: dict[str, Kind] = {"formId": "form", "decisionId": "decision", "targetProcessId": "process"}
"""Fields of the properties panel that name a file, by the name the panel gives them."""


@blueprint.get(f"/<{KIND}:kind>/<identifier>")
@editor_page
def edit(kind: str, identifier: str) -> ResponseReturnValue:
    """Open the newest version in its editor; `from` opens an old one to bring it back. Readers see it only."""
    person = signed_in()
    newest = versions.newest(person, kind_named(kind), identifier)
    if not rights.may_write(person):
        return show_version(person, newest)
    number = request.args.get("from", type=int)
    opened = versions.find(person, newest.kind, identifier, number) if number else newest
    source = versions.source(opened)
    if newest.kind == "process":
        source = drawing.drawn(source)
    return _page(person, newest.kind, identifier, source.decode(), newest, opened)


@blueprint.get(f"/new/<{KIND}:kind>")
@editor_page
def new(kind: str) -> ResponseReturnValue:
    """Open a new file in its editor. Nothing is stored before it is saved."""
    person, given = signed_in(), request.args
    name, identifier = kind_named(kind), given.get("id", "").strip()
    try:
        source = blanks.blank(person, name, identifier, name=given.get("name", ""), english=given.get("name_en", ""))
    except Invalid as incomplete:
        errors = incomplete.fields
        return render_template("studio/new.html", kind=kind, errors=errors, values=given), 422 if given else 200
    return _page(person, name, identifier, source, None, None, area=given.get("area", ""))


@blueprint.post(f"/<{KIND}:kind>/<identifier>")
def save(kind: str, identifier: str) -> ResponseReturnValue:
    """Publish a new version."""
    body = json_body()
    base = number_in(body, "base")
    saved = saving.save(
        signed_in(),
        kind_named(kind),
        identifier,
        source_in(body),
        base=base,
        note=str(body.get("note") or ""),
        overrule=overrule_in(body),
        area=request.args.get("area", ""),
    )
    answer: dict[str, t.Any] = {"version": saved.version, "findings": saved.findings}
    if not saved.changed:
        answer["message"] = _("Nothing was different, so version %(version)s stays.", version=saved.version)
    elif base:
        answer["message"] = _("Version %(version)s is published. New cases follow it.", version=saved.version)
    else:
        answer["location"] = url_for("studio.edit", kind=kind, identifier=identifier)
    return jsonify(answer)


@blueprint.post(f"/<{KIND}:kind>/<identifier>/check")
def check(kind: str, identifier: str) -> ResponseReturnValue:
    """Say what the gate thinks of what stands in the editor."""
    return jsonify(findings=saving.check(signed_in(), kind_named(kind), identifier, source_in(json_body())))


@blueprint.post("/tidy")
def tidy() -> ResponseReturnValue:
    """Draw a process afresh."""
    return jsonify(source=drawing.tidy(signed_in(), source_in(json_body())))


@blueprint.get("/element-templates")
def templates() -> ResponseReturnValue:
    """The service tasks as element templates, for this and other modelers."""
    asked = request.args.get("lang", "")
    return jsonify(element_templates(asked if asked in LANGUAGES else language()))


def _page(
    person: Person,
    kind: Kind,
    identifier: str,
    source: str,
    newest: Version | None,
    opened: Version | None,
    *,
    area: str = "",
) -> str:
    place: dict[str, t.Any] = {"kind": kind, "identifier": identifier}
    keep = url_for("studio.begin_draft", area=area or None, **place)
    must_ask = publishing.must_ask(person)
    props, frame = equipment(person, kind)
    props |= {
        "source": source,
        "base": newest.number if newest else 0,
        "save": keep if must_ask else url_for("studio.save", area=area or None, **place),
        "keep": keep,
        "check": url_for("studio.check", **place),
        "findings": saving.check(person, kind, identifier, source),
    }
    frame["file"] = identifier + KINDS[kind].suffix
    processes = versions.all_newest(person, "process")
    used = usage.usage_of(processes)
    if kind == "decision":
        props["decision"] = identifier
    return render_template(
        "studio/editor.html",
        kind=kind,
        identifier=identifier,
        title=library.title_of(newest, used.get((kind, identifier), ())) if newest else identifier,
        island=KINDS[kind].island,
        props=props,
        frame=frame,
        newest=newest,
        opened=opened,
        draft=None,
        must_ask=must_ask,
        uses=used.get((kind, identifier), []),
        needs=_needs(used, identifier) if kind == "process" else [],
        history=versions.history(person, kind, identifier) if newest else [],
    )


def equipment(person: Person, kind: Kind) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """What the editor of a kind and the frame around it work with, whatever file is in it."""
    props: dict[str, t.Any] = {"functions": url_for("studio.function_list", lang=language())}
    frame: dict[str, t.Any] = {"editor": "editor", "wide": "wide"}
    if kind == "process":
        props |= {
            "templates": element_templates(language()),
            "panel": "panel",
            "variables": functions.variables(person),
            "executed": offered.executed(),
            "roles": [{"id": role, "name": name} for role, name in role_names(language()).items()],
            "linked": {name: _linkable(person, of) for name, of in LINKED.items()},
        }
        frame |= {"tidy": url_for("studio.tidy"), "try": url_for("studio.begin_trial")}
    return props, frame


def _needs(used: usage.Usage, process_id: str) -> list[tuple[Kind, str, list[usage.Use]]]:
    """What the process uses, with the steps that do."""
    mine = ((key, [use for use in uses if use.process_id == process_id]) for key, uses in sorted(used.items()))
    return [(kind, identifier, uses) for (kind, identifier), uses in mine if uses]


def _linkable(person: Person, kind: Kind) -> dict[str, t.Any]:
    """What there is to choose from, each with its name and editor, and where to begin another one."""
    entries = library.entries(person, kind)
    return {
        "all": [{"id": one.version.id, "name": one.title, "href": _editor_of(kind, one.version.id)} for one in entries],
        "create": url_for("studio.new", kind=kind),
    }


def _editor_of(kind: Kind, identifier: str) -> str:
    return url_for("studio.edit", kind=kind, identifier=identifier)
