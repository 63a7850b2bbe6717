"""Every function with its signatures, its sentence and what its examples give."""

from app.feel.reference import GROUPS, Documented, documented
from tests.feel.test_camunda import CALLS
from tests.reference.feel.evaluating import FUNCTIONS, catalogue, examples

INTRODUCTION = """## Functions

`name?` may be left out, `name…` stands for any number of arguments or one list of them, `a | b` for one of several types. Arguments may be
given by position or all by name. A result may always be null: for arguments of other types, and where there is none.
"""


def section() -> str:
    """All groups, the host's own functions first."""
    found = documented(FUNCTIONS)
    texts = catalogue()
    groups = (
        _group(texts[f"feel.group.{name}"], [one for one in found if one.group == name], texts) for name in GROUPS
    )
    return "\n".join((INTRODUCTION, *groups))


def beyond_camunda() -> list[str]:
    """Built-ins that Camunda's editors do not complete."""
    theirs = {call.partition("(")[0] for call in CALLS}
    return sorted(one.name for one in documented(FUNCTIONS) if one.group != "host" and one.name not in theirs)


def _group(title: str, functions: list[Documented], texts: dict[str, str]) -> str:
    return f"### {title}\n\n" + "\n".join(_function(one, texts[one.sentence]) for one in functions)


def _function(function: Documented, sentence: str) -> str:
    signatures = "\n".join(one.text for one in function.signatures)
    return f"#### {function.name}\n\n{sentence}\n\n```\n{signatures}\n```\n\n{examples(function.examples)}"
