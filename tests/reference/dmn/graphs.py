"""Graphs of decisions: requirements, functions, services, imports."""

from collections.abc import Iterator
from xml.sax.saxutils import unescape

from tests.dmn.files import decision, file_of, imported, input_data, knowledge, literal, service
from tests.reference.dmn.examples import ASKED, Columns, answer, code, markdown, shown, xml

AGE = input_data("age", "number", "Age of the device")
WARRANTY = Columns((("Age of the device", "number"),), (("state", "string"),), (("<= 24", '"in"'), ("> 24", '"out"')))
STATE = decision("state", WARRANTY.xml(), name="Warranty state", inputs=["age"])
CHARGE = decision(ASKED, literal('if Warranty state = "in" then 0 else 80'), name="Charge", requires=["state"])
GROSS = knowledge("gross", [("net", "number")], literal("net * 1.13"), name="gross price", type_ref="number")
FACTORIAL = knowledge("factorial", [("n", "number")], literal("if n < 2 then 1 else n * factorial(n - 1)"))
RATES = "urn:rates"
LIBRARY = file_of(input_data("tax", "number"), knowledge("gross", [("net", "number")], literal("net * 2")), own=RATES)


GRAPHS = """## Graphs

A decision names what it requires. Names may contain spaces and punctuation; names of decisions, input data, knowledge models,
services and imports must differ within a file. A table that is drawn without requirements reads variables all the same.
"""
KNOWLEDGE = """### Business knowledge models

Functions with typed parameters and any boxed expression as body; they may call themselves.
"""
SERVICES = """### Decision services

The parameters are the input data, then the input decisions, in the order of the file. An input decision is given and not made.
Several output decisions give a context by their names.
"""
IMPORTS = """* Decisions, knowledge models, services and types are known below the name of the import; as they are when it has none. A variable
  for imported input data stands below that name, as `rates.tax`, or is called `tax` itself.
* The file is looked up by its namespace: in the same deployment first, else among what is deployed. Where several files have the
  namespace, `locationURI` may name one. A file may hold nothing but functions and types.
* Which version is meant is asked at every evaluation: the newest that was in force when the case began, as for decisions
  themselves; `latest` and `deployment` of the rule task count for imports too. An older version of a decision that is asked for
  uses the imports of its own time.
* A change that would break a deployed file that imports it is refused, unless both are deployed together.
"""


def section() -> str:
    """The section."""
    return "\n".join([*_requirements(), *_knowledge(), *_services(), *_imports()])


def _requirements() -> Iterator[str]:
    data = file_of(AGE, STATE, CHARGE)
    given = [{"Age of the device": age} for age in (12, 30, "new")]
    yield GRAPHS
    yield WARRANTY.markdown()
    yield f"The decision *Charge* requires this table, called *Warranty state*: {code(_text(CHARGE))}\n"
    yield markdown(("given", "gives"), [[shown(one), answer(data, one)] for one in given])


def _knowledge() -> Iterator[str]:
    calls = literal("[gross price(100), gross price(net: 200), factorial(5)]")
    asked = decision(ASKED, calls, knows=["gross", "factorial"])
    value = answer(file_of(GROSS, FACTORIAL, asked), {})
    yield KNOWLEDGE
    yield xml(GROSS)
    yield f"{code(_text(asked))}, where `factorial` calls itself, gives {value}\n"


def _services() -> Iterator[str]:
    inner = decision("inner", literal("age * rate"), inputs=["age"], requires=["rate"], type_ref="number")
    rate = decision("rate", literal("100"), type_ref="number")
    served = service("depreciation", ["inner"], decisions=["rate"], data=["age"])
    asked = decision(ASKED, literal("depreciation(3, 7)"), knows=["depreciation"])
    value = answer(file_of(input_data("age", "number"), inner, rate, served, asked), {})
    yield SERVICES
    yield xml(served)
    yield f"{code(_text(asked))} gives {value}, although the decision *rate* would give 100.\n"


def _imports() -> Iterator[str]:
    using = imported(RATES, "rates")
    asked = decision(ASKED, literal("rates.gross(100)"), knows=[f"{RATES}#gross"])
    value = answer(file_of(using, asked), {}, LIBRARY)
    yield "### Imports\n"
    yield xml(using)
    yield f"{code(_text(asked))}, where that file holds a knowledge model *gross*, gives {value}\n"
    yield IMPORTS


def _text(element: str) -> str:
    return unescape(element.partition("<text>")[2].partition("</text>")[0])
