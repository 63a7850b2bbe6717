"""Is it free? The verdict staff can tell a customer, with the reasons and where each was taken from."""

import dataclasses
import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping

from app import i18n
from app.desk import cases
from app.desk.facts.device import warranty_end
from app.desk.models import Asset
from app.i18n import text as _

if t.TYPE_CHECKING:
    from app.desk.queries import Story

FREE = frozenset({"free", "no_charge"})


@dataclasses.dataclass(frozen=True)
class Reason:
    """One fact behind a verdict; `ok` is None for a fact that speaks for neither side."""

    text: str
    ok: bool | None = None
    source: str = ""


@dataclasses.dataclass(frozen=True)
class Verdict:
    """What it comes to. `state` is ok, warn or bad."""

    title: str
    state: str
    reasons: tuple[Reason, ...] = ()


def of_device(asset: Asset, today: dt.date) -> Verdict:
    """Judge a device by what is on file, before anybody has looked at it."""
    end = warranty_end(asset)
    reasons = tuple(_device_reasons(asset, today))
    if end is None:
        return Verdict(_("Warranty unknown: ask for proof of purchase"), "warn", reasons)
    left = (end - today).days
    if left < 0:
        return Verdict(_("Out of warranty since %(day)s", day=end.isoformat()), "warn", reasons)
    title = _("In warranty, 1 day left") if left == 1 else _("In warranty, %(left)d days left", left=left)
    return Verdict(title, "ok" if asset.purchase_proof else "warn", reasons)


def of_case(story: "Story") -> Verdict | None:
    """Return what was judged in a case; without a judgement, what is on file about its device."""
    case = story.case
    if case.in_warranty is None:
        return of_device(case.asset, cases.company_day(case.request_time)) if case.asset else None
    title = _("In warranty") if case.in_warranty else _("Out of warranty")
    if case.charge_basis:
        charge = i18n.text(f"charge_basis.basis.{case.charge_basis}")
        title = _("%(first)s: %(rest)s", first=title, rest=charge)
    free = case.charge_basis in FREE or (case.in_warranty and not case.charge_basis)
    day = cases.company_day(case.request_time)
    reasons = [*(_device_reasons(case.asset, day) if case.asset else ()), *_judged(story)]
    return Verdict(title, "ok" if free else "warn", tuple(reasons))


def _device_reasons(asset: Asset, today: dt.date) -> Iterator[Reason]:
    if asset.purchase_proof and asset.sale_date:
        yield Reason(_("Proof of purchase on file, bought %(day)s", day=asset.sale_date), ok=True)
    elif asset.purchase_proof:
        yield Reason(_("Proof of purchase on file"), ok=True)
    else:
        yield Reason(_("No proof of purchase on file"), ok=False)
    end = warranty_end(asset)
    if end is None:
        yield Reason(_("No sale, delivery or installation date on file"), ok=False)
    elif end < today:
        yield Reason(_("Warranty ended %(day)s", day=end), ok=False)
    else:
        yield Reason(_("Warranty until %(day)s", day=end), ok=True)


def _judged(story: "Story") -> Iterator[Reason]:
    """The newest judgement of each table, with who made it."""
    newest = {decision.decision_id: decision for decision in story.decisions}
    for scope, output, good in (
        ("damage_classification", "finding", "genuine_fault"),
        ("warranty_eligibility", "reason", None),
    ):
        decision = newest.get(scope)
        value = decision.value if decision else None
        code = value.get(output) if isinstance(value, Mapping) else value
        if decision is None or not isinstance(code, str):
            continue
        ok = bool(story.case.in_warranty) if good is None else code == good
        yield Reason(i18n.text(f"{scope}.{output}.{code}"), ok, i18n.localised(decision.names, decision.element_id))
