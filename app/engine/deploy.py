"""Deploying: all files or none, and a new version only for what changed."""

import dataclasses
import hashlib
import typing as t
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import IntegrityError

from app import clock
from app.config import Settings
from app.db import db, next_key, transaction
from app.engine import catalogue
from app.engine.catalogue import Kind
from app.engine.command import ATTEMPTS, BUSY
from app.engine.decision_files import StoredShelf
from app.engine.expression_check import Surroundings
from app.engine.gate import Checked, File, FileFinding, check
from app.engine.models import Deployment, Payload, ProcessDefinition, StartSubscription
from app.engine.registry import the_registry
from app.engine.starts import BadStart, start_subscriptions
from app.errors import Conflict, Forbidden, Invalid
from app.kernel.model import ProcessModel
from app.people import access, audit
from app.people.person import PROCESS_OWNER, Person

SYSTEM = "system"


@dataclasses.dataclass(frozen=True)
class Deployed:
    """One definition as a deployment left it; `changed` is false when the file was already the newest version."""

    file: str
    kind: str
    id: str
    version: int
    version_tag: str | None
    key: int
    changed: bool


@dataclasses.dataclass(frozen=True)
class DeployResult:
    """`key` names the deployment that holds the newest of the versions. `requirements` are the decision files as
    wholes, beside the decisions in them; a file that only others use has nothing else.
    """

    key: int
    definitions: tuple[Deployed, ...]
    findings: tuple[t.Any, ...]
    requirements: tuple[Deployed, ...] = ()

    @property
    def listed(self) -> tuple[Deployed, ...]:
        """What to tell people: the definitions, and files that hold none because only other files use them."""
        told = {one.file for one in self.definitions}
        return (*self.definitions, *(one for one in self.requirements if one.file not in told))

    @property
    def changed(self) -> bool:
        return any(one.changed for one in (*self.definitions, *self.requirements))


def deploy(
    person: Person | None,
    files: Sequence[File],
    *,
    note: str | None = None,
    expected: Mapping[str, int] | None = None,
    both_languages: bool = False,
    reviewed: bool = False,
) -> DeployResult:
    """Check the files and store what changed as new versions, in one transaction.

    :param person: a process owner or administrator; None is the system itself (`firstline deploy`, demonstration).
    :param expected: {id: version the author started from}; somebody else's newer version is a Conflict.
    :param both_languages: refuse names without English, as our own library demands.
    :param reviewed: whether a second person has seen the files.

    Raises Invalid with findings, Forbidden, Conflict.
    """
    if person is not None:
        access.require(person, PROCESS_OWNER)
        _require_review(person, reviewed=reviewed)
    if not files:
        raise Invalid("engine.nothing_to_deploy")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction() as session:
                checked = _checked(session, files, both_languages=both_languages)
                if checked.errors:
                    raise Invalid("engine.deployment_refused", findings=[one.as_json() for one in checked.findings])
                _refuse_overtaking(session, expected or {})
                return _Storing(session, person, note).store(files, checked)
        except IntegrityError as taken:
            # Somebody else deployed at the same moment and took the number or version; what is newest has changed.
            if attempt == ATTEMPTS or db.session.info.get("in_command"):
                raise Conflict(BUSY) from taken
    raise AssertionError("The loop above returns or raises.")


def _require_review(person: Person, *, reviewed: bool) -> None:
    """Where two people are to look at everything, only administrators may do without: on the command line, in need."""
    settings: Settings = current_app.extensions["settings"]
    if settings.studio.review == "required" and not (reviewed or person.administrator):
        raise Forbidden("engine.review_required")


def lint(files: Sequence[File], *, both_languages: bool = False) -> Checked:
    """Run the gate without deploying; references are looked up among what is deployed."""
    with transaction() as session:
        return _checked(session, files, both_languages=both_languages)


def _checked(session: t.Any, files: Sequence[File], *, both_languages: bool) -> Checked:
    around = surroundings_in(session)
    return check(files, known_in(session), shelf=StoredShelf(session), around=around, both_languages=both_languages)


def surroundings_in(session: t.Any) -> Surroundings:
    """Return what expressions of this installation can name."""
    registry = the_registry()

    def form_keys(form_id: str) -> tuple[str, ...]:
        newest = catalogue.find_newest(session, "form", form_id)
        return catalogue.form_model(session, newest.sha256).keys() if newest else ()

    functions = frozenset(function.name for function in registry.functions)
    return Surroundings(functions, registry.context_members, form_keys)


def known_in(session: t.Any) -> t.Callable[[str, str], bool]:
    """Return the gate's look-up of deployed definitions."""

    def known(kind: str, identifier: str) -> bool:
        return catalogue.find_newest(session, t.cast(Kind, kind), identifier) is not None

    return known


def _refuse_overtaking(session: t.Any, expected: Mapping[str, int]) -> None:
    for identifier, version in expected.items():
        for kind in catalogue.TABLES:
            newest = catalogue.find_newest(session, kind, identifier)
            if newest is not None and newest.version > version:
                deployment = session.get(Deployment, newest.deployment_key)
                who, when = deployment.deployed_by, deployment.deployed_at
                raise Conflict("engine.newer_version", id=identifier, version=newest.version, who=who, when=when)


class _Storing:
    """One deployment being written. The row of the deployment itself appears with the first changed definition."""

    def __init__(self, session: t.Any, person: Person | None, note: str | None) -> None:
        self.session = session
        self.person = person
        self.note = note
        self.now = clock.now()
        self.deployment: Deployment | None = None
        self.done: list[Deployed] = []
        self.requirements: list[Deployed] = []
        self.newest_deployment = 0

    def store(self, files: Sequence[File], checked: Checked) -> DeployResult:
        for file in files:
            sha256 = hashlib.sha256(file.content).hexdigest()
            for process in checked.processes.get(file.name, ()):
                self._process(file, sha256, process)
                for identifier, source in process.forms.items():
                    self._form(File(file.name, source.encode()), identifier)
            if file.name in checked.decisions:
                self._decisions(file, sha256, checked)
            if form := checked.forms.get(file.name):
                self._form(file, form.id)
        key = self.deployment.key if self.deployment else self.newest_deployment
        if self.deployment:
            self.deployment.files = [dataclasses.asdict(one) for one in (*self.done, *self.requirements)]
            self._audit()
        self.session.flush()
        return DeployResult(key, tuple(self.done), checked.findings, tuple(self.requirements))

    def _audit(self) -> None:
        assert self.deployment is not None
        changed = [one for one in (*self.done, *self.requirements) if one.changed]
        detail = {"definitions": [f"{one.kind}:{one.id}:{one.version}" for one in changed]}
        subject = f"deployment:{self.deployment.key}"
        audit.record(self.session, self.person, "engine:deployment:created", subject, self.note or "", detail)

    def _process(self, file: File, sha256: str, process: ProcessModel) -> None:
        fields = {
            "names": _both(process.name or process.id, process.name_en),
            "version_tag": process.version_tag,
            "elements": _elements(process),
            "lanes": [
                {"id": lane.id, "names": _both(lane.name, lane.name_en), "group": lane.group} for lane in process.lanes
            ],
            "called": sorted(
                {one.id for one in process.references if one.kind == "process" and not one.id.startswith("=")}
            ),
        }
        stored = self._definition(file, sha256, "process", process.id, fields)
        if stored is not None:
            self._subscribe(stored, process)

    def _decisions(self, file: File, sha256: str, checked: Checked) -> None:
        head = checked.decision_files[file.name]
        definitions = checked.decisions[file.name]
        imports = dict(checked.imports[file.name]) or None
        names = {"zh": definitions.name or head.id}
        whole = {"names": names, "namespace": head.namespace, "imports": imports}
        self._definition(file, sha256, "requirements", head.id, whole)
        part = {"requirements_id": head.id, "requirements_key": self.requirements[-1].key}
        for decision in definitions.decisions:
            self._definition(file, sha256, "decision", decision.id, {"names": {"zh": decision.name}, **part})

    def _form(self, file: File, identifier: str) -> None:
        sha256 = hashlib.sha256(file.content).hexdigest()
        self._definition(file, sha256, "form", identifier, {"names": {"zh": identifier}})

    def _subscribe(self, stored: ProcessDefinition, process: ProcessModel) -> None:
        """Messages, signals and clocks start the newest version only."""
        old = sa.delete(StartSubscription).where(StartSubscription.process_id == process.id)
        self.session.execute(old, execution_options={"synchronize_session": False})
        for subscription in self._starts(stored.file, process):
            row = StartSubscription(
                key=next_key(), process_definition_key=stored.key, process_id=process.id, **subscription
            )
            self.session.add(row)

    def _starts(self, file: str, process: ProcessModel) -> list[dict[str, t.Any]]:
        try:
            return start_subscriptions(process, self.now)
        except BadStart as bad:
            finding = FileFinding(file, bad.code, bad.start.id, bad.params)
            raise Invalid("engine.deployment_refused", findings=[finding.as_json()]) from bad

    def _definition(
        self, file: File, sha256: str, kind: Kind, identifier: str, fields: dict[str, t.Any]
    ) -> t.Any | None:
        """Store a new version and return it, or None when this content is the newest version already."""
        model, column = catalogue.TABLES[kind]
        newest = catalogue.find_newest(self.session, kind, identifier)
        if newest is not None and newest.sha256 == sha256:
            self.newest_deployment = max(self.newest_deployment, newest.deployment_key)
            self._report(file, kind, identifier, newest, changed=False)
            return None
        deployment = self._begin()
        self._keep(sha256, file.content)
        stored = model(
            key=next_key(),
            version=newest.version + 1 if newest else 1,
            deployment_key=deployment.key,
            deployment_number=deployment.number,
            deployed_at=self.now,
            file=file.name[-200:],
            sha256=sha256,
            **{column.key: identifier, **fields},
        )
        self.session.add(stored)
        self.session.flush()
        self._report(file, kind, identifier, stored, changed=True)
        return stored

    def _report(self, file: File, kind: str, identifier: str, row: t.Any, *, changed: bool) -> None:
        done = self.requirements if kind == "requirements" else self.done
        done.append(Deployed(file.name, kind, identifier, row.version, row.version_tag, row.key, changed=changed))

    def _begin(self) -> Deployment:
        if self.deployment is None:
            last = self.session.execute(sa.select(sa.func.max(Deployment.number))).scalar() or 0
            self.deployment = Deployment(
                key=next_key(),
                number=last + 1,
                deployed_at=self.now,
                deployed_by=self.person.username if self.person else SYSTEM,
                note=self.note,
                files=[],
            )
            self.session.add(self.deployment)
            self.session.flush()
        return self.deployment

    def _keep(self, sha256: str, content: bytes) -> None:
        if self.session.get(Payload, sha256) is None:
            self.session.add(Payload(sha256=sha256, content=content, size=len(content)))
            self.session.flush()


def _both(name: str, name_en: str | None) -> dict[str, str]:
    return {"zh": name, "en": name_en} if name_en else {"zh": name}


def _elements(process: ProcessModel) -> dict[str, dict[str, t.Any]]:
    return {
        element.id: {
            "kind": element.kind,
            "names": _both(element.name or element.id, element.name_en),
            "lane": element.lane.id if element.lane else None,
        }
        for element in process.elements.values()
    }
