"""Deployed versions: which one a reference means, and its parsed form, kept in memory by content."""

import functools
import threading
import typing as t
from collections import OrderedDict
from collections.abc import Callable

import sqlalchemy as sa
from flask import current_app

from app import forms, kernel
from app.engine.models import DecisionDefinition, DecisionRequirements, FormDefinition, Payload, ProcessDefinition
from app.errors import NotFound
from app.kernel.model import Binding, ProcessModel

KEPT = 1_000

Kind = t.Literal["process", "decision", "form", "requirements"]
Kept = t.TypeVar("Kept")

TABLES: dict[Kind, tuple[type[t.Any], t.Any]] = {
    "process": (ProcessDefinition, ProcessDefinition.process_id),
    "decision": (DecisionDefinition, DecisionDefinition.decision_id),
    "form": (FormDefinition, FormDefinition.form_id),
    "requirements": (DecisionRequirements, DecisionRequirements.requirements_id),
}


class Version(t.NamedTuple):
    """What never changes about one version of a process, decision or form; `id` is its name in the diagrams."""

    key: int
    id: str
    version: int
    version_tag: str | None
    sha256: str
    deployment_key: int
    deployment_number: int


class ParsedFiles:
    """Facts and parsed files used most recently. Versions never change, so nothing is ever invalidated."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], t.Any] = OrderedDict()

    def get(self, kind: str, name: str, build: Callable[[], Kept]) -> Kept:
        """Return what is kept under a name, building it when it is not at hand."""
        with self._lock:
            if (kind, name) in self._kept:
                self._kept.move_to_end((kind, name))
                return t.cast(Kept, self._kept[kind, name])
        made = build()
        with self._lock:
            self._kept[kind, name] = made
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


def kept() -> ParsedFiles:
    """Return what this process keeps in memory."""
    files: ParsedFiles = current_app.extensions["engine_files"]
    return files


def content(session: t.Any, sha256: str) -> bytes:
    """Return a deployed file as it was deployed."""
    found = session.execute(sa.select(Payload.content).where(Payload.sha256 == sha256)).scalar_one()
    return bytes(found)


def process_model(session: t.Any, sha256: str, process_id: str) -> ProcessModel:
    """Return the executable model of one process of a deployed file."""

    def build() -> dict[str, ProcessModel]:
        parsed = kernel.parse(content(session, sha256))
        return {process.id: process for process in parsed.processes}

    return kept().get("bpmn", sha256, build)[process_id]


def form_model(session: t.Any, sha256: str) -> forms.Form:
    """Return a deployed form."""
    return kept().get("form", sha256, lambda: forms.parse_form(content(session, sha256)))


def form_of(session: t.Any, form_key: int) -> forms.Form:
    """Return a form version by its key."""
    return form_model(session, version_by_key(session, "form", form_key).sha256)


def version_by_key(session: t.Any, kind: Kind, key: int) -> Version:
    """Return a version by its key. Raises NotFound."""

    def read() -> Version:
        model, _ = TABLES[kind]
        found = session.execute(_select(kind).where(model.key == key)).one_or_none()
        if found is None:
            raise NotFound("engine.no_such_definition", key=key)
        return Version(*found)

    return kept().get(f"{kind}-key", str(key), read)


def newest(session: t.Any, kind: Kind, identifier: str, version: int | None = None) -> Version:
    """Return the newest version, or the one of that number. Raises NotFound."""
    found = _newest(session, kind, identifier, number=version)
    if found is None:
        raise NotFound(f"engine.no_such_{kind}", id=identifier)
    return found


def resolve(
    session: t.Any,
    kind: Kind,
    identifier: str,
    *,
    binding: Binding,
    version_tag: str | None,
    in_force: int,
    deployed_with: int,
) -> Version | None:
    """Return the version that a reference in a diagram means, None when there is none.

    :param binding: `latest`, `deployment` or `versionTag` as Camunda 8 says; empty means the newest version that was
        in force when the root instance started or, if there was none yet, the newest.
    :param in_force: number of the newest deployment at that moment.
    :param deployed_with: deployment number of the version that carries the reference.
    """
    if binding == "versionTag":
        return _newest(session, kind, identifier, tag=version_tag)
    limit = reach(binding, in_force=in_force, deployed_with=deployed_with)
    return newest_up_to(session, kind, identifier, limit)


def reach(binding: Binding, *, in_force: int, deployed_with: int) -> int | None:
    """Return the number of the last deployment that a binding looks at; None looks at all."""
    if binding == "latest":
        return None
    return deployed_with if binding == "deployment" else in_force


def newest_up_to(session: t.Any, kind: Kind, identifier: str, limit: int | None) -> Version | None:
    """Return the newest version up to a deployment or, if there was none yet, the newest of all."""
    if limit is None:
        return _newest(session, kind, identifier)
    # Deployment numbers only grow, so what was newest up to one of them stays so and may be kept.
    found = kept().get(
        f"{kind}-in-force", f"{limit}:{identifier}", lambda: _newest(session, kind, identifier, up_to=limit)
    )
    return found or _newest(session, kind, identifier)


def find_newest(session: t.Any, kind: Kind, identifier: str) -> Version | None:
    """Return the newest version, None when nothing of that name is deployed."""
    return _newest(session, kind, identifier)


def _newest(
    session: t.Any,
    kind: Kind,
    identifier: str,
    *,
    up_to: int | None = None,
    tag: str | None = None,
    number: int | None = None,
) -> Version | None:
    given = {"identifier": identifier, "up_to": up_to, "tag": tag, "number": number}
    wanted = {name: value for name, value in given.items() if value is not None}
    found = session.execute(_select_newest(kind, tuple(wanted)), wanted).one_or_none()
    return None if found is None else Version(*found)


@functools.cache
def _select_newest(kind: Kind, narrowed_by: tuple[str, ...]) -> sa.Select[t.Any]:
    """Built once per question, because building it costs more than running it."""
    model, column = TABLES[kind]
    conditions = {
        "identifier": column == sa.bindparam("identifier"),
        "up_to": model.deployment_number <= sa.bindparam("up_to"),
        "tag": model.version_tag == sa.bindparam("tag"),
        "number": model.version == sa.bindparam("number"),
    }
    query = _select(kind).where(*(conditions[name] for name in narrowed_by))
    return query.order_by(model.version.desc()).limit(1)


def _select(kind: Kind) -> sa.Select[t.Any]:
    model, column = TABLES[kind]
    return sa.select(
        model.key,
        column,
        model.version,
        model.version_tag,
        model.sha256,
        model.deployment_key,
        model.deployment_number,
    )
