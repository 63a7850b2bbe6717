"""Write every generated page of the reference."""

from tests.reference import DOCS, PAGES

for name, render in PAGES.items():
    (DOCS / name).write_text(render(), "utf-8")
    print(f"docs/{name}")  # noqa: T201
