"""The page on BPMN: each element by its minimal diagram, and what the gate takes and refuses."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from app.kernel import parse, timers
from app.kernel.lint import settings, vocabulary
from app.kernel.model import TimerKind
from app.kernel.reading import read
from app.kernel.xml import ACTIVITIES, EVENTS, bpmn, text
from tests.kernel.draw import file, process
from tests.kernel.host import ELEMENTS
from tests.kernel.test_lint import DRAWN_ONLY, IGNORED, UNSUPPORTED
from tests.kernel.test_texts import catalogue

GROUPS = (
    ("Tasks", ("*_task", "receive_task_*")),
    (
        "Gateways and flows",
        ("*_gateway", "complex_gateway_*", "event_based_gateway_*", "conditional_flow", "implicit_fork", "*_quantity"),
    ),
    ("Sub-processes and calls", ("sub_process", "transaction*", "call_activity*")),
    ("Ad-hoc sub-processes", ("ad_hoc*",)),
    ("Rounds", ("multi_instance_*", "standard_loop")),
    ("Data and lanes", ("mappings", "lanes")),
    ("Start events", ("start_*",)),
    ("End events", ("end_*",)),
    ("Intermediate events", ("catch_*", "throw_*", "link")),
    ("Boundary events", ("boundary_*",)),
    ("Event sub-processes", ("event_subprocess_*",)),
    ("Listeners", ("*_listeners", "*_listeners_process")),
    ("Shared definitions", ("event_definition_ref",)),
)
"""Headings with the diagrams below them; each diagram belongs to exactly one."""
TIMES: tuple[tuple[TimerKind, str, str], ...] = (
    ("date", "2026-03-12T14:30:00", "that moment"),
    ("date", "2026-03-12T14:30:00+01:00", "that moment, at an offset of its own"),
    ("duration", "PT2H30M", "two and a half hours later"),
    ("duration", "P1M", "a month later, on the same day as far as there is one"),
    ("cycle", "R3/PT10M", "three times, every ten minutes"),
    ("cycle", "R/2026-01-05T09:00:00[Europe/Berlin]/P1D", "every day at nine in Berlin, from that day on"),
    ("cycle", "0 0 9-17 * * MON-FRI", "cron: on the hour from nine to five, on working days of the calendar week"),
    (
        "cycle",
        "0 30 8 L * *",
        "cron: at half past eight on the last day of each month; `LW`, `15W`, `FRIL`, `MON#2` work, too",
    ),
    ("cycle", "@daily", "cron: every midnight; also `@hourly`, `@weekly`, `@monthly`, `@yearly`"),
)
"""How times are written and what they mean; each is tried when the page is made."""
INTRODUCTION = """# BPMN

<!-- Written by `python -m tests.reference` from the tests; do not edit. -->

What the kernel executes, element by element. Each element has a minimal diagram, which its scenario test runs, and the
sentence beside it stands in that diagram. Diagrams are written for Camunda 8 (zeebe extensions); expressions are FEEL.

A process may have several start events, at most one of them without a trigger. A boundary event or event sub-process may
interrupt or not; one for an error always interrupts.

A condition is looked at when a variable in it changes, not as time passes. What a called process has done is undone only
when that process had completed; one that is cancelled while it runs leaves nothing to be undone.
"""


def page() -> str:
    """The whole page."""
    parts = [
        INTRODUCTION,
        *(_group(title, patterns) for title, patterns in GROUPS),
        _triggers(),
        _times(),
        _extensions(),
        _refused(),
        _drawn_only(),
    ]
    return "\n".join(parts)


def diagrams(patterns: Iterable[str]) -> list[Path]:
    """The diagrams of a group, the shortest name first, so that variants follow what they vary."""
    found = {path for pattern in patterns for path in ELEMENTS.glob(f"{pattern}.bpmn")}
    return sorted(found, key=lambda path: path.stem)


def sentence(diagram: Path) -> str:
    """What the element does, as its diagram documents it."""
    process = read(diagram.read_bytes()).find(bpmn("process"))
    return "" if process is None else text(process.find(bpmn("documentation")))


def _group(title: str, patterns: Iterable[str]) -> str:
    rows = [
        (f"[{path.stem.replace('_', ' ')}](../../tests/kernel/elements/{path.name})", sentence(path))
        for path in diagrams(patterns)
    ]
    return _section(title, ("element", "what happens"), rows)


def _triggers() -> str:
    rows = [(f"`{place}`", ", ".join(sorted(events))) for place, events in vocabulary.TRIGGERS.items()]
    after = "Start, end and throw events may also stand without a trigger. Boundary events always have one.\n"
    return _section("Triggers", ("place", "events"), rows) + f"\n{after}"


def _times() -> str:
    before = (
        "A time without a zone belongs to the company's. A zone of its own may stand behind it: `[Europe/Berlin]`. Times "
        "missed in an outage are skipped to the next one."
    )
    for kind, written, _ in TIMES:
        timers.due(kind, written, datetime(2026, 1, 1, tzinfo=UTC))
    return _section("Timers", ("written", "means"), [(f"`{written}`", means) for _, written, means in TIMES], before)


def _extensions() -> str:
    rows = [
        (f"`zeebe:{name}`", _places(places), ", ".join(_settings(name)))
        for name, places in sorted(vocabulary.EXTENSIONS.items())
    ]
    before = (
        "`zeebe:properties` may stand anywhere. All others are executed on these elements and refused elsewhere, and so is "
        "every setting in them that is not listed:"
    )
    return _section("Extensions", ("extension", "elements", "settings"), rows, before)


def _settings(name: str) -> Iterator[str]:
    """What is read of an extension: its attributes, and those of the lines inside it."""
    yield from (f"`{attribute}`" for attribute in settings.ATTRIBUTES[name].split())
    for inside in settings.INSIDE.get(name, "").split():
        yield f"`{inside}` ({', '.join(_settings(inside))})"


def _places(places: Iterable[str]) -> str:
    """Element names in order, with the large families by their name."""
    left, named = set(places), []
    for family, members in (("activities", ACTIVITIES), ("events", EVENTS)):
        if members <= left:
            named.append(f"all {family}")
            left -= members
    return ", ".join([*sorted(left), *named])


def _refused() -> str:
    before = (
        "Whatever is not listed is refused when a file is deployed, with a sentence about the element. Each of these is a "
        "test; drawings that are merely unfinished or contradict themselves get sentences like these, too:"
    )
    rows = [(title, _sentence(code, element, body)) for title, code, element, body in UNSUPPORTED]
    return _section("Refused", ("drawn", "sentence"), rows, before)


def _drawn_only() -> str:
    before = (
        "These document a process and change nothing: "
        + "; ".join(title for title, _ in DRAWN_ONLY)
        + "; message flows; pools whose process is not executable. "
        "These are taken with a warning, because they do not do what they say:"
    )
    rows = [(title, _sentence(code, element, body)) for title, code, element, body in IGNORED]
    return _section("Drawn and not executed", ("drawn", "sentence"), rows, before)


def _sentence(code: str, element: str, body: str) -> str:
    """What is said about a diagram."""
    findings = parse(file(process(body))).findings
    found = next(one for one in findings if (one.code, one.element_id) == (f"kernel.{code}", element))
    return catalogue("en")[found.code] % {**found.params, "name": "…"}


def _section(title: str, head: tuple[str, ...], rows: Iterable[tuple[str, ...]], before: str = "") -> str:
    lines = [f"## {title}", "", *([before, ""] if before else []), _row(head), "|---" * len(head) + "|"]
    return "\n".join([*lines, *map(_row, rows)]) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
