"""The deploy gate: everything that is checked before a file may become a version."""

import dataclasses
import functools
import typing as t
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from app import dmn, forms, kernel
from app.engine.decision_files import DecisionFile, EmptyShelf, Links, Shelf
from app.engine.expression_check import Surroundings, check_expressions, check_form
from app.kernel.findings import MOST_FINDINGS
from app.kernel.model import Element, ProcessModel, Reference

LONGEST_ID = 120
LONGEST_TAG = 80
LONGEST_NAMESPACE = 400
LONGEST_NAME = 200
"""Of a message or a signal."""
LONGEST_TYPE = 120
"""Of a job."""

Known = t.Callable[[str, str], bool]
"""(kind, id) → is there a deployed version of it?"""


@dataclasses.dataclass(frozen=True)
class File:
    """A file to deploy: its name (folders allowed, nothing is ever read from there) and its content."""

    name: str
    content: bytes


@dataclasses.dataclass(frozen=True)
class FileFinding:
    """One remark of the gate on one element of one file; the sentence is the message `code`."""

    file: str
    code: str
    element_id: str | None = None
    params: Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    severity: str = "error"

    def as_json(self) -> dict[str, t.Any]:
        """Return the finding for an API answer or a page's island."""
        return dataclasses.asdict(self) | {"params": dict(self.params)}


@dataclasses.dataclass(frozen=True)
class Checked:
    """What the gate found and read; `processes`, `decisions` and `forms` are complete only without errors."""

    findings: tuple[FileFinding, ...]
    processes: Mapping[str, tuple[ProcessModel, ...]]
    decisions: Mapping[str, dmn.Definitions]
    forms: Mapping[str, forms.Form]
    """Forms that are files of their own; those inside a process are among its own `forms`."""
    decision_files: Mapping[str, DecisionFile]
    imports: Mapping[str, Mapping[str, str]]
    """Per decision file {namespace: id} of the decision files it imports."""

    @property
    def errors(self) -> tuple[FileFinding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")


def check(
    files: Sequence[File],
    known: Known,
    *,
    shelf: Shelf | None = None,
    around: Surroundings | None = None,
    both_languages: bool = False,
) -> Checked:
    """Read every file and collect what is wrong with it.

    :param known: tells whether something is deployed already, for references out of these files.
    :param shelf: the decision files that are deployed already, for imports out of these files.
    :param around: what expressions can name; without it only broken ones are found.
    :param both_languages: treat a name without its English as an error, as our own library demands.
    """
    reading = _Reading(known)
    for file in files:
        reading.read(file)
    reading.read_decisions(shelf or EmptyShelf(), around.functions if around else None)
    reading.read_embedded_forms()
    reading.check_doubles(files)
    around = reading.with_forms(around) if around else None
    for name, processes in reading.processes.items():
        for process in processes:
            reading.check_lengths(name, process)
            reading.note(name, check_expressions(process, around))
            reading.check_references(name, process)
            if both_languages:
                reading.check_names(name, process)
    for name, form in (*reading.forms.items(), *reading.embedded):
        reading.check_verdicts(name, form)
        if around:
            reading.note(name, check_form(form, around))
    return Checked(
        bounded(reading.findings),
        reading.processes,
        reading.decisions,
        reading.forms,
        reading.decision_files,
        reading.imports,
    )


def bounded(findings: Sequence[FileFinding]) -> tuple[FileFinding, ...]:
    """Return the first findings, errors before warnings, and one that says when there are more than anybody reads."""
    if len(findings) <= MOST_FINDINGS:
        return tuple(findings)
    first = sorted(findings, key=lambda finding: finding.severity != "error")[:MOST_FINDINGS]
    last = first[-1]
    return (*first, FileFinding(last.file, "kernel.more_findings", None, {"count": MOST_FINDINGS}, last.severity))


class _Reading:
    def __init__(self, known: Known) -> None:
        self.known = known
        self.findings: list[FileFinding] = []
        self.processes: dict[str, tuple[ProcessModel, ...]] = {}
        self.decisions: dict[str, dmn.Definitions] = {}
        self.decision_files: dict[str, DecisionFile] = {}
        self.imports: dict[str, dict[str, str]] = {}
        self.forms: dict[str, forms.Form] = {}
        self.embedded: list[tuple[str, forms.Form]] = []
        """(file, form) of the forms that lie inside processes."""

    def read(self, file: File) -> None:
        suffix = PurePosixPath(file.name).suffix.lower()
        if suffix == ".bpmn":
            parsed = kernel.parse(file.content)
            self.note(file.name, parsed.findings)
            self.processes[file.name] = parsed.processes
            if not parsed.errors and not parsed.processes:
                self._error(file.name, "engine.nothing_executable")
        elif suffix == ".dmn":
            try:
                head = dmn.header(file.content)
                self.decision_files[file.name] = DecisionFile(head.id, head.namespace, file.name, file.content)
            except dmn.DmnInvalid as invalid:
                self.note(file.name, invalid.findings)
        elif suffix == ".form":
            if form := self._form(file.name, file.content):
                self.forms[file.name] = form
        else:
            self._error(file.name, "engine.unknown_file_kind", suffix=suffix or file.name)

    def read_decisions(self, shelf: Shelf, functions: Iterable[str] | None) -> None:
        """Compile the decision files, now that all are known that may import one another."""
        links = Links(list(self.decision_files.values()), shelf, functions)
        for name, file in self.decision_files.items():
            self._refuse_ambiguous(links, file)
            if len(file.namespace) > LONGEST_NAMESPACE:
                self._error(name, "engine.id_too_long", None, id=file.namespace[:40], limit=LONGEST_NAMESPACE)
            try:
                compiled = links.compile(file)
            except dmn.DmnInvalid as invalid:
                self.note(name, invalid.findings)
                continue
            self.note(name, compiled.findings)
            if not compiled.errors:
                self.decisions[name] = compiled.definitions
                self.imports[name] = links.imports_of(file)
                self.note(name, dmn.look_over(compiled.definitions))
        if len(self.decisions) == len(self.decision_files):
            for name, other in links.broken():
                self._error(name, "engine.import_breaks", other=other.file)

    def _refuse_ambiguous(self, links: Links, file: DecisionFile) -> None:
        for wanted in dmn.header(file.content).imports:
            candidates = links.candidates(wanted)
            if len(candidates) > 1:
                files = ", ".join(sorted(one.file for one in candidates))
                self._error(file.file, "engine.import_ambiguous", name=wanted.name, files=files)

    def read_embedded_forms(self) -> None:
        """Read the forms that lie inside the processes."""
        for file, processes in self.processes.items():
            for source in (source for process in processes for source in process.forms.values()):
                if form := self._form(file, source):
                    self.embedded.append((file, form))

    def _form(self, file: str, source: str | bytes) -> forms.Form | None:
        try:
            form = forms.parse_form(source)
        except forms.FormInvalid as invalid:
            self.note(file, invalid.findings)
            return None
        self.note(file, form.findings)
        return form

    def with_forms(self, around: Surroundings) -> Surroundings:
        """Let the forms of these files go before those that are deployed."""
        here = {form.id: form.keys() for form in self.forms.values()}
        deployed = around.form_keys
        return dataclasses.replace(around, form_keys=lambda form: here.get(form) or deployed(form))

    def note(self, file: str, findings: Iterable[t.Any]) -> None:
        self.findings.extend(
            FileFinding(file, found.code, found.element_id, dict(found.params), found.severity) for found in findings
        )

    def _error(self, file: str, code: str, element_id: str | None = None, **params: t.Any) -> None:
        self.findings.append(FileFinding(file, code, element_id, params))

    def _warn(self, file: str, code: str, element_id: str | None, **params: t.Any) -> None:
        self.findings.append(FileFinding(file, code, element_id, params, "warning"))

    def identifiers(self) -> Iterable[tuple[str, str, str]]:
        """Every (file, kind, id) that these files define."""
        for file, processes in self.processes.items():
            yield from ((file, "process", process.id) for process in processes)
            yield from ((file, "form", identifier) for process in processes for identifier in process.forms)
        for file, head in self.decision_files.items():
            yield file, "requirements", head.id
        for file, definitions in self.decisions.items():
            yield from ((file, "decision", decision.id) for decision in definitions.decisions)
        for file, form in self.forms.items():
            yield file, "form", form.id

    @functools.cached_property
    def defined(self) -> frozenset[tuple[str, str]]:
        """(kind, id) of everything that these files define, once all of them are read."""
        return frozenset((kind, identifier) for _, kind, identifier in self.identifiers())

    def check_doubles(self, files: Sequence[File]) -> None:
        seen: dict[tuple[str, str], str] = {}
        for file, kind, identifier in self.identifiers():
            if kind != "process" and len(identifier) > LONGEST_ID:
                self._error(file, "engine.id_too_long", identifier, id=identifier[:40], limit=LONGEST_ID)
            first = seen.setdefault((kind, identifier), file)
            if first != file:
                self._error(file, "engine.defined_twice", identifier, id=identifier, other=first)
        names = [file.name for file in files]
        for name in sorted({name for name in names if names.count(name) > 1}):
            self._error(name, "engine.file_named_twice", name=name)

    def check_lengths(self, file: str, process: ProcessModel) -> None:
        """Ids stand in columns of limited length; a longer one is better refused here than at the first case."""
        texts = [process.id, *process.elements, *process.flows, *(lane.id for lane in process.lanes)]
        for text in texts:
            if len(text) > LONGEST_ID:
                self._error(file, "engine.id_too_long", text, id=text[:40], limit=LONGEST_ID)
        for element in (process.root, *process.elements.values()):
            self._check_names_of(file, element)
        if len(process.version_tag or "") > LONGEST_TAG:
            self._error(file, "engine.id_too_long", process.id, id=(process.version_tag or "")[:40], limit=LONGEST_TAG)

    def _check_names_of(self, file: str, element: Element) -> None:
        names = [(trigger.name, LONGEST_NAME) for trigger in element.triggers]
        names += [(element.job.type, LONGEST_TYPE)] if element.job else []
        names += [(listener.job.type, LONGEST_TYPE) for listener in element.listeners]
        names += [(line.target, LONGEST_NAME) for line in (*element.inputs, *element.outputs)]
        names += [(element.script.result_variable, LONGEST_NAME)] if element.script else []
        names += [(element.decision.result_variable, LONGEST_NAME)] if element.decision else []
        for name, limit in names:
            if len(name) > limit and not name.startswith("="):
                self._error(file, "engine.name_too_long", element.id, name=name[:40], limit=limit)

    def check_references(self, file: str, process: ProcessModel) -> None:
        for reference in process.references:
            if not reference.id.startswith("=") and not self._exists(reference.kind, reference.id):
                self._missing(file, reference)
            elif (reference.kind, reference.id) in self._only_by_events:
                self._warn(file, "engine.only_started_by_events", reference.element_id, id=reference.id)

    @functools.cached_property
    def _only_by_events(self) -> frozenset[tuple[str, str]]:
        """(kind, id) of the processes of these files that nobody can call."""
        found = (process for processes in self.processes.values() for process in processes)
        return frozenset(("process", process.id) for process in found if not process.can_start(None))

    def check_verdicts(self, file: str, form: forms.Form) -> None:
        for verdict in form.verdicts():
            if not self._exists("decision", verdict.decision):
                self._error(file, "engine.decision_missing", verdict.id, id=verdict.decision)

    def _exists(self, kind: str, identifier: str) -> bool:
        return (kind, identifier) in self.defined or self.known(kind, identifier)

    def _missing(self, file: str, reference: Reference) -> None:
        if reference.kind == "process":
            self._warn(file, "engine.called_process_missing", reference.element_id, id=reference.id)
        else:
            self._error(file, f"engine.{reference.kind}_missing", reference.element_id, id=reference.id)

    def check_names(self, file: str, process: ProcessModel) -> None:
        parts: tuple[t.Any, ...] = (process, *process.lanes, *process.elements.values(), *process.flows.values())
        for part in parts:
            if part.name and not part.name_en:
                self._error(file, "engine.name_without_english", part.id, name=part.name)
