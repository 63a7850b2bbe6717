"""Pages of the studio: the library, the editors, versions and files."""

from app.studio.pages import editor, files, functions, library, versions
from app.studio.pages.blueprint import blueprint

__all__ = ["blueprint", "editor", "files", "functions", "library", "versions"]
