"""`desk.outlet_figures` and `desk.outlet_register`: how the outlets do, and a new one."""

import datetime as dt
import typing as t
from collections import Counter
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from app.desk import reading, returns
from app.desk.ledger import whole
from app.desk.models import Case, CaseNote, PartStock, ServiceOutlet
from app.desk.models.outlet import AUTHORISED, SUPPLIED
from app.engine.registry import JobContext
from app.people.organisation import UNIT_CODE, add_unit
from app.people.person import SYSTEM
from app.people.units import UnitNode, unit_tree

DAYS = 30
SATISFIED = frozenset({"4", "5"})
"""Scores from 1 to 5 that count as satisfied."""
REJECTED = "data_rejected"
"""Kind of the note that a patrol writes about an outlet whose data the call-back did not confirm."""
ABOVE_OUTLETS = frozenset({"national", "region", "province"})


def figures(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"figures"}: one context per outlet in use, or of `site` only, of the last `days` (30).

    Each is {outlet, name, volume, return_rate, satisfaction, complaints, per_thousand, rejections}; rates are
    percentages, satisfaction is null where nobody was asked. Four statements, however many outlets there are.
    """
    site = reading.text(job, "site")
    outlets = [node for node in unit_tree().nodes if node.kind == "outlet" and node.active]
    wanted = [node for node in outlets if site is None or node.code == site]
    since = job.now - dt.timedelta(days=whole(job.inputs.get("days") or DAYS))
    units = [node.id for node in wanted]
    repairs = returns.rates(job.session, units, since)
    asked = _satisfaction(job.session, units, since)
    complaints = _complaints(job.session, units, since)
    rejections = _rejections(job.session, since)
    return {
        "figures": [
            _line(node, repairs.get(node.id, (0, 0.0)), asked.get(node.id), complaints[node.id], rejections[node.code])
            for node in wanted
        ]
    }


def _line(
    node: UnitNode, repairs: tuple[int, float], satisfaction: float | None, complaints: int, rejections: int
) -> dict[str, t.Any]:
    volume, return_rate = repairs
    return {
        "outlet": node.code,
        "name": node.name,
        "volume": volume,
        "return_rate": return_rate,
        "satisfaction": satisfaction,
        "complaints": complaints,
        "per_thousand": round(1000 * complaints / volume, 1) if volume else 0,
        "rejections": rejections,
    }


def _satisfaction(session: t.Any, units: Collection[int], since: dt.datetime) -> dict[int, float]:
    query = sa.select(Case.unit_id, Case.satisfaction).where(
        Case.unit_id.in_(units), Case.closed_at >= since, Case.satisfaction.is_not(None)
    )
    asked: Counter[int] = Counter()
    satisfied: Counter[int] = Counter()
    for unit, score in session.execute(query):
        asked[unit] += 1
        satisfied[unit] += score in SATISFIED
    return {unit: round(100 * satisfied[unit] / count, 1) for unit, count in asked.items()}


def _complaints(session: t.Any, units: Collection[int], since: dt.datetime) -> Counter[int]:
    """Complaints received at the outlet, or about a case of it."""
    about = sa.orm.aliased(Case)
    unit = sa.func.coalesce(about.unit_id, Case.unit_id)
    query = (
        sa.select(unit, sa.func.count())
        .select_from(Case)
        .outerjoin(about, about.id == Case.parent_case_id)
        .where(Case.process_id == "complaint_handling", Case.request_time >= since, unit.in_(units))
        .group_by(unit)
    )
    return Counter({row[0]: row[1] for row in session.execute(query)})


def _rejections(session: t.Any, since: dt.datetime) -> Counter[str]:
    query = sa.select(CaseNote.data).where(CaseNote.kind == REJECTED, CaseNote.at >= since)
    return Counter(str(data.get("outlet")) for data in session.scalars(query))


def register(job: JobContext) -> Mapping[str, t.Any]:
    """Found an outlet `code` named `name` and `name_en` below unit `parent`, with its `level` (3 unless given).

    It keeps the safety stock of outlet `like`, if there is one. Returns {"problem"}: null, or {"kind", …} when the
    code is badly formed or taken, or when nothing below `parent` may be an outlet, so that people correct it.
    """
    code, parent = reading.required(job, "code"), reading.required(job, "parent")
    if problem := _problem(code, parent):
        return {"problem": problem}
    names = {"zh": reading.required(job, "name"), "en": reading.required(job, "name_en")}
    unit = add_unit(job.session, SYSTEM, code, kind="outlet", names=names, parent=parent)
    level = AUTHORISED if reading.text(job, "level") == str(AUTHORISED) else SUPPLIED
    job.session.add(ServiceOutlet(unit_id=unit.id, level=level))
    if like := reading.text(job, "like"):
        _keep_stock_like(job.session, code, like)
    job.session.flush()
    return {"problem": None}


def _problem(code: str, parent: str) -> dict[str, str] | None:
    known = unit_tree().by_code
    if not UNIT_CODE.fullmatch(code):
        return {"kind": "code_shape", "code": code}
    if code in known:
        return {"kind": "code_taken", "code": code}
    if parent not in known or known[parent].kind not in ABOVE_OUTLETS:
        return {"kind": "no_such_parent", "parent": parent}
    return None


def _keep_stock_like(session: t.Any, code: str, like: str) -> None:
    """Nothing lies there yet; the daily report orders what is below the safety stock."""
    for row in session.scalars(sa.select(PartStock).where(PartStock.site == like, PartStock.safety_stock > 0)):
        session.add(PartStock(site=code, part_id=row.part_id, safety_stock=row.safety_stock))
