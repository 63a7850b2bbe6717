"""What a draft still needs, grouped as people work it off; each remark with its element and with a way to help."""

import dataclasses
import typing as t
from collections.abc import Iterable, Iterator

from app import engine, kernel
from app.db import db
from app.engine import File
from app.engine.catalogue import Kind, find_newest
from app.engine.gate import FileFinding
from app.kernel.review import DrawnProcess, Review, review
from app.people.roles import known_roles
from app.studio import findings
from app.studio.groups import GROUPS, fix_of, group_of, is_left_open
from app.studio.kinds import KINDS

_UNREADABLE = frozenset(("dmn.xml", "dmn.doctype", "dmn.no_definitions", "dmn.too_large", "forms.not_json"))


@dataclasses.dataclass(frozen=True)
class Group:
    """Findings that are worked off in the same way."""

    name: str
    rows: list[dict[str, t.Any]]

    @property
    def fixes(self) -> list[dict[str, str]]:
        """What can be done about the group, each thing once."""
        return list({fix["name"]: fix for row in reversed(self.rows) for fix in row["fixes"]}.values())


@dataclasses.dataclass(frozen=True)
class Report:
    """What a draft contains and what it needs. `readable` is false for a file that could not be opened at all."""

    kind: Kind
    title: str
    tool: str
    processes: tuple[DrawnProcess, ...]
    judged: tuple[str, ...]
    rows: list[dict[str, t.Any]]
    readable: bool

    @property
    def to_correct(self) -> int:
        return sum(row["severity"] == "error" for row in self.rows)

    @property
    def reminders(self) -> int:
        return len(self.rows) - self.to_correct

    @property
    def groups(self) -> list[Group]:
        found = {name: [row for row in self.rows if row["group"] == name] for name in GROUPS}
        return [Group(name, rows) for name, rows in found.items() if rows]

    @property
    def leaves_open(self) -> bool:
        """Whether people could do what is missing until it is filled in."""
        return any(is_left_open(row["code"]) for row in self.rows)


def report(kind: Kind, name: str, content: bytes, *, begun: bool = False) -> Report:
    """Judge a file as a draft: what `firstline deploy` would refuse and more, each with what to do.

    :param begun: whether it was begun from a published version, which it is meant to replace.
    """
    file = File(name if name.lower().endswith(KINDS[kind].suffix) else name + KINDS[kind].suffix, content)
    if kind != "process":
        return _checked(kind, file)
    reviewed = review(content)
    found = [_of_file(file, finding) for finding in reviewed.findings]
    if reviewed.processes and not any(one.severity == "error" for one in found):
        # Nothing is in the way of building the process, so its expressions and references can be looked at.
        told = {(one.code, one.element_id) for one in found}
        checked = engine.lint([file], both_languages=True).findings
        found += [one for one in _with_one_language(checked) if (one.code, one.element_id) not in told]
    if not begun:
        found += _replaced(file, reviewed)
    found += _strange_roles(file, reviewed)
    rows = _rows(found, file, reviewed.judged)
    title = next((one.name for one in reviewed.processes if one.id in reviewed.judged), "")
    return Report(kind, title, reviewed.tool, reviewed.processes, reviewed.judged, rows, reviewed.readable)


def _checked(kind: Kind, file: File) -> Report:
    found = engine.lint([file], both_languages=True).findings
    return Report(kind, "", "", (), (), _rows(found, file), not any(one.code in _UNREADABLE for one in found))


def _with_one_language(found: Iterable[FileFinding]) -> Iterator[FileFinding]:
    """A drawing from elsewhere has names in one language only; that is one reminder and not one per name."""
    without = [one for one in found if one.code == findings.WITHOUT_ENGLISH]
    yield from (one for one in found if one.code != findings.WITHOUT_ENGLISH)
    if without:
        yield FileFinding(without[0].file, "studio.one_language", None, {"count": len(without)}, "warning")


def _of_file(file: File, finding: kernel.Finding) -> FileFinding:
    return FileFinding(file.name, finding.code, finding.element_id, dict(finding.params), finding.severity)


def _replaced(file: File, reviewed: Review) -> Iterator[FileFinding]:
    """Drawings of one tool often share their ids; nobody should publish over another process unaware."""
    for process in reviewed.processes:
        if process.id in reviewed.judged:
            newest = find_newest(db.session, "process", process.id)
            if newest is not None:
                params = {"name": process.name, "id": process.id, "version": newest.version}
                yield FileFinding(file.name, "studio.replaces", process.id, params, "warning")


def _strange_roles(file: File, reviewed: Review) -> Iterator[FileFinding]:
    """A lane gives its tasks to the role it stands for, so that should be one somebody can hold."""
    known = known_roles() if reviewed.lanes else frozenset()
    for lane in reviewed.lanes:
        if lane.group and lane.group not in known:
            params = {"name": lane.name or lane.id, "role": lane.group}
            yield FileFinding(file.name, "studio.lane_without_role", lane.id, params, "warning")


def _rows(found: Iterable[FileFinding], file: File, judged: tuple[str, ...] = ()) -> list[dict[str, t.Any]]:
    rows = findings.as_rows(found, [file])
    return [row | {"group": group_of(row["code"], row["severity"]), "fixes": _fixes(row, judged)} for row in rows]


def _fixes(row: dict[str, t.Any], judged: tuple[str, ...]) -> list[dict[str, str]]:
    """What can be done about a finding at a press, each with the element it is done to."""
    fix = fix_of(row["code"])
    found = [{"name": fix, "element_id": row["element_id"] or ""}] if fix else []
    if is_left_open(row["code"]) and judged:
        found.append({"name": "people", "element_id": judged[0]})
    return found
