"""Comparing: two pictures side by side and what differs in words."""

import json
import typing as t

from flask import render_template, request

from app.forms import FormInvalid, parse_form
from app.i18n import language
from app.people import signed_in
from app.studio import comparison, drawing, tables
from app.studio.comparing import words
from app.studio.comparison import Comparison, Side
from app.studio.pages.blueprint import KIND, blueprint, kind_named
from app.studio.pages.versions import title_of
from app.studio.versions import CAP
from app.web.security import editor_page

ISLANDS = {"process": "studio-compare-drawings", "decision": "studio-compare-tables", "form": "studio-compare-forms"}


@blueprint.get(f"/<{KIND}:kind>/<identifier>/compare")
@editor_page  # forms bring a date field that sets styles
def compare(kind: str, identifier: str) -> str:
    """Show what differs between two versions."""
    old, new = (request.args.get(name, type=int) for name in ("old", "new"))
    return _page(comparison.of_versions(signed_in(), kind_named(kind), identifier, old, new))


@blueprint.get("/drafts/<int:key>/compare")
@editor_page
def compare_draft(key: int) -> str:
    """Show what a draft changes."""
    return _page(comparison.of_draft(signed_in(), key, request.args.get("old", type=int)))


def _page(compared: Comparison) -> str:
    marks = words.marks(compared.changes)
    return render_template(
        "studio/compare.html",
        kind=compared.kind,
        title=compared.draft.title if compared.draft else title_of(signed_in(), compared.versions[0]),
        compared=compared,
        lines=words.said(compared.kind, compared.changes),
        signs=words.counts(compared.changes),
        island=ISLANDS[compared.kind],
        props={"marks": marks} | _pictures(compared),
        tables=_tables(compared),
        marks=marks,
        cap=CAP,
    )


def _pictures(compared: Comparison) -> dict[str, t.Any]:
    """What the island draws; tables stand in the page."""
    if compared.kind == "decision":
        return {}
    show = _drawing if compared.kind == "process" else _form
    return {name: show(side) for name, side in (("old", compared.old), ("new", compared.new))}


def _drawing(side: Side) -> str:
    return drawing.shown(side.source)


def _form(side: Side) -> t.Any:
    """The form in the language of the page, or as it stands when it is not complete yet."""
    try:
        return json.loads(json.dumps(parse_form(side.source).localised(language())))
    except FormInvalid:
        return json.loads(side.source)


def _tables(compared: Comparison) -> dict[str, list[tables.Decision]]:
    if compared.kind != "decision":
        return {}
    return {"old": tables.read(compared.old.source), "new": tables.read(compared.new.source)}
