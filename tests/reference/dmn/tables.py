"""Decision tables: cells, hit policies, and what a column may declare."""

from collections.abc import Iterator

from tests.reference.dmn.examples import Columns, Variables, answers, markdown

CELLS = """## Decision tables

A rule fires when every cell of it is true of the value in its column. A cell holds one test or several, of which one must hold:

| cell | is true of |
|---|---|
| `-`, or nothing | anything, null too |
| `"minor"`, `5`, `@"2026-01-01"` | that value |
| `< 5`, `>= @"2026-01-01"` | what compares so |
| `[1..5]`, `(1..5]`, `]1..5[` | what lies between, the ends included or not |
| `1, 3, [7..9]` | one of these |
| `not("minor", "major")` | none of these |
| `limit`, `> limit * 2` | a comparison with what the expression gives |
| `starts with(?, "SN")`, `? * 2 > limit` | what makes the condition true; `?` is the value in the column |

An output cell is any expression; an empty one is null. One output gives its bare value, several give a context by their names.
How the table is drawn (rules as rows, as columns or crossed) makes no difference.
"""
COLUMNS = """### Types, allowed values and defaults of columns

A value is brought into the type of its column; dates and durations, which variables hold as text, are read. Input values and
output values are what may come in and go out. Defaults are given when no rule fires.
"""
AMOUNT = (("amount", "number"),)
BAND = (("band", "string"),)
RANKED = (("band", "string", '"high", "middle", "low"'),)
BANDS = (("< 100", '"low"'), ("[50..200]", '"middle"'), ("> 150", '"high"'))
FEES = (("> 10", "5"), ("> 100", "20"))
FEE = (("fee", "number"),)

POLICIES: tuple[tuple[str, str, Columns, tuple[Variables, ...]], ...] = (
    (
        "UNIQUE",
        "At most one rule may fire; two are an error.",
        Columns(AMOUNT, BAND, BANDS),
        ({"amount": 10}, {"amount": 60}),
    ),
    (
        "ANY",
        "Several rules may fire as long as they say the same.",
        Columns(AMOUNT, BAND, (("< 100", '"ok"'), ("> 50", '"ok"'), ("> 90", '"careful"')), "ANY"),
        ({"amount": 60}, {"amount": 95}),
    ),
    (
        "FIRST",
        "The first rule that fires decides; later ones are not looked at.",
        Columns(AMOUNT, BAND, BANDS, "FIRST"),
        ({"amount": 60}, {"amount": 180}),
    ),
    (
        "PRIORITY",
        "Of all rules that fire, the one whose output stands first among the declared values, column by column.",
        Columns(AMOUNT, RANKED, BANDS, "PRIORITY"),
        ({"amount": 60}, {"amount": 180}),
    ),
    (
        "OUTPUT ORDER",
        "All of them, ordered so.",
        Columns(AMOUNT, RANKED, BANDS, "OUTPUT ORDER"),
        ({"amount": 60}, {"amount": 300}),
    ),
    (
        "RULE ORDER",
        "All of them, in the order of the rules.",
        Columns(AMOUNT, BAND, BANDS, "RULE ORDER"),
        ({"amount": 60}, {"amount": None}),
    ),
    ("COLLECT", "The same.", Columns(AMOUNT, BAND, BANDS, "COLLECT"), ({"amount": 60},)),
    *(
        (
            f"COLLECT, {aggregation}",
            said,
            Columns(AMOUNT, FEE, FEES, "COLLECT", aggregation),
            ({"amount": 200}, {"amount": 1}),
        )
        for aggregation, said in (
            ("SUM", "The sum of the only output column."),
            ("MIN", "The least."),
            ("MAX", "The greatest."),
            ("COUNT", "How many rules fired."),
        )
    ),
)
DECLARED = Columns(
    (("level", "string", '"gold", "silver"'), ("age", "number")),
    (("rate", "number", "[0..0.5]", "0"),),
    (('"gold"', "< 2", "0.2"), ('"silver"', "< 1", "0.1"), ("-", "> 30", "age / 10")),
    "FIRST",
)


def section() -> str:
    """The section."""
    return "\n".join([CELLS, *_policies(), *_declared()])


def _policies() -> Iterator[str]:
    yield "### Hit policies\n"
    for name, said, columns, cases in POLICIES:
        yield f"**{name}**: {said}\n"
        yield columns.markdown()
        yield markdown(("given", "gives"), answers(columns.xml(), cases))


def _declared() -> Iterator[str]:
    given = (("gold", 1), ("gold", 9), ("bronze", 1), ("gold", "old"), ("gold", 31))
    yield COLUMNS
    yield DECLARED.markdown()
    yield 'The input `level` declares the values `"gold", "silver"`.\n'
    cases = [{"level": level, "age": age} for level, age in given]
    yield markdown(("given", "gives"), answers(DECLARED.xml(), cases))
