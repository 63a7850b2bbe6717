"""Customer and device at a glance: who it is for, what it is about, and whether it is free, with the reasons."""

import dataclasses
import datetime as dt
import typing as t

import orjson
import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app import i18n
from app.db import db
from app.desk.facts.device import warranty_end
from app.desk.models import Asset, Case, ServiceContract
from app.desk.texts import code_text
from app.engine.expressions import zone
from app.engine.models import ProcessInstance, Variable
from app.i18n import text as _

FINDINGS = ("finding", "warranty")
"""Variables of the case's processes in which the judgements of people stand."""


@dataclasses.dataclass(frozen=True)
class Reason:
    """One fact behind a verdict."""

    text: str
    ok: bool | None = None
    source: str = ""


@dataclasses.dataclass(frozen=True)
class Glance:
    """What stands beside the form. `verdict` is empty as long as nothing is known about the device."""

    case: Case
    customer: str
    device: str
    earlier: int
    contract: ServiceContract | None
    state: str = "warn"
    verdict: str = ""
    reasons: tuple[Reason, ...] = ()


def glance(case_id: int | None) -> Glance | None:
    """Return customer and device of a case; None for work without a case."""
    if case_id is None:
        return None
    device = joinedload(Case.asset).joinedload(Asset.product)
    options = (joinedload(Case.customer), joinedload(Case.contact), device)
    case = db.session.scalars(sa.select(Case).where(Case.id == case_id).options(*options)).one_or_none()
    if case is None:
        return None
    judged = _judgements(case.id) if case.asset or case.in_warranty is not None else {}
    state, verdict = _verdict(case, judged)
    product = case.asset.product if case.asset else None
    return Glance(
        case=case,
        customer=i18n.localised({"zh": case.customer.name, "en": case.customer.name_en or ""}) if case.customer else "",
        device=i18n.localised({"zh": product.name, "en": product.name_en or ""}, product.model) if product else "",
        earlier=_earlier(case),
        contract=db.session.get(ServiceContract, case.contract_id) if case.contract_id else None,
        state=state,
        verdict=verdict,
        reasons=tuple(_reasons(case, judged)),
    )


def _verdict(case: Case, judged: dict[str, t.Any]) -> tuple[str, str]:
    """The sentence that staff can tell the customer: in warranty or not, and what it means for the charge."""
    if case.in_warranty is None:
        return ("warn", _("Warranty not judged yet")) if case.asset else ("warn", "")
    warranty = _("In warranty") if case.in_warranty else _("Out of warranty")
    finding = judged.get("finding")
    free = case.charge_basis in {"free", "no_charge"}
    if finding == "human_damage":
        return "warn", _("%(warranty)s, but human damage: chargeable", warranty=warranty)
    charge = code_text("charge_basis", "basis", case.charge_basis) if case.charge_basis else ""
    words = _("%(first)s: %(rest)s", first=warranty, rest=charge) if charge else warranty
    return "ok" if free or (case.in_warranty and not case.charge_basis) else "warn", words


def _reasons(case: Case, judged: dict[str, t.Any]) -> t.Iterator[Reason]:
    if case.asset is not None:
        yield from _device_reasons(case, case.asset)
    finding = judged.get("finding")
    if isinstance(finding, str):
        text = code_text("damage_classification", "finding", finding)
        yield Reason(text, finding == "genuine_fault", _("judged"))
    warranty = judged.get("warranty")
    if isinstance(warranty, dict) and warranty.get("reason"):
        text = code_text("warranty_eligibility", "reason", warranty["reason"])
        yield Reason(text, bool(warranty.get("in_warranty")), _("warranty table"))


def _device_reasons(case: Case, asset: Asset) -> t.Iterator[Reason]:
    same = asset.customer_id == case.customer_id
    yield Reason(_("Registered to this customer") if same else _("Registered to somebody else"), same)
    if asset.purchase_proof:
        sold = asset.sale_date
        bought = _("Proof of purchase on file, bought %(day)s", day=sold) if sold else _("Proof of purchase on file")
        yield Reason(bought, ok=True)
    else:
        yield Reason(_("No proof of purchase on file"), ok=False)
    end = warranty_end(asset)
    if end is not None:
        left = (end - _day(case.request_time)).days
        still = _("Warranty until %(day)s, %(left)d days left", day=end, left=left)
        yield Reason(still if left >= 0 else _("Warranty ended %(day)s", day=end), left >= 0)


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(zone()).date()


def _earlier(case: Case) -> int:
    """How often the same device was here before."""
    if case.asset_id is None:
        return 0
    query = sa.select(sa.func.count()).where(Case.asset_id == case.asset_id, Case.request_time < case.request_time)
    return int(db.session.execute(query).scalar_one())


def _judgements(case_id: int) -> dict[str, t.Any]:
    """The newest judgements in the variables of the case's processes."""
    family = sa.select(ProcessInstance.key).where(ProcessInstance.case_id == case_id)
    query = (
        sa.select(Variable.name, Variable.value)
        .where(Variable.instance_key.in_(family), Variable.scope == 1, Variable.name.in_(FINDINGS))
        .order_by(Variable.key)
    )
    return {row.name: orjson.loads(row.value) for row in db.session.execute(query) if row.value}
