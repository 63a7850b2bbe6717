"""Comparing two decision files: decisions, columns, rules cell by cell, and everything else they consist of."""

import dataclasses
import difflib
from collections.abc import Iterator, Mapping, Sequence

from lxml import etree

from app.studio.comparing.change import (
    Change,
    Names,
    Value,
    local_name,
    name_changes,
    put,
    root_of,
    setting_changes,
    words_in,
)

DRAWN = (
    "decision", "inputData", "businessKnowledgeModel", "knowledgeSource", "decisionService", "itemDefinition", "import",
)  # fmt: skip
REMARK = "remark"
_REQUIREMENTS = ("informationRequirement", "knowledgeRequirement", "authorityRequirement")
_TOLD = {*_REQUIREMENTS, "decisionTable", "variable", "extensionElements"}


@dataclasses.dataclass(frozen=True, slots=True)
class _Column:
    """`sense` is what it asks or gives, by which a column is known again when its id is new."""

    id: str
    kind: str
    label: Names
    sense: str
    settings: Mapping[str, Value]


@dataclasses.dataclass(frozen=True, slots=True)
class _Rule:
    id: str
    number: int
    cells: tuple[str, ...]
    remark: str


@dataclasses.dataclass(frozen=True, slots=True)
class _Table:
    columns: tuple[_Column, ...]
    rules: tuple[_Rule, ...]
    settings: Mapping[str, Value]


def decision_changes(old: bytes, new: bytes) -> Iterator[Change]:
    """Compare two DMN files. Decisions belong together by their ids, rules by their ids or else by their content."""
    before, after = _drawn(root_of(old)), _drawn(root_of(new))
    for identifier, node in after.items():
        if identifier in before:
            yield from _differences(before[identifier], node, before, after)
        else:
            yield Change("added", local_name(node.tag), _names(node), identifier)
    for identifier, node in before.items():
        if identifier not in after:
            yield Change("removed", local_name(node.tag), _names(node), identifier)


def _drawn(root: etree._Element) -> dict[str, etree._Element]:
    return {node.get("id") or node.get("name") or "": node for node in root if local_name(node.tag) in DRAWN}


def _names(node: etree._Element) -> Names:
    return Names(node.get("name") or node.get("id") or "")


def _differences(
    old: etree._Element, new: etree._Element, before: dict[str, etree._Element], after: dict[str, etree._Element]
) -> Iterator[Change]:
    identifier, names = new.get("id", ""), _names(new)
    yield from name_changes(_names(old), names, names, identifier)
    yield from setting_changes(_settings(old, before), _settings(new, after), names, identifier)
    tables = _child(old, "decisionTable"), _child(new, "decisionTable")
    if tables[0] is not None and tables[1] is not None:
        yield from _table_changes(_table(tables[0]), _table(tables[1]), names, identifier)
    elif (tables[0] is None) != (tables[1] is None):
        yield Change("changed", "logic", names, identifier)


def _settings(node: etree._Element, around: dict[str, etree._Element]) -> dict[str, Value]:
    """Everything but a table: type of the result, requirements, and other logic as text."""
    found: dict[str, Value] = {}
    variable = _child(node, "variable")
    if variable is not None and variable.get("typeRef"):
        found["typeRef"] = variable.get("typeRef", "")
    needed = [
        reference.get("href", "").rpartition("#")[2]
        for requirement in node
        if local_name(requirement.tag) in _REQUIREMENTS
        for reference in requirement
    ]
    if needed:
        found["requirements"] = ", ".join(_names(around[one]).zh if one in around else one for one in needed)
    for child in node:
        name = local_name(child.tag)
        if name and name not in _TOLD:
            put(found, "logic" if name not in ("description", "question", "allowedAnswers") else name, _plain(child))
    return found


def _plain(node: etree._Element) -> str:
    """All texts and names in an element, so that any boxed expression is compared, and a short one can be read."""
    if local_name(node.tag) == "literalExpression":
        return words_in(node)
    parts = [
        *(str(value) for name, value in node.attrib.items() if local_name(name) != "id"),
        (node.text or "").strip(),
    ]
    parts += [_plain(child) for child in node if local_name(child.tag)]
    return " ".join(part for part in parts if part)


def _table(node: etree._Element) -> _Table:
    remarks = ("description", "annotationEntry")
    columns = tuple(_column(child) for child in node if local_name(child.tag) in ("input", "output"))
    rules = tuple(
        _Rule(
            rule.get("id", ""),
            number,
            tuple(_cell(cell) for cell in rule if local_name(cell.tag) in ("inputEntry", "outputEntry")),
            "; ".join(words for cell in rule if local_name(cell.tag) in remarks if (words := words_in(cell))),
        )
        for number, rule in enumerate((child for child in node if local_name(child.tag) == "rule"), 1)
    )
    policy = " ".join(part for part in (node.get("hitPolicy") or "UNIQUE", node.get("aggregation")) if part)
    return _Table(columns, rules, {"hitPolicy": policy})


def _cell(node: etree._Element) -> str:
    """What is written in a cell; a dash and an empty cell both stand for anything."""
    words = words_in(_child(node, "text"))
    return "" if words == "-" else words


def _column(node: etree._Element) -> _Column:
    kind = local_name(node.tag)
    expression = _child(node, "inputExpression")
    sense = words_in(_child(expression, "text")) if expression is not None else node.get("name", "")
    typed = node if expression is None else expression
    values = _child(node, "inputValues") if kind == "input" else _child(node, "outputValues")
    given = {
        "label": node.get("label", ""),
        "expression" if kind == "input" else "result": sense,
        "typeRef": typed.get("typeRef", ""),
        "values": words_in(values),
        "default": words_in(_child(node, "defaultOutputEntry")),
    }
    label = Names(node.get("label") or sense or node.get("id") or "")
    return _Column(node.get("id", ""), kind, label, sense, {key: value for key, value in given.items() if value})


def _table_changes(old: _Table, new: _Table, names: Names, identifier: str) -> Iterator[Change]:
    yield from setting_changes(old.settings, new.settings, names, identifier)
    columns = _same_columns(old.columns, new.columns)
    for number, column in enumerate(new.columns):
        if number in columns:
            former = old.columns[columns[number]]
            yield from setting_changes(former.settings, column.settings, column.label, column.id)
        else:
            yield Change("added", column.kind, column.label, column.id)
    kept = set(columns.values())
    for number, column in enumerate(old.columns):
        if number not in kept:
            yield Change("removed", column.kind, column.label, column.id)
    yield from _rule_changes(old, new, columns)


def _same_columns(old: Sequence[_Column], new: Sequence[_Column]) -> dict[int, int]:
    """Number of a new column → number of the old one that it is: by id, else by what it asks or gives."""
    ids = {column.id: number for number, column in enumerate(old) if column.id}
    found = {number: ids[column.id] for number, column in enumerate(new) if column.id in ids}
    taken = set(found.values())
    senses = {(one.kind, one.sense): number for number, one in enumerate(old) if number not in taken}
    for number, column in enumerate(new):
        if number not in found and (column.kind, column.sense) in senses:
            found[number] = senses.pop((column.kind, column.sense))
    return found


def _rule_changes(old: _Table, new: _Table, columns: Mapping[int, int]) -> Iterator[Change]:
    pairs = _same_rules(old.rules, new.rules)
    moved = _moved(pairs)
    for number, rule in enumerate(new.rules):
        if number not in pairs:
            yield Change("added", "rule", Names(""), rule.id, rule=rule.number, details=_cells(new, rule))
            continue
        former = old.rules[pairs[number]]
        if number in moved:
            where = (str(former.number), str(rule.number))
            yield Change("moved", "rule", Names(""), rule.id, *where, rule=rule.number)
        yield from _cell_changes(new, former, rule, columns)
    kept = set(pairs.values())
    for number, rule in enumerate(old.rules):
        if number not in kept:
            yield Change("removed", "rule", Names(""), rule.id, rule=rule.number, details=_cells(old, rule))


def _same_rules(old: Sequence[_Rule], new: Sequence[_Rule]) -> dict[int, int]:
    """Position of a new rule → position of the old one that it is.

    By id where the two tables share any. A table that was written anew has new ids: there rules with the same cells are
    the same, and those between them belong together one by one.
    """
    ids = {rule.id: number for number, rule in enumerate(old) if rule.id}
    found = {number: ids[rule.id] for number, rule in enumerate(new) if rule.id in ids}
    if found:
        return found
    matcher = difflib.SequenceMatcher(None, [rule.cells for rule in old], [rule.cells for rule in new], autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag in ("equal", "replace"):
            found |= dict(zip(range(begin, stop), range(start, end), strict=False))
    return found


def _moved(pairs: Mapping[int, int]) -> set[int]:
    """Rules that changed their turn, as few as explain the new order: all that are not in its longest rising part."""
    numbers = sorted(pairs)
    turn = [pairs[number] for number in numbers]
    matcher = difflib.SequenceMatcher(None, sorted(turn), turn, autojunk=False)
    staying = {place for block in matcher.get_matching_blocks() for place in range(block.b, block.b + block.size)}
    return {number for place, number in enumerate(numbers) if place not in staying}


def _cells(table: _Table, rule: _Rule) -> tuple[tuple[str, Value], ...]:
    given = zip(table.columns, rule.cells, strict=False)
    return tuple((column.label.zh, cell) for column, cell in given if cell)


def _cell_changes(new: _Table, former: _Rule, rule: _Rule, columns: Mapping[int, int]) -> Iterator[Change]:
    for number, column in enumerate(new.columns):
        place = columns.get(number)
        was = former.cells[place] if place is not None and place < len(former.cells) else ""
        now = rule.cells[number] if number < len(rule.cells) else ""
        if was != now:
            yield Change("changed", "cell", column.label, rule.id, was, now, rule.number)
    if former.remark != rule.remark:
        yield Change("changed", REMARK, Names(""), rule.id, former.remark, rule.remark, rule.number)


def _child(node: etree._Element, name: str) -> etree._Element | None:
    return next(node.iterchildren("{*}" + name), None)
