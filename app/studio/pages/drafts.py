"""Drafts: the list, what one of them needs, its editor, and what the editor asks."""

import typing as t

from flask import Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.errors import Conflict, Invalid
from app.i18n import lazy_text as _l
from app.i18n import text
from app.i18n import text as _
from app.people import signed_in
from app.studio import drafts, drawing, fixes, publishing, sniffing
from app.studio.drafts import Draft
from app.studio.kinds import KINDS
from app.studio.pages.blueprint import KIND, blueprint, kind_named
from app.studio.pages.bodies import json_body, number_in, overrule_in, source_in
from app.studio.pages.draft import place_of, show
from app.studio.pages.editor import equipment
from app.studio.pages.library import counts
from app.studio.report import Report, report
from app.web.security import editor_page

GROUP_NAMES: dict[str, t.Any] = {
    "missing": _l("Missing before it can run"),
    "wrong": _l("To correct"),
    "foreign": _l("Written for another engine"),
    "open": _l("Left to people"),
    "picture": _l("The picture"),
    "hint": _l("Reminders"),
}
FIX_NAMES: dict[str, t.Any] = {
    "executable": _l("Mark executable"),
    "layout": _l("Lay out"),
    "settings": _l("Remove what has no meaning here"),
    "people": _l("Let people do it until then"),
}


@blueprint.context_processor
def draft_words() -> dict[str, t.Any]:
    """What templates of drafts use."""
    return {"GROUP_NAMES": GROUP_NAMES, "FIX_NAMES": FIX_NAMES}


@blueprint.get("/drafts")
def list_drafts() -> str:
    """Show what people are working on."""
    person = signed_in()
    return render_template("studio/drafts.html", kind="draft", drafts=drafts.all_drafts(person), counts=counts(person))


@blueprint.get("/drafts/<int:key>")
def draft(key: int) -> str:
    """Show what a draft contains and what it needs."""
    return show(drafts.find(signed_in(), key))


@blueprint.get("/drafts/<int:key>/edit")
@editor_page
def edit_draft(key: int) -> ResponseReturnValue:
    """Open a draft in its editor; a drawing without a picture is laid out first."""
    found = drafts.find(signed_in(), key)
    judged = report(found.kind, found.name, found.content, begun=found.begun)
    if not judged.readable:
        return show(found)
    try:
        source = _openable(found)
    except (Conflict, Invalid) as undrawn:
        return show(found, text(undrawn.code, **undrawn.params)), 409
    return _editor(found, judged, source)


@blueprint.post("/drafts/<int:key>")
def save_draft(key: int) -> ResponseReturnValue:
    """Keep what stands in the editor."""
    body = json_body()
    automatic = body.get("automatic") is True
    base = number_in(body, "base")
    revision, judged = drafts.save(signed_in(), key, source_in(body), base=base, automatic=automatic)
    return jsonify(version=revision, findings=_rows(judged), message="" if automatic else _("Draft saved."))


@blueprint.post(f"/<{KIND}:kind>/<identifier>/draft")
def begin_draft(kind: str, identifier: str) -> ResponseReturnValue:
    """Keep what stands in the editor of a published file, or of a new one (base 0), as a draft."""
    body, base = json_body(), number_in(json_body(), "base")
    name, person, source = kind_named(kind), signed_in(), source_in(body)
    if base:
        key = drafts.begin(person, name, identifier, source, base=base)
    else:
        key = drafts.begin_new(person, name, identifier, source, area=request.args.get("area", ""))
    return jsonify(location=url_for("studio.edit_draft", key=key))


@blueprint.post("/drafts/<int:key>/check")
def check_draft(key: int) -> ResponseReturnValue:
    """Say what stands in the editor still needs."""
    found = drafts.find(signed_in(), key)
    return jsonify(findings=_rows(report(found.kind, found.name, source_in(json_body()).encode(), begun=found.begun)))


@blueprint.post("/drafts/<int:key>/publish")
def publish_draft(key: int) -> ResponseReturnValue:
    """Make the draft the newest version of what it defines."""
    body = json_body()
    asked = publishing.ask(
        signed_in(),
        key,
        base=number_in(body, "base"),
        note=str(body.get("note") or ""),
        source=source_in(body),
        overrule=overrule_in(body),
    )
    return jsonify(version=asked.saved.version if asked.saved else 0, location=place_of(asked))


@blueprint.post("/drafts/<int:key>/fixed")
def fix_in_editor(key: int) -> ResponseReturnValue:
    """Do something about a finding in what stands in the editor; nothing is kept."""
    body = json_body()
    drafts.find(signed_in(), key)
    fixed = fixes.fix(str(body.get("fix")), source_in(body).encode(), str(body.get("element_id") or ""))
    return jsonify(source=sniffing.as_text(fixed))


@blueprint.post("/drafts/<int:key>/fix")
def fix_draft(key: int) -> ResponseReturnValue:
    """Do something about a finding in the draft itself, as a new revision."""
    base = request.form.get("base", type=int)
    if base is None:
        abort(400)
    drafts.apply(signed_in(), key, request.form.get("fix", ""), request.form.get("element_id", ""), base=base)
    return redirect(url_for("studio.draft", key=key), 303)


@blueprint.post("/drafts/<int:key>/discard")
def discard_draft(key: int) -> ResponseReturnValue:
    """Throw the draft away."""
    drafts.discard(signed_in(), key)
    return redirect(url_for("studio.list_drafts"), 303)


@blueprint.get("/drafts/<int:key>/file")
def draft_file(key: int) -> Response:
    """Give the draft away as it stands; `revision=1` is the file as it came."""
    found = drafts.find(signed_in(), key, request.args.get("revision", type=int))
    shape = KINDS[found.kind]
    response = make_response(found.content)
    response.mimetype = shape.mimetype
    response.headers.set("Content-Disposition", "attachment", filename=sniffing.stem(found.name) + shape.suffix)
    return response


def _openable(found: Draft) -> str:
    if found.kind != "process" or drawing.has_shapes(found.text.encode()):
        return found.text
    return sniffing.as_text(drawing.draw(found.content, drawing.SECONDS))


def _editor(found: Draft, judged: Report, source: str) -> str:
    props, frame = equipment(signed_in(), found.kind)
    props |= {
        "source": source,
        "base": found.revision,
        "save": url_for("studio.save_draft", key=found.key),
        "autosave": True,
        "check": url_for("studio.check_draft", key=found.key),
        "publish": url_for("studio.publish_draft", key=found.key),
        "fix": url_for("studio.fix_in_editor", key=found.key),
        "fixes": {name: str(words) for name, words in FIX_NAMES.items()},
        "findings": _rows(judged),
    }
    frame["file"] = sniffing.stem(found.name) + KINDS[found.kind].suffix
    return render_template(
        "studio/editor.html",
        kind=found.kind,
        identifier="",
        title=found.title,
        island=KINDS[found.kind].island,
        props=props,
        frame=frame,
        newest=None,
        opened=None,
        draft=found,
        uses=[],
        needs=[],
        history=[],
    )


def _rows(judged: Report) -> list[dict[str, t.Any]]:
    """Findings for the editor, group by group."""
    return [row | {"heading": str(GROUP_NAMES[group.name])} for group in judged.groups for row in group.rows]
