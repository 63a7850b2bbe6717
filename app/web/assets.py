"""Static files under `/static/<build>/…`, where <build> changes with any file, so browsers may keep them for ever.

Islands import each other and the vendor bundles by relative address; the prefix carries the build along,
therefore no import map (an inline script) is needed.
"""

import functools
import hashlib
import mimetypes
from pathlib import Path

from flask import Flask, Response, current_app, has_request_context, request, send_from_directory, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

from app.web.blueprint import blueprint

FOLDER = Path(__file__).parent / "static"
A_YEAR = 31_536_000
KEPT = "firstline.static_root"


def init_app(app: Flask) -> None:
    """Compute the build id once and give templates `asset(path)`."""
    app.extensions["static_build"] = build_id(FOLDER)
    app.jinja_env.globals.update(asset=asset, asset_root=asset_root, svg_icon=icon)


def build_id(folder: Path) -> str:
    """Return a short digest of every file's path and content."""
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            total.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return total.hexdigest()[:12]


def asset(path: str) -> str:
    """Return the address of a static file, e.g. `asset('css/base.css')`."""
    return f"{asset_root()}/{path}"


def icon(name: str, size: int = 16, more: str = "") -> Markup:
    """Return an icon of the sprite, with more CSS classes if named."""
    return _icon(asset_root(), name, size, more)


@functools.lru_cache(2_048)
def _icon(root: str, name: str, size: int, more: str) -> Markup:
    classes = " ".join(["fl-i", *([f"fl-i--{size}"] if size != 16 else []), *more.split()])
    drawn = Markup('<svg class="{}" aria-hidden="true"><use href="{}/icons.svg#i-{}"/></svg>')
    return drawn.format(classes, root, name)


def asset_root() -> str:
    """Return the address under which all static files lie, without the last slash."""
    if not has_request_context():
        return _root()
    # Once per request, because a list names more than a hundred icons.
    environ = request.environ
    kept: str | None = environ.get(KEPT)
    if kept is None:
        kept = environ[KEPT] = _root()
    return kept


def _root() -> str:
    return url_for("web.static_file", build=current_app.extensions["static_build"], path="x").removesuffix("/x")


@blueprint.get("/static/<build>/<path:path>")
def static_file(build: str, path: str) -> Response:
    """Serve a static file, packed where the build has packed it.

    Only the present build may be kept: an old page must not pin new content to its address.
    """
    packed = safe_join(str(FOLDER), path + ".gz")
    if packed and request.accept_encodings["gzip"] and Path(packed).exists():
        response = send_from_directory(FOLDER, path + ".gz", mimetype=mimetypes.guess_type(path)[0])
        response.content_encoding = "gzip"
    else:
        response = send_from_directory(FOLDER, path)
    response.vary.add("Accept-Encoding")
    if build == current_app.extensions["static_build"]:
        response.cache_control.public = True
        response.cache_control.max_age = A_YEAR
        response.cache_control.immutable = True
    return response


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Answer browsers that ask for an icon without reading the page."""
    response = send_from_directory(FOLDER, "favicon.svg", mimetype="image/svg+xml")
    response.cache_control.max_age = 86_400
    return response
