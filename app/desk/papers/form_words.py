"""Words of forms: what somebody wrote into a form is printed under the name, and with the words, the form had for it.

Documents hold what forms asked, under the same keys; so a kind of document that nobody drew a template for reads well
too, and a form that is changed changes its paper. All forms are read once per deployment, which takes some 0.1 s.
"""

import dataclasses
import functools
import re
import typing as t
from collections.abc import Iterator, Mapping

import orjson
import sqlalchemy as sa

from app import i18n
from app.db import db
from app.engine.models import Deployment, FormDefinition, Payload
from app.forms.language import localised

CODE = re.compile(r"[a-z][a-z0-9_]*")
"""What a choice of a form stores."""


@dataclasses.dataclass(frozen=True)
class FormWords:
    """Labels by key, and words by key and code; where forms differ, the first one by name counts."""

    labels: Mapping[str, str]
    choices: Mapping[tuple[str, str], str]


def label(name: str) -> str | None:
    """Return what forms call a field, None when no form has it."""
    return _words().labels.get(name)


def choice(name: str, code: str) -> str | None:
    """Return the word of a code that a form stores under a name."""
    return _words().choices.get((name, code)) if CODE.fullmatch(code) else None


def _words() -> FormWords:
    newest = db.session.execute(sa.select(sa.func.max(Deployment.number))).scalar() or 0
    return _gathered(str(db.engine.url), newest, i18n.language())


@functools.lru_cache(maxsize=8)
def _gathered(_database: str, _deployment: int, language: str) -> FormWords:
    """Read the newest version of every form."""
    query = sa.select(FormDefinition.form_id, Payload.content).join(Payload, Payload.sha256 == FormDefinition.sha256)
    newest = {row.form_id: row.content for row in db.session.execute(query.order_by(FormDefinition.version))}
    labels: dict[str, str] = {}
    choices: dict[tuple[str, str], str] = {}
    for form_id in sorted(newest):
        for component in _components(localised(orjson.loads(bytes(newest[form_id])), language)):
            key = str(component.get("key", "")).rpartition(".")[2]
            if key and component.get("label"):
                labels.setdefault(key, str(component["label"]))
            for one in component.get("values") or []:
                choices.setdefault((key, str(one.get("value"))), str(one.get("label")))
    return FormWords(labels, choices)


def _components(parent: Mapping[str, t.Any]) -> Iterator[Mapping[str, t.Any]]:
    for component in parent.get("components") or []:
        yield component
        yield from _components(component)
