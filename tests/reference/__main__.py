"""Write the generated pages of the reference: all of them, or those named, such as `coverage`."""

import sys

from tests.reference import DOCS, PAGES, coverage

PLAYED = {"reference/coverage.md": lambda: coverage.page(coverage.play_all())}
"""Pages that take a minute to make; their test stands with the scenarios, which it shares."""

for name, render in {**PAGES, **PLAYED}.items():
    if not sys.argv[1:] or any(name == f"reference/{wanted}.md" for wanted in sys.argv[1:]):
        (DOCS / name).write_text(render(), "utf-8")
        print(f"docs/{name}")  # noqa: T201
