"""Before something is published: what people recorded must still end as they expect, or somebody says why not."""

import typing as t
from collections.abc import Sequence

from app.db import transaction
from app.engine import File
from app.errors import Invalid
from app.i18n import text
from app.people import Person, audit
from app.scenarios import Outcome
from app.studio import scenarios
from app.studio.scenarios import Defined, Kept

LONGEST_REASON = 200


def require_scenarios(person: Person, drafts: Sequence[File], defined: Defined, overrule: str) -> str:
    """Run the recorded scenarios that drafts concern; returns what the version's note has to add, mostly nothing.

    Outside a transaction, because it may take a minute.

    :param overrule: why it is to be published although scenarios end otherwise.

    Raises Invalid with `findings`, one for each of them, unless somebody overrules them.
    """
    failed = scenarios.failing(person, drafts, defined)
    if not failed:
        return ""
    reason = " ".join(overrule.split())[:LONGEST_REASON]
    if not reason:
        raise Invalid("studio.scenarios_fail", findings=[_row(drafts[0], *one) for one in failed], count=len(failed))
    names = ", ".join(kept.id for kept, _ in failed[:5])
    with transaction() as session:
        parts = sorted(f"{kind}:{one}" for kind, identifiers in defined.items() for one in identifiers)
        detail = {"parts": parts, "scenarios": [kept.id for kept, _ in failed]}
        audit.record(session, person, "studio:scenarios:overruled", parts[0], reason, detail)
    return text("studio.scenarios_overruled", scenarios=names, reason=reason)


def _row(draft: File, kept: Kept, outcome: Outcome) -> dict[str, t.Any]:
    """A finding of the editors: which scenario, and the first thing that is otherwise."""
    first = outcome.differences[0].in_words()
    return {
        "severity": "error",
        "element_id": None,
        "text": text("studio.scenario_fails", id=kept.id, name=kept.name, difference=first),
        "code": "scenario_fails",
        "hint": "",
        "excerpt": None,
        "file": draft.name,
    }
