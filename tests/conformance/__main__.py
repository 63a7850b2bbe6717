"""Run the suites over their corpora, print what they found, write var/conformance.json."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conformance import figures
from tests.conformance.betsy import Betsy
from tests.conformance.miwg import Miwg
from tests.conformance.suite import CorpusBroken, Outcome, Request, Suite
from tests.conformance.tck import Tck

SUITES: tuple[Suite, ...] = (Tck(), Betsy(), Miwg())
DEFAULT_CORPORA = "../shared/corpora"
NOTHING_MEASURED = 2


def main(arguments: Sequence[str] | None = None, suites: Sequence[Suite] = SUITES) -> int:
    """Return 0 when everything behaved as listed, 1 when not, 2 when there was nothing to measure."""
    options = _parser(suites).parse_args(arguments)
    corpora = Path(os.environ.get("CORPORA") or DEFAULT_CORPORA)
    chosen = [suite for suite in suites if options.suite in (None, suite.name)]
    outcomes: dict[str, Outcome] = {}
    broken = False
    for suite in chosen:
        corpus = corpora / suite.folder
        if not corpus.is_dir():
            print(f"{suite.name}: not measured. There is no folder {corpus}; CORPORA can name another place.")
            continue
        try:
            outcomes[suite.name] = suite.run(Request(corpus, options.selection, options.prune))
        except CorpusBroken as reason:
            print(f"{suite.name}: not measured. {reason}")
            broken = True
            continue
        _print(suite, outcomes[suite.name])
    if outcomes and not options.selection:
        figures.write({name: outcome.figures for name, outcome in outcomes.items()})
        print(f"Written to {figures.TARGET}.")
    if broken or any(outcome.unexpected for outcome in outcomes.values()):
        return 1
    return 0 if outcomes else NOTHING_MEASURED


def _print(suite: Suite, outcome: Outcome) -> None:
    print("\n".join(outcome.lines))
    if outcome.unexpected:
        print(f"\n{suite.name}: {len(outcome.unexpected)} not as listed:")
        print("\n".join(f"  {line}" for line in outcome.unexpected))


def _parser(suites: Sequence[Suite]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("suite", nargs="?", choices=[suite.name for suite in suites], help="run this one only")
    parser.add_argument(
        "selection", nargs="*", help="run only what has one of these in its name, and show why cases fail"
    )
    parser.add_argument(
        "--prune", action="store_true", help="take cases that pass out of the list of expected failures"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
