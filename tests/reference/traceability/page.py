"""The rows as part of the page on coverage, each with scenarios that visit what it names."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.company import ROOT
from tests.reference.traceability.answers import PRINTED, Part, diagrams, parts, tables_and_forms
from tests.reference.traceability.named import Element, Told, told
from tests.reference.traceability.rows import Row, Source, sources

NOT_YET = """## Not covered yet

Reports that were asked for and are not there; everything else of the rows below is there and played.

| report | asked for by |
|---|---|"""
ASKED = """## What was asked for

Each row with the steps, decision tables, forms, papers and pages that answer it, and the fewest scenarios
that name these steps."""
HEAD = "| asked for | steps | tables | forms | papers, records, pages | scenarios |\n|---|---|---|---|---|---|"


def missing() -> list[str]:
    """The section on what is not there yet: each thing with the rows that ask for it."""
    asking: dict[str, list[str]] = {}
    for row in (row for source in sources() for row in source.rows):
        for one in row.not_yet:
            asking.setdefault(one, []).append(row.about)
    return [NOT_YET, *(f"| {one} | {'; '.join(rows)} |" for one, rows in asking.items()), ""]


def asked() -> list[str]:
    """The section with every row."""
    return [ASKED, "", *(line for source in sources() for line in _source(source))]


def lost(row: Row, unvisited: Mapping[str, Collection[str]], scenarios: Sequence[Told]) -> Iterator[str]:
    """Return the parts of a row that lost their cover.

    Those of whose steps no scenario names any, and elements that are listed as visited by none; that every other element is
    visited is for the test of the scenarios.
    """
    named = {element for one in scenarios for element in one.elements}
    for part in parts(row, diagrams()):
        if named.isdisjoint(_elements(part)):
            yield f"{part.process} {' '.join(part.steps)}"
        yield from (f"{part.process} {one}" for one in part.elements if one in unvisited.get(part.process, ()))


def _elements(part: Part) -> list[Element]:
    return [(part.process, element) for element in part.elements]


def _fewest(row: Row) -> list[Told]:
    """A few scenarios that name everything of a row that any names: always the one that names most of what is left."""
    wanted = {element for part in parts(row, diagrams()) for element in _elements(part)}
    chosen: list[Told] = []
    while (best := max(told(), key=lambda one: len(one.elements & wanted))).elements & wanted:
        chosen.append(best)
        wanted -= best.elements
    return chosen


def _source(source: Source) -> list[str]:
    return [f"### {source.title}", "", HEAD, *(_line(row) for row in source.rows), ""]


def _line(row: Row) -> str:
    tables, forms = tables_and_forms(row, diagrams())
    named = [f"`{name}`" for kind in (*PRINTED, "register", "field", "role", "page") for name in row.named(kind)]
    missing = (f"**not yet:** {one}" for one in row.not_yet)
    answers = [f"*{row.outside}*" if row.outside else "", " ".join(named), *missing]
    played = [_link(one.name, one.path) for one in _fewest(row)]
    tests = [_link(f"tests/{name}", ROOT / "tests" / name) for name in row.named("test")]
    steps = (f"{process} {' '.join(numbers)}" for process, numbers in row.steps)
    cells = (row.about, _lines(steps), _codes(tables), _codes(forms), _lines(answers), " ".join([*played, *tests]))
    return f"| {' | '.join(cells)} |"


def _lines(texts: Iterable[str]) -> str:
    return "<br>".join(filter(None, texts))


def _codes(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _link(text: str, path: Path) -> str:
    return f"[{text}](../../{path.relative_to(ROOT).as_posix()})"
