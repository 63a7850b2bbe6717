"""Documentation is true: every setting and route is listed, every link leads somewhere."""

import dataclasses
import pydoc
import re
import typing as t
from pathlib import Path

import pytest
from flask import Flask

from app.cli import COMMANDS
from app.config import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


def read(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def cells(name: str) -> list[list[str]]:
    """The rows of all tables of a page, without code marks."""
    rows = [line for line in read(name).splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip().strip("`") for cell in row.strip("|").split("|")] for row in rows]


def settings_and_defaults() -> dict[str, str]:
    found: dict[str, t.Any] = {}
    for section in dataclasses.fields(Settings):
        kind = t.cast(type, section.type)
        if dataclasses.is_dataclass(kind):
            found |= {f"{section.name}.{key.name}": key.default for key in dataclasses.fields(kind)}
        else:
            found[section.name] = section.default
    words = {key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in found.items()}
    return {key: value or "empty" for key, value in words.items()}


def test_every_setting_is_listed_with_its_variable_and_default() -> None:
    listed = {row[0]: (row[1], row[2]) for row in cells("reference/settings.md")[1:]}
    expected = {
        key: (f"FIRSTLINE_{key.replace('.', '_').upper()}", default) for key, default in settings_and_defaults().items()
    }
    assert listed == expected


def test_limits_are_those_of_the_program() -> None:
    listed = {}
    for _, limit, place in cells("reference/limits.md"):
        if found := re.match(r"(app[\w.]+)\.(\w+)", place.strip("`")):
            listed[found[0]] = (float(limit.replace(",", "")), found.groups())
    assert len(listed) > 10
    for name, (limit, (module, constant)) in listed.items():
        holder = pydoc.locate(module)
        assert float(getattr(holder, constant)) == limit, name
    assert any(
        row[1].replace(",", "") == str(Settings().security.max_body_bytes) for row in cells("reference/limits.md")
    )


def test_every_setting_is_read_somewhere() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "app").rglob("*.py") if path.name != "config.py"]
    sources.append((ROOT / "app" / "config.py").read_text("utf-8").partition("class Settings")[2])
    code = "\n".join(sources)
    unread = [key for key in settings_and_defaults() if not re.search(rf"\.{key.rpartition('.')[2]}\b", code)]
    assert unread == []


def test_every_route_of_the_api_is_listed(app: Flask) -> None:
    rules = [
        rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/v2/") and rule.endpoint.startswith("api_")
    ]
    there = {
        f"{method} {rule.rule.replace('<int:key>', '{key}')}"
        for rule in rules
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    listed = {f"{row[0]} {row[1]}" for row in cells("reference/api.md") if row[1].startswith("/v2/")}
    assert listed == there


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))], ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_page_is_in_the_index() -> None:
    pages = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")} - {"README.md"}
    assert pages - set(LINK.findall(read("README.md"))) == set()


def test_only_commands_that_exist_are_named() -> None:
    pages = [ROOT / "README.md", *DOCS.rglob("*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"(?:^|`)firstline ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    assert named - COMMANDS.keys() == set()
    goals = {
        goal for page in pages for goal in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)
    }
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert goals - targets == set()
