"""Where the rules of a decision table overlap, and which values none of them takes.

What is said is certain: a rule with a cell that calls a function or names a variable may take anything, so nothing is
said about it, and nothing is said to be missing while there is one. Null is left out: a table that has no rule for an
answer that was not given is no surprise.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from app.dmn import hit_policy
from app.dmn.cells import Column, Part, column_of
from app.dmn.definitions import Definitions
from app.dmn.errors import Finding
from app.dmn.table import Table

MOST_RULES = 400
"""Each is compared with every other."""
MOST_STEPS = 20_000
"""When looking for what is missing; a table of which that is not enough is left alone."""
MOST_SAID = 3
"""Of each kind: whoever has corrected them sees the next ones."""


class _TooMuch(Exception):
    pass


def look_over(definitions: Definitions) -> Iterator[Finding]:
    """Say of every table of a file what an author should look at; nothing of it keeps the file from being used."""
    for table in definitions.tables:
        yield from _remarks(table)


def _remarks(table: Table) -> Iterator[Finding]:
    if not table.rules or not table.inputs or len(table.rules) > MOST_RULES:
        return
    columns = [column_of(column, position, table.rules) for position, column in enumerate(table.inputs)]
    known = (1 << len(table.rules)) - 1
    for column in columns:
        known &= ~column.unknown
    if table.policy in (hit_policy.UNIQUE, hit_policy.ANY):
        yield from islice(_overlaps(table, columns, known), MOST_SAID)
    if table.policy == hit_policy.FIRST:
        yield from islice(_unreachable(table, columns, known), MOST_SAID)
    complete = known == (1 << len(table.rules)) - 1
    if complete and table.policy in hit_policy.SINGLE and not any(one.default for one in table.outputs):
        yield from islice(_missing(table, columns), MOST_SAID)


def _overlaps(table: Table, columns: Sequence[Column], known: int) -> Iterator[Finding]:
    """Pairs of rules that take the same values; of a table that allows it, only those that answer differently."""
    answers = [tuple(output.source for output in rule.outputs) for rule in table.rules]
    for later in _bits(known):
        for earlier in _bits(known & ((1 << later) - 1)):
            if table.policy == hit_policy.ANY and answers[earlier] == answers[later]:
                continue
            both = 1 << earlier | 1 << later
            shared = [next((part for part in one.parts if part.rules & both == both), None) for one in columns]
            if None not in shared:
                case = _case(columns, [part for part in shared if part])
                code = "dmn.rules_overlap" if table.policy == hit_policy.UNIQUE else "dmn.rules_disagree"
                yield _at_rule(table, code, later, other=str(earlier + 1), case=case)


def _unreachable(table: Table, columns: Sequence[Column], known: int) -> Iterator[Finding]:
    """Rules whose values are all taken by rules that stand before them."""
    for bit in _bits(known):
        before, own = known & ((1 << bit) - 1), 1 << bit
        try:
            free = next(_uncovered(columns, before, own), None)
        except _TooMuch:
            return
        if before and free is None:
            yield _at_rule(table, "dmn.rule_unreachable", bit)


def _missing(table: Table, columns: Sequence[Column]) -> Iterator[Finding]:
    try:
        for parts in _uncovered(columns, -1, 0):
            yield _remark("dmn.case_without_rule", table.id, table=table.name, case=_case(columns, parts))
    except _TooMuch:
        return


def _uncovered(columns: Sequence[Column], rules: int, within: int) -> Iterator[list[Part]]:
    """What none of the rules takes, among what the rules `within` take: a part of each column that decides it."""
    seen: set[tuple[int, int]] = set()

    def look(position: int, left: int) -> Iterator[list[Part]]:
        if not left:
            yield []
            return
        if position == len(columns) or (position, left) in seen:
            return
        seen.add((position, left))
        if len(seen) > MOST_STEPS:
            raise _TooMuch
        for part in columns[position].parts:
            if part.rules & within == within and (part.named or within):
                yield from ([part, *rest] for rest in look(position + 1, left & part.rules))

    return look(0, rules)


def _at_rule(table: Table, code: str, bit: int, **params: str) -> Finding:
    rule = table.rules[bit]
    return _remark(code, rule.id or table.id, table=table.name, rule=str(rule.index), **params)


def _remark(code: str, element_id: str | None, **params: str) -> Finding:
    return Finding(code, element_id, params, "warning")


def _case(columns: Sequence[Column], parts: Sequence[Part]) -> str:
    """A case in words a table uses: `days > 90, proof "invoice"`; columns that do not matter are left out."""
    told = [f"{column.label} {part.test}" for column, part in zip(columns, parts, strict=False) if part.test != "-"]
    return ", ".join(told) or "-"


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
