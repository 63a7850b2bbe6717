"""Compiled decisions are shared by all threads of a server."""

from concurrent.futures import ThreadPoolExecutor

from app.dmn import parse
from tests.dmn.files import decision, file_of, input_data, knowledge, literal, service, table


def test_any_number_of_threads_may_evaluate_one_compiled_file():
    band = table([("x", "number")], [("band", "string")], [("< 500", '"low"'), (">= 500", '"high"')])
    definitions = parse(
        file_of(
            input_data("x", "number"),
            decision("band", band, inputs=["x"]),
            knowledge("twice", [("n", "number")], literal("n * 2")),
            service("s", ["band"], data=["x"]),
            decision(
                "d",
                literal("{double: twice(x), own: band, other: s(1000 - x)}"),
                requires=["band"],
                inputs=["x"],
                knows=["twice", "s"],
            ),
        )
    )

    def ask(x):
        result = definitions.evaluate("d", {"x": x})
        return result.value, result.trace[-1]["read"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, [n % 1000 for n in range(2000)]))
    names = {True: "low", False: "high"}
    assert answers == [
        ({"double": 2 * x, "own": names[x < 500], "other": names[1000 - x < 500]}, {"x": x})
        for x in (n % 1000 for n in range(2000))
    ]
