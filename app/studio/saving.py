"""Saving: through the deploy gate or not at all."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Mapping, Sequence

from flask import current_app

from app import engine
from app.db import db
from app.engine import DeployResult, File
from app.engine.catalogue import TABLES, Kind, find_newest
from app.errors import Conflict, Invalid, NotFound
from app.people import Person
from app.studio import findings, guarding, rights, versions
from app.studio.kinds import AREAS, area_of, file_name, kind_of, safe_stem

LONGEST_NOTE = 400


@dataclasses.dataclass(frozen=True)
class Saved:
    """What saving led to; `changed` is false when the file is exactly the newest version."""

    id: str
    version: int
    changed: bool
    findings: list[dict[str, t.Any]]


def check(person: Person, kind: Kind, identifier: str, source: str) -> list[dict[str, t.Any]]:
    """Run the gate over a file that is being drawn; nothing is stored."""
    rights.require_writer(person)
    file = File(file_name(kind, identifier), source.encode())
    return findings.as_rows(engine.lint([file], both_languages=True).findings, [file])


def save(
    person: Person,
    kind: Kind,
    identifier: str,
    source: str,
    *,
    base: int,
    note: str,
    area: str = "",
    overrule: str = "",
) -> Saved:
    """Make the file the newest version of what it defines.

    :param base: the version that was edited; 0 for something new.
    :param note: what changed, in a few words.
    :param overrule: why it is published although recorded scenarios end otherwise.

    Raises Forbidden, Invalid with `findings` for the editor, Conflict when somebody saved meanwhile.
    """
    rights.require_writer(person)
    start = _base(person, kind, identifier, base)
    file = File(start.file if start else file_name(kind, identifier, area), source.encode())
    checked = engine.lint([file], both_languages=True)
    rows = findings.as_rows(checked.findings, [file])
    _refuse_errors(rows)
    defined = _defined(checked, kind)
    if identifier not in defined:
        raise Invalid("studio.id_changed", id=identifier, found=", ".join(sorted(defined)) or "–", findings=rows)
    expected = dict.fromkeys(defined, 0) | (versions.siblings(start) if start else {}) | {identifier: base}
    words = note_of(note)
    remark = guarding.require_scenarios(person, [file], {kind: defined}, overrule)
    result = _deploy(person, [file], note=with_remark(words, remark), expected=expected)
    done = next(one for one in result.definitions if one.id == identifier)
    return Saved(identifier, done.version, done.changed, rows)


def guard(person: Person, kind: Kind, source: str, overrule: str) -> str:
    """Ask the recorded scenarios about a draft; returns what the version's note has to add. See `guarding`.

    A draft that the gate refuses is none of their business.
    """
    draft = File(file_name(kind, "draft"), source.encode())
    checked = engine.lint([draft], both_languages=True)
    errors = [row for row in findings.as_rows(checked.findings, [draft]) if row["severity"] == "error"]
    defined = _defined(checked, kind)
    return "" if errors else guarding.require_scenarios(person, [draft], {kind: defined}, overrule)


def judged(kind: Kind, source: str, stem: str) -> tuple[str, int]:
    """Return the id of what a draft defines and its newest version, 0 for something new.

    Raises Invalid with `findings` when the gate refuses it.
    """
    identifier, _rows = _judged(kind, File(file_name(kind, safe_stem(stem, kind)), source.encode()))
    known = find_newest(db.session, kind, identifier)
    return identifier, known.version if known else 0


def publish(
    person: Person,
    kind: Kind,
    source: str,
    *,
    stem: str,
    note: str,
    area: str = "",
    expected: Mapping[str, int] | None = None,
    reviewed: bool = False,
) -> Saved:
    """Make a draft the newest version of what it defines, wherever that stands in the library.

    :param stem: the name of the file if it is new.
    :param expected: {id: version it may replace}.
    :param reviewed: whether a second person has seen it.

    Raises Invalid with `findings` when the gate refuses it.
    """
    rights.require_writer(person)
    drawn = File(file_name(kind, safe_stem(stem, kind), area), source.encode())
    identifier, rows = _judged(kind, drawn)
    file = File(_place(kind, identifier) or drawn.name, drawn.content)
    result = _deploy(person, [file], note=note_of(note), expected=dict(expected or {}), reviewed=reviewed)
    done = next(one for one in result.definitions if one.id == identifier)
    return Saved(identifier, done.version, done.changed, rows)


def _judged(kind: Kind, file: File) -> tuple[str, list[dict[str, t.Any]]]:
    """The id by which a file is published, and what the gate remarks. Raises Invalid with what it refuses."""
    checked = engine.lint([file], both_languages=True)
    rows = findings.as_rows(checked.findings, [file])
    _refuse_errors(rows)
    return min(_defined(checked, kind)), rows


def _refuse_errors(rows: Sequence[dict[str, t.Any]]) -> None:
    errors = sum(row["severity"] == "error" for row in rows)
    if errors:
        raise Invalid("studio.refused", findings=rows, count=errors)


def _place(kind: Kind, identifier: str) -> str:
    """Where the library keeps a file that is in it already."""
    known = find_newest(db.session, kind, identifier)
    return db.session.get_one(TABLES[kind][0], known.key).file if known is not None else ""


def upload(person: Person, files: Sequence[File], *, note: str, area: str = "", overrule: str = "") -> DeployResult:
    """Publish files from outside together: all or none. Known ids keep the place they have in the library.

    :param overrule: as for `save`.
    """
    rights.require_writer(person)
    if not files:
        raise Invalid("studio.no_file", fields={"file": [("studio.no_file", {})]})
    placed = [_placed(file, area) for file in files]
    words = note_of(note)
    checked = engine.lint(placed)
    defined = {kind: _defined(checked, kind) for kind in TABLES}
    remark = "" if checked.errors else guarding.require_scenarios(person, placed, defined, overrule)
    try:
        return engine.deploy(person, placed, note=with_remark(words, remark))
    except Invalid as refused:
        rows = findings.as_rows(refused.findings, placed)
        raise Invalid("studio.refused", findings=rows, count=len(rows)) from refused


def _placed(file: File, area: str) -> File:
    kind = kind_of(file.name)
    if kind is None:
        raise Invalid(
            "studio.unknown_kind", name=file.name, fields={"file": [("studio.unknown_kind", {"name": file.name})]}
        )
    stem = safe_stem(file.name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1].rpartition(".")[0], kind)
    kept = area_of(_place(kind, stem)) or area_of(file.name)
    return File(file_name(kind, stem, kept if kept in AREAS else area), file.content)


def _base(person: Person, kind: Kind, identifier: str, base: int) -> versions.Version | None:
    if base < 0:
        raise Invalid("studio.unknown_base", base=base)
    try:
        return versions.find(person, kind, identifier, base) if base else None
    except NotFound as unknown:
        raise Invalid("studio.unknown_base", base=base) from unknown


def _defined(checked: engine.Checked, kind: Kind) -> set[str]:
    if kind == "process":
        return {process.id for processes in checked.processes.values() for process in processes}
    if kind == "decision":
        return {one.id for definitions in checked.decisions.values() for one in definitions.decisions}
    return {form.id for form in checked.forms.values()}


def note_of(note: str) -> str:
    """What a version says about why it is there. Raises Invalid for none and for an endless one."""
    note = " ".join(note.split())
    if not note:
        raise Invalid("studio.note_missing", fields={"note": [("studio.note_missing", {})]})
    if len(note) > LONGEST_NOTE:
        raise Invalid(
            "studio.note_too_long",
            limit=LONGEST_NOTE,
            fields={"note": [("studio.note_too_long", {"limit": LONGEST_NOTE})]},
        )
    return note


def with_remark(note: str, remark: str) -> str:
    """Add to a note what was overruled; a long note gives way."""
    return note[: LONGEST_NOTE - len(remark) - 1].rstrip() + " " + remark if remark else note


def _deploy(
    person: Person, files: Sequence[File], *, note: str, expected: dict[str, int], reviewed: bool = False
) -> DeployResult:
    try:
        return engine.deploy(person, files, note=note, expected=expected, reviewed=reviewed)
    except Conflict as overtaken:
        if overtaken.code != "engine.newer_version":
            raise
        raise _conflict(overtaken.params) from overtaken
    except Invalid as refused:
        rows = findings.as_rows(refused.findings, files)
        raise Invalid("studio.refused", findings=rows, count=len(rows)) from refused


def _conflict(params: dict[str, t.Any]) -> Conflict:
    words = by_whom(params["who"], params["when"])
    return Conflict("studio.saved_meanwhile", id=params["id"], version=params["version"], **words)


def by_whom(username: str, when: dt.datetime) -> dict[str, str]:
    """Who was faster and when, in words."""
    return {"who": versions.authors([username]).get(username, username), "when": _moment(when)}


def _moment(when: dt.datetime) -> str:
    words: t.Callable[[dt.datetime], str] = current_app.jinja_env.filters["moment"]
    return words(when)
