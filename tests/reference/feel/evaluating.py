"""What surrounds the page's expressions: the company's calendar, a clock that stands still, and some variables."""

import typing as t
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import polib

from app import calendars
from app.calendars import build
from app.feel import Environment, FunctionRegistry, compile_expression, from_json
from app.feel.reference import written
from app.people import functions as people
from app.people.access import Colleague
from app.people.units import UnitNode
from tests.company import ROOT
from tests.feel.evaluating import NOW
from tests.reference.dmn import examples as tables

CALENDAR = build("Asia/Shanghai", "CN")
FUNCTIONS = FunctionRegistry()
calendars.register_functions(FUNCTIONS, lambda: CALENDAR)
people.register_functions(
    FUNCTIONS,
    lambda _role, _unit: [Colleague(1, "liu", {"zh": "Liu Yang", "en": "Liu Yang"})],
    lambda _kind: [UnitNode(1, "HZ1", "outlet", "/HQ/HZ1/", {"zh": "Hangzhou 1", "en": "Hangzhou 1"}, active=True)],
)
HERE = Environment(now=lambda: NOW, zone=CALENDAR.zone, functions=FUNCTIONS)

VARIABLES: Mapping[str, t.Any] = {
    "amount": 6200,
    "customer": {"level": "VIP", "first name": "Na", "note": None},
    "lines": [{"code": "A1", "qty": 2, "price": 19.9}, {"code": "B2", "qty": 1, "price": 120.5}],
    "tags": ["urgent", "vip"],
    "received": "2026-03-27T17:00:00+08:00",
}


def code(text: str) -> str:
    """Text in the type of code, which may contain backticks of its own."""
    return f"`` {text} ``" if "`" in text else tables.code(text)


def gives(source: str) -> str:
    """The result as an expression would write it."""
    return written(compile_expression(source).evaluate(VARIABLES, environment=HERE))


def examples(sources: Iterable[str], heads: Sequence[str] = ("expression", "gives")) -> str:
    """A table of expressions and what they give."""
    return tables.markdown(heads, [[code(source), code(gives(source))] for source in sources])


def shown(value: t.Any) -> str:
    """A JSON value as an expression would write it."""
    return written(from_json(value))


@cache
def catalogue() -> dict[str, str]:
    """The English sentences of the language and of the functions of the host."""
    files = (
        ROOT / "app" / name / "translations/en/LC_MESSAGES/messages.po" for name in ("feel", "calendars", "people")
    )
    return {entry.msgid: entry.msgstr for file in files for entry in polib.pofile(str(file))}


def sentence(code_: str, params: Mapping[str, t.Any]) -> str:
    """The English sentence of a warning or an error; a bar would end the cell of a table."""
    return (catalogue()[code_] % params).replace("|", "\\|")
