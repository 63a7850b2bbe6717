"""Moving tokens by hand: the choices of the form, and in words what would come of them."""

import dataclasses
import typing as t
from collections import Counter
from collections.abc import Iterable, Mapping

from app import i18n
from app.cockpit.names import Names
from app.db import db
from app.engine import Consequences, Modification, beginnings, catalogue, incident_text, live_steps
from app.engine.models import ElementInstance, ProcessInstance
from app.engine.queries import detail
from app.i18n import text as _
from app.kernel import Placement
from app.people.person import Person

STAYS, TAKEN = "", "-"
"""What a token may be told, beside the id of the step that it goes to."""
PUT = "put"
"""Field with the step that one more token is put on."""

Option = tuple[str, str]


@dataclasses.dataclass(frozen=True)
class Line:
    """One token in the form."""

    step: ElementInstance
    name: str
    depth: int
    chosen: str

    @property
    def field(self) -> str:
        return field_of(self.step.token)


@dataclasses.dataclass(frozen=True)
class Moving:
    """The form: tokens with what becomes of each, and the steps one may choose from."""

    instance: ProcessInstance
    lines: list[Line]
    steps: list[Option]
    put: str

    @property
    def fates(self) -> list[Option]:
        """What may become of a token."""
        moves = [(element, _("moves to “%(step)s”", step=name)) for element, name in self.steps]
        return [(STAYS, _("stays here")), (TAKEN, _("is taken away")), *moves]

    @property
    def places(self) -> list[Option]:
        """Where one more token may be put."""
        return [("", _("nowhere")), *self.steps]


def field_of(token: int) -> str:
    """Return the name of a token's field."""
    return f"token-{token}"


def opened(person: Person, key: int, names: Names, given: Mapping[str, str]) -> Moving:
    """Return the form with what has been chosen so far."""
    instance = detail.get_instance(person, key)
    db.session.refresh(instance)
    version = catalogue.version_by_key(db.session, "process", instance.process_definition_key)
    model = catalogue.process_model(db.session, version.sha256, version.id)
    rows = live_steps(person, key)
    depths = _depths(rows)
    lines = [Line(row, _name(names, row), depths[row.token], given.get(field_of(row.token), STAYS)) for row in rows]
    ids = [one.id for one in beginnings(model.elements.values())]
    return Moving(instance, lines, _told_apart(instance.process_definition_key, ids, names), given.get(PUT, ""))


def chosen(given: Mapping[str, str]) -> Modification:
    """Return what a sent form asks for."""
    told = {name.removeprefix("token-"): fate for name, fate in given.items() if name.startswith("token-") and fate}
    tokens = {int(token): fate for token, fate in told.items() if token.isascii() and token.isdigit()}
    targets = [fate for fate in tokens.values() if fate != TAKEN]
    if given.get(PUT):
        targets.append(given[PUT])
    return Modification(list(tokens), [Placement(target) for target in targets])


def is_empty(modification: Modification) -> bool:
    """Whether nothing has been chosen yet."""
    return not modification.cancel and not modification.place


def in_words(said: Consequences, definition_key: int, names: Names) -> list[tuple[str, str]]:
    """Return sentences with their kind (`bad`, `warn` or empty)."""

    def listed(steps: Iterable[str]) -> str:
        counts = Counter(names.element(definition_key, step) for step in steps)
        return _listed(f"{name} × {count}" if count > 1 else name for name, count in counts.items())

    sentences = [
        (said.taken, "", _("Ends: %(steps)s.", steps=listed(said.taken))),
        (said.passed, "", _("Runs through: %(steps)s.", steps=listed(said.passed))),
        (said.begun, "", _("Begins: %(steps)s.", steps=listed(said.begun))),
        (said.calls, "warn", _("Called processes that are cancelled: %(count)d.", count=said.calls)),
        (said.over, "bad", _("No token is left then: the case ends.")),
    ]
    failing = [
        ("bad", i18n.join_sentences([_("“%(step)s” fails at once.", step=step), incident_text.sentence(one)]))
        for one in said.failing
        for step in [names.element(definition_key, one.element_id)]
    ]
    return [(kind, sentence) for holds, kind, sentence in sentences if holds] + failing


def _listed(names: Iterable[str]) -> str:
    return ("、" if i18n.language() == "zh" else ", ").join(names)


def _name(names: Names, row: ElementInstance) -> str:
    return names.element(row.process_definition_key, row.element_id)


def _depths(rows: Iterable[ElementInstance]) -> dict[int, int]:
    """How deep each token lies in others; those around come first."""
    depths: dict[int, int] = {}
    for row in rows:
        depths[row.token] = depths.get(t.cast(int, row.scope), -1) + 1
    return depths


def _told_apart(definition_key: int, ids: list[str], names: Names) -> list[Option]:
    """Name steps, with their ids where two are called the same."""
    called = {one: names.element(definition_key, one) for one in ids}
    often = Counter(called.values())
    return [(one, f"{name} ({one})" if often[name] > 1 else name) for one, name in called.items()]
