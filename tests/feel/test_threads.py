from concurrent.futures import ThreadPoolExecutor

from app.feel import compile_expression


def test_threads_share_compiled_expressions_without_mixing_their_values():
    expression = compile_expression("sum(for x in xs return x * factor)")

    def evaluate(factor):
        return [expression.evaluate({"xs": [1, 2, 3], "factor": factor}) for _ in range(200)]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(evaluate, range(16)))
    assert results == [[6 * factor] * 200 for factor in range(16)]
