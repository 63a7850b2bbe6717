"""Who should make a visit: skill, area, load and calendar, each reason in words."""

import dataclasses
from collections.abc import Mapping, Sequence

from app.desk.dispatch.board import Board, Engineer, misfits
from app.desk.dispatch.visits import Visit
from app.desk.texts import code_text
from app.i18n import text as _

DECISION = "dispatch_score"


@dataclasses.dataclass(frozen=True)
class Proposal:
    """One person who could go: what speaks for them and what against. No points for whom the table did not rank."""

    username: str
    name: str
    points: int | None
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    goes: bool


def proposals(visit: Visit, board: Board) -> list[Proposal]:
    """Return everybody who could make a visit: those the table of points ranked first, best first, then the others.

    Whoever is away or has a clash comes behind those of whom nothing speaks against, whatever their points.
    """
    ranked = {str(one.get("username")): one for one in visit.ranking}
    order = {username: place for place, username in enumerate(ranked)}
    found = [_proposal(visit, board, one, ranked.get(one.username)) for one in board.engineers]
    return sorted(found, key=lambda one: (bool(one.against), order.get(one.username, len(order)), one.name))


def _proposal(visit: Visit, board: Board, engineer: Engineer, ranked: Mapping[str, object] | None) -> Proposal:
    planned = [placed.visit for placed in board.at(engineer.username, visit.day)]
    reasons = _reasons(ranked)
    others = [one for one in planned if one.key != visit.key]
    if not others and visit.day not in engineer.away:
        reasons.append(_("free that day"))
    elif others:
        reasons.append(_("visits that day: %(count)d", count=len(others)))
    points = ranked.get("points") if ranked else None
    return Proposal(
        username=engineer.username,
        name=engineer.name,
        points=int(points) if isinstance(points, int | float) else None,
        reasons=tuple(reasons),
        against=misfits(visit, planned, engineer),
        goes=engineer.username == visit.staff,
    )


def _reasons(ranked: Mapping[str, object] | None) -> list[str]:
    why = ranked.get("why") if ranked else None
    codes = [str(code) for code in why] if isinstance(why, Sequence) and not isinstance(why, str) else []
    # What the calendar says is said anew below, because it changes after the table was asked.
    return [code_text(DECISION, "reason", code) for code in codes if not code.startswith("day_")]
