"""Pages of the studio: the library, the editors, versions and files."""

from app.studio.pages import drafts, editor, files, functions, library, previews, scenarios, trials, versions
from app.studio.pages.blueprint import blueprint

__all__ = [
    "blueprint",
    "drafts",
    "editor",
    "files",
    "functions",
    "library",
    "previews",
    "scenarios",
    "trials",
    "versions",
]
