"""What may stand in committed files: no stray addresses, machine paths or secrets, no modules too long to read."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60

ADDRESS = re.compile(r"https?://[^\s\"'<>)`\]}\\，。|]+")
NAMESPACES = (
    "http://www.omg.org/spec/",
    "https://www.omg.org/spec/",
    "http://www.w3.org/",
    "http://camunda.org/schema/",
    "http://activiti.org/bpmn",
    "http://flowable.org/bpmn",
    "http://operaton.org/schema/",
    "http://www.jboss.org/drools",
    "http://www.signavio.com",
    "http://www.wfmc.org/",
    "http://spiffworkflow.org/bpmn/schema/",
    "http://bpmn.io/schema/",
    "http://ns.adobe.com/xap/",  # marks XMP inside of photographs
    "https://unpkg.com/@camunda/zeebe-element-templates-json-schema",  # the id of a JSON schema, never fetched
)
LOCAL = re.compile(r"https?://(127\.0\.0\.1|localhost|\{)")
INVENTED = re.compile(r"https?://([a-z.-]+\.(test|example|invalid)|example\.com|firstline)(?=[/:?#]|$)")
"""Hosts that cannot exist, for tests and for XML namespaces made up by them."""
DOCUMENTATION = frozenset({"https://docs.camunda.io/docs/apis-tools/orchestration-cluster-api-rest/"})
"""Every address that documents may link to."""

REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|npmjs|npmmirror|registry\.|(?<!no-emit-)index-url|artifactory|tuna\.tsinghua",
    re.IGNORECASE,
)
# Written in two parts, so that this file does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(?:wo" + r"rk|tm" + r"p|ro" + r"ot|ho" + r"me|Us" + r"ers)/")
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|\bxox[abp]-\w{10,}|\bnpm_\w{30,}"
)
INLINE_STYLE = re.compile(r"\sstyle=[\"']")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")


@cache
def committed() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


@cache
def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def found(pattern: re.Pattern[str], *suffixes: str, under: str = "") -> list[str]:
    """Every `file:line text` in which a pattern occurs."""
    places = []
    for path in committed():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(under) or (suffixes and path.suffix not in suffixes):
            continue
        for match in pattern.finditer(text_of(path)):
            line = text_of(path).count("\n", 0, match.start()) + 1
            places.append(f"{name}:{line} {match[0].strip()}")
    return places


def allowed(place: str) -> bool:
    name, address = place.split(" ", 1)
    if address.startswith(NAMESPACES) or LOCAL.match(address):
        return True
    if ".md:" in name:
        return address in DOCUMENTATION
    if name.startswith("tests/test_committed_files.py:"):
        return True
    return name.startswith("tests/") and INVENTED.match(address) is not None


def test_there_are_files_to_look_at() -> None:
    assert len(committed()) > 300


def test_web_addresses_are_namespaces_or_named_documentation() -> None:
    assert [place for place in found(ADDRESS) if not allowed(place)] == []


@pytest.mark.parametrize("name", ["pyproject.toml", "Makefile", "requirements", "frontend", ".ci", "config.toml"])
def test_no_package_registry_is_named(name: str) -> None:
    assert found(REGISTRY, under=name) == []


def test_no_path_of_somebodys_machine_is_named() -> None:
    assert found(MACHINE_PATH) == []


def test_no_secret_is_committed() -> None:
    assert found(SECRET) == []


def test_no_markup_carries_its_own_style() -> None:
    assert found(INLINE_STYLE, ".html", ".svg", ".js", under="app/") == []


def test_nothing_is_marked_as_unfinished() -> None:
    assert found(UNFINISHED, ".py", ".js", ".mjs", ".css", ".html", ".md", ".toml", ".bpmn", ".dmn", ".form") == []


def modules() -> list[Path]:
    return [path for path in committed() if path.suffix == ".py" and path.is_relative_to(ROOT / "app")]


def test_no_module_is_too_long() -> None:
    lengths = {path.relative_to(ROOT).as_posix(): text_of(path).count("\n") for path in modules()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_too_long() -> None:
    too_long = []
    for path in modules():
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert too_long == []


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (ADDRESS, "see https://somewhere.example.net/x"),
        (MACHINE_PATH, "cd /wo" + "rk/main"),
        (SECRET, "-----BEGIN RSA PRIVATE" + " KEY-----"),
        (INLINE_STYLE, "<p style='color:red'>"),
        (UNFINISHED, "# TO" + "DO later"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)
