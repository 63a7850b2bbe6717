"""`desk.callback_sample` and `desk.repair_figures`: repairs checked by telephone, and what a month comes to."""

import datetime as dt
import random
import typing as t
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app.desk import cases, reading
from app.desk.models import Case, Document
from app.engine.registry import JobContext
from app.people.models import Unit

SHARE, LEAST, DEAR = 0.1, 3, 500
"""A tenth of a day's repairs, three at least, and every one above this fee in yuan (proposed)."""
REPEAT = dt.timedelta(days=30)
"""A device that comes back within this time was not repaired the first time."""
REPAIRED = frozenset({"repaired", "swapped"})

Line = dict[str, t.Any]


def sample(job: JobContext) -> Mapping[str, t.Any]:
    """{"calls", "spares"}: drawn from `lines` by `seed`, so that a retry draws the same; repeats and dear ones always.

    A repair without a telephone number cannot be checked and is never drawn. Spares are called in place of customers
    whom nobody reaches.
    """
    reachable = [dict(line) for line in reading.objects(job, "lines") if line.get("phone")]
    again = _repeated(job, {str(line.get("serial_no")) for line in reachable})
    always = [line for line in reachable if (line.get("fee") or 0) > DEAR or line["case_no"] in again]
    rest = [line for line in reachable if line not in always]
    random.Random(reading.required(job, "seed")).shuffle(rest)  # noqa: S311 (the same for the same seed is the point)
    wanted = max(0, max(LEAST, round(SHARE * len(reachable))) - len(always))
    return {"calls": always + rest[:wanted], "spares": rest[wanted:]}


def _repeated(job: JobContext, serials: set[str]) -> set[str]:
    """Case numbers of devices that had a repair within the last thirty days before."""
    query = sa.select(Case.serial_no, Case.case_no).where(
        Case.serial_no.in_(serials),
        Case.process_id == "outlet_intake_repair",
        Case.request_time > job.now - 2 * REPEAT,
    )
    seen: dict[str, list[str]] = {}
    for row in job.session.execute(query.order_by(Case.id)):
        seen.setdefault(row.serial_no, []).append(row.case_no)
    return {number for numbers in seen.values() for number in numbers[1:]}


def figures(job: JobContext) -> Mapping[str, t.Any]:
    """{"figures"} of the month `period` (YYYY-MM), from data that passed the call-back only.

    repaired, repeats, first_time_fix in percent, cycle_days, unverified, `outlets`, `models`, `sites` with what is
    still open there, and `complaint_list` about repair.
    """
    period = reading.required(job, "period")
    papers = _data(job, period)
    verified = [paper for paper in papers if paper.state == "verified"]
    lines = [line | {"site": paper.content["site"]} for paper in verified for line in _of(paper)]
    repaired = [line for line in lines if line.get("result") in REPAIRED]
    repeats = _come_back(job, repaired)
    days = [_days(line) for line in repaired]
    waiting = [paper for paper in papers if paper.state != "verified"]
    rate = 100 * (1 - len(repeats) / len(repaired)) if repaired else 0
    return {
        "figures": {
            "repaired": len(repaired),
            "repeats": len(repeats),
            "first_time_fix": round(rate, 1),
            "cycle_days": round(sum(days) / len(days), 1) if days else 0,
            "unverified": sum(len(_of(paper)) for paper in waiting),
            "outlets": _grouped(repaired, repeats, "site"),
            "models": [one | {"brand": _brand(repaired, one["model"])} for one in _grouped(repaired, repeats, "model")],
            "sites": _sites(papers),
            "complaint_list": _complaints(job, period),
        }
    }


def _data(job: JobContext, period: str) -> list[Document]:
    first = dt.datetime.fromisoformat(f"{period}-01T00:00:00+00:00")
    written = Document.created_at.between(first - dt.timedelta(days=1), first + dt.timedelta(days=62))
    query = sa.select(Document).where(Document.kind == "repair_data", written).order_by(Document.id)
    return [paper for paper in job.session.scalars(query) if str(paper.content.get("day", "")).startswith(period)]


def _of(paper: Document) -> list[Line]:
    return [dict(line) for line in paper.content.get("lines") or []]


def _come_back(job: JobContext, repaired: list[Line]) -> set[str]:
    """Case numbers of repairs whose device was handed in again within thirty days."""
    query = sa.select(Case.serial_no, Case.case_no, Case.request_time).where(
        Case.process_id == "outlet_intake_repair", Case.serial_no.in_({line.get("serial_no") for line in repaired})
    )
    handed_in: dict[str, list[tuple[str, dt.date]]] = {}
    for row in job.session.execute(query):
        handed_in.setdefault(row.serial_no, []).append((row.case_no, cases.company_day(row.request_time)))
    return {line["case_no"] for line in repaired if _returned(line, handed_in.get(line.get("serial_no") or "", []))}


def _returned(line: Line, handed_in: Iterable[tuple[str, dt.date]]) -> bool:
    finished = reading.day(line.get("closed_on"))
    return finished is not None and any(
        number != line["case_no"] and finished <= day <= finished + REPEAT for number, day in handed_in
    )


def _days(line: Line) -> int:
    finished, received = reading.day(line.get("closed_on")), reading.day(line.get("received_on"))
    return (finished - received).days if finished and received else 0


def _grouped(lines: list[Line], repeats: set[str], by: str) -> list[Line]:
    names = sorted({str(line.get(by) or "") for line in lines})
    groups = {name: [line for line in lines if str(line.get(by) or "") == name] for name in names}
    return [
        {
            by: name,
            "volume": len(group),
            "repeats": sum(line["case_no"] in repeats for line in group),
            "fees": sum(float(line.get("fee") or 0) for line in group),
        }
        for name, group in groups.items()
    ]


def _brand(lines: list[Line], model: str) -> str | None:
    return next((line.get("brand") for line in lines if line.get("model") == model), None)


def _sites(papers: list[Document]) -> list[Line]:
    sites = sorted({paper.content["site"] for paper in papers})
    mine = {site: [paper for paper in papers if paper.content["site"] == site] for site in sites}
    return [
        {
            "site": site,
            "verified": sum(len(_of(paper)) for paper in mine[site] if paper.state == "verified"),
            "open": sum(len(_of(paper)) for paper in mine[site] if paper.state != "verified"),
        }
        for site in sites
    ]


def _complaints(job: JobContext, period: str) -> list[Line]:
    """Complaints of the month that name a device, where people are to say what they are about."""
    query = (
        sa.select(Case, Unit.code)
        .outerjoin(Unit, Unit.id == Case.unit_id)
        .where(Case.process_id == "complaint_handling", Case.serial_no.is_not(None))
        .order_by(Case.id)
    )
    return [
        {"case_no": row.Case.case_no, "site": row.code, "text": row.Case.fault_description, "topic": None}
        for row in job.session.execute(query)
        if cases.company_day(row.Case.request_time).isoformat().startswith(period)
    ]
