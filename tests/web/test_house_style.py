"""Rules of every template, style sheet and catalogue in the house."""

import json
import re
from pathlib import Path

import polib
import pytest
from babel.messages.extract import extract_from_file

from app import i18n
from app.web.assets import FOLDER

APP = Path(i18n.__file__).parent
TEMPLATES = sorted(APP.rglob("templates/**/*.html"))
SHEETS = sorted((FOLDER / "css").rglob("*.css"))
SCRIPTS = sorted(file for folder in ("islands", "lib") for file in (FOLDER / folder).rglob("*.js"))
CATALOGUES = sorted(APP.rglob("translations/*/LC_MESSAGES/messages.po"))

FORBIDDEN = {
    r"\sstyle\s*=": "inline style: the page policy drops it, use a class",
    r"\son[a-z]+\s*=": "inline handler: the page policy drops it, use data-… and lib/shell.js",
    r"<script(?![^>]*(\ssrc=|application/json))": "inline script: the page policy drops it",
    r"\bhx-(ext|vars|disabled-elt|inherit|disinherit|params|prompt|request)\b": "htmx 2 attribute",
    r"\bhx-on\b": "hx-on evaluates code, which the page policy forbids",
    r"htmx:[a-z]+[A-Z]": "htmx 2 event name",
    r'hx-(vals|headers)[^=]*=["\']\s*js:': "js: values evaluate code",
    r'hx-trigger="[^"]*\[': "trigger filters evaluate code",
}


def name(path: Path) -> str:
    return path.relative_to(APP).as_posix()


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_a_template_holds_nothing_that_the_page_policy_or_htmx_4_drops(template: Path) -> None:
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "\0", template.read_text("utf-8"), flags=re.DOTALL)
    faults = [f"{match.group()!r}: {why}" for rule, why in FORBIDDEN.items() for match in re.finditer(rule, text)]
    assert not faults


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_every_class_of_a_template_is_ours_and_styled(template: Path) -> None:
    text = re.sub(r"{#.*?#}", "", template.read_text("utf-8"), flags=re.DOTALL)
    known = set(re.findall(r"\.((?:fl|is)-[A-Za-z0-9_-]+)", "".join(sheet.read_text("utf-8") for sheet in SHEETS)))
    used = set()
    for value in re.findall(r'class="([^"]*)"', text):
        plain = re.sub(r"{%.*?%}|{{.*?}}", "\0", value)
        used |= {word for word in plain.split() if "\0" not in word}
    assert not used - known


@pytest.mark.parametrize("sheet", SHEETS, ids=name)
def test_a_style_sheet_selects_only_our_own_classes(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    for selector in re.findall(r"(?:^|[{};])\s*([^{};@]+?)\s*\{", text):
        for part in re.split(r",(?![^(]*\))", selector):
            rule = part.strip()
            frame = rule in {":root", "from", "to"} or re.fullmatch(r"\d+%", rule)
            assert frame or ".fl-" in rule or 'class^="fl-"' in rule, f"{rule} reaches into islands"


def icons() -> set[str]:
    return set(re.findall(r'id="i-([a-z]+)"', (FOLDER / "icons.svg").read_text("utf-8")))


@pytest.mark.parametrize("template", TEMPLATES, ids=name)
def test_every_icon_of_a_template_exists(template: Path) -> None:
    text = template.read_text("utf-8")
    named = re.findall(r'\bicon\("([a-z]+)"|icon_name="([a-z]+)"|#i-([a-z]+)', text)
    assert not {found for groups in named for found in groups if found} - icons()


def test_every_icon_of_code_exists() -> None:
    scripts = "".join(file.read_text("utf-8") for file in SCRIPTS)
    calls = re.findall(r"\b(?:icon|iconButton|drawing)\(([^()]*)", scripts)
    found = {word for call in calls for word in re.findall(r"(?<!== )'([a-z]+)'", call)}
    for file in APP.rglob("*.py"):
        text = file.read_text("utf-8")
        if "app.web.navigation" in text:
            found |= set(re.findall(r'icon="([a-z]+)"', text))
    assert {"fit", "stop", "late"} <= found
    assert not found - icons()


def page_texts() -> dict[str, set[str]]:
    """Every gettext text of Python and templates, by the file it stands in."""
    keywords = dict.fromkeys(("_", "gettext", "lazy_gettext", "_l")) | {"ngettext": (1, 2)}
    texts: dict[str, set[str]] = {}
    for file in [*APP.rglob("*.py"), *TEMPLATES]:
        method = "python" if file.suffix == ".py" else "jinja2"
        for _line, message, _comments, _context in extract_from_file(method, str(file), keywords=keywords):
            for text in message if isinstance(message, tuple) else (message,):
                texts.setdefault(text, set()).add(name(file))
    return texts


def translations(language: str) -> dict[str, str]:
    entries = {}
    for path in CATALOGUES:
        if path.parent.parent.name == language:
            entries |= {entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if not entry.obsolete}
    return entries


def test_every_page_text_has_its_chinese() -> None:
    known = translations("zh")
    missing = {text: sorted(files) for text, files in page_texts().items() if not known.get(text)}
    assert not missing


def is_code(msgid: str) -> bool:
    return bool(re.fullmatch(r"[a-z]+\.[a-z0-9_.]+", msgid))


def test_every_finding_and_error_has_a_sentence_in_both_languages() -> None:
    chinese, english = translations("zh"), translations("en")
    codes = {msgid for msgid in chinese | english if is_code(msgid)}
    assert not {code for code in codes if not chinese.get(code) or not english.get(code)}


def test_the_same_text_means_the_same_in_every_package() -> None:
    seen: dict[tuple[str, str], str] = {}
    for path in CATALOGUES:
        for entry in polib.pofile(str(path)):
            key = (path.parent.parent.name, entry.msgid)
            assert seen.setdefault(key, entry.msgstr) == entry.msgstr, f"{entry.msgid} differs in {name(path)}"


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=name)
def test_a_translation_keeps_the_places_of_its_text(catalogue: Path) -> None:
    places = re.compile(r"%\((\w+)\)")
    for entry in polib.pofile(str(catalogue)):
        if is_code(entry.msgid) or not entry.msgstr:
            continue
        assert set(places.findall(entry.msgid)) == set(places.findall(entry.msgstr)), entry.msgid


def test_catalogues_of_islands_keep_the_places_and_say_something() -> None:
    for path in sorted((FOLDER / "i18n").rglob("*.json")):
        for text, chinese in json.loads(path.read_text("utf-8")).items():
            assert chinese.strip(), f"{path.name}: {text}"
            assert set(re.findall(r"{(\w+)}", chinese)) <= set(re.findall(r"{(\w+)}", text)), f"{path.name}: {text}"


def test_every_text_of_our_islands_has_its_chinese() -> None:
    known = json.loads((FOLDER / "i18n" / "zh" / "app.json").read_text("utf-8"))
    asked = {text for file in SCRIPTS for text in re.findall(r"translate\('([^']+)'", file.read_text("utf-8"))}
    assert len(asked) > 5
    assert not asked - set(known)
