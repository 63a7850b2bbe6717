"""Pages of the studio: the library, the editors, versions, drafts, trials and files."""

from app.studio.pages import (
    comparing,
    draft,
    drafts,
    editor,
    files,
    functions,
    handbook,
    library,
    previews,
    publishing,
    scenarios,
    trials,
    versions,
)
from app.studio.pages.blueprint import blueprint

__all__ = [
    "blueprint",
    "comparing",
    "draft",
    "drafts",
    "editor",
    "files",
    "functions",
    "handbook",
    "library",
    "previews",
    "publishing",
    "scenarios",
    "trials",
    "versions",
]
