import threading

from app.feel import compile_expression
from app.feel.source_cache import SourceCache


def test_a_source_is_compiled_once():
    compiled = []
    cache = SourceCache(lambda source: compiled.append(source) or source.upper(), 100)
    assert [cache("a"), cache("b"), cache("a")] == ["A", "B", "A"]
    assert compiled == ["a", "b"]


def test_the_oldest_go_when_all_together_are_too_long():
    compiled = []
    cache = SourceCache(lambda source: compiled.append(source) or object(), 30)
    first = cache("x" * 10)
    assert cache("x" * 10) is first
    for letter in "abc":
        cache(letter * 8)
    assert cache("x" * 10) is not first
    assert len(compiled) == 5


def test_a_source_longer_than_everything_is_compiled_all_the_same():
    cache = SourceCache(len, 10)
    assert [cache("x" * 50), cache("x" * 50), cache("y")] == [50, 50, 1]


def test_threads_may_compile_at_the_same_moment():
    cache = SourceCache(len, 500)
    texts = ["x" * number for number in range(1, 60)]
    threads = [threading.Thread(target=lambda: [cache(text) for text in texts * 50]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [cache(text) for text in texts] == [len(text) for text in texts]


def test_the_same_expression_is_the_same_object():
    assert compile_expression("a + 1") is compile_expression("a + 1")
