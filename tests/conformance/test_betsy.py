"""The betsy suite, with models and a corpus of our own: what it translates, what it sees, and what it makes of it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.betsy import Betsy
from tests.conformance.betsy.adapter import adapted, feel
from tests.conformance.betsy.corpus import models
from tests.conformance.betsy.running import Result, run
from tests.conformance.betsy.town import deployed, dropped
from tests.conformance.suite import CorpusBroken, Request
from tests.kernel import draw
from tests.kernel.draw import MESSAGE, SIGNAL, boundary, end, flow, flows, node, process, start, throw, timer, user

BEGIN = node("scriptTask", "begin", "<script>CREATE_LOG_FILE</script>")


def script(name: str, word: str) -> str:
    return node("scriptTask", name, f"<script> {word} </script>")


class Corpus:
    """A folder with models and cases, as the publisher lays it out."""

    def __init__(self, root: Path) -> None:
        self.root = root / "betsy"
        (self.root / "models").mkdir(parents=True)
        self.tests: list[dict[str, Any]] = []

    def add(self, name: str, xml: bytes, *cases: dict[str, Any], process_id: str = "p", in_2015: bool = True) -> None:
        (self.root / "models" / f"{name}.bpmn").write_bytes(xml)
        whole = [{"number": n, "inputs": {}, "expected_errors": [], **case} for n, case in enumerate(cases, 1)]
        entry = {"name": name, "group": "basics", "model": f"models/{name}.bpmn", "process": process_id}
        self.tests.append({**entry, "in_2015_set": in_2015, "cases": whole})

    def written(self, **wrong: int) -> Path:
        cases = sum(len(test["cases"]) for test in self.tests)
        counts = {"tests": len(self.tests), "cases": cases, "tests_2015": sum(t["in_2015_set"] for t in self.tests)}
        (self.root / "cases.json").write_text(json.dumps({"counts": counts | wrong, "tests": self.tests}))
        rows = [{"test": test["name"], "activiti": 1, "camunda": 0, "jbpm": 0} for test in self.tests]
        with (self.root / "results_2015.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, ["test", "activiti", "camunda", "jbpm"])
            writer.writeheader()
            writer.writerows(rows)
        return self.root


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path)


def result_of(corpus: Corpus, body: str, *cases: dict[str, Any], reload: bool = False) -> Result:
    xml = draw.file(*([body] if body.startswith("<process") else [process(body)]))
    corpus.add("own", xml, *cases)
    (model,) = models(corpus.written())
    return run(model, reload=reload)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('test.contains("a")', '=contains(test, "a")'),
        ('\n !test.contains("b") ', '=not(contains(test, "b"))'),
        ('test.contains("a")>', '=contains(test, "a")'),
        ("integerVariable<3", "=integerVariable<3"),
        ("activationCount >= 1", "=activationCount >= 1"),
        ("true", "=true"),
        ("${integerVariable}", "=integerVariable"),
        ("3", "3"),
        ("-1", "-1"),
    ],
)
def test_expressions_are_translated(written: str, read: str) -> None:
    assert feel(written) == read


def test_only_texts_of_scripts_and_expressions_are_touched() -> None:
    body = start() + script("a", "SCRIPT_task1") + boundary("b", "a", timer("PT1S")) + user("u") + end()
    xml = draw.file(body + flows("s a e;b u"))
    before, after = draw.file(body.replace("<script> SCRIPT_task1 </script>", "") + flows("s a e;b u")), adapted(xml)
    assert b'expression="=traced(&quot;SCRIPT_task1&quot;)"' in after
    assert before.count(b"<boundaryEvent") == after.count(b"<boundaryEvent")
    assert b"<timeDuration>PT1S</timeDuration>" in after


@pytest.mark.parametrize("reload", [False, True])
def test_traces_are_multisets_over_all_instances(corpus: Corpus, reload: bool) -> None:
    caller = start() + BEGIN + node("intermediateThrowEvent", "t", MESSAGE) + script("one", "SCRIPT_task1")
    called = node("startEvent", "m", MESSAGE) + script("two", "SCRIPT_task2") + flows("m two")
    heard = node("startEvent", "h", SIGNAL) + script("three", "SCRIPT_task3") + flows("h three")
    caller += throw("say", SIGNAL) + end() + flows("s begin t one say e")
    xml = draw.file(process(caller), process(called, "q"), process(heard, "r"))
    corpus.add("own", xml, {"expected_traces": ["SCRIPT_task3", "SCRIPT_task2", "SCRIPT_task1"]})
    (model,) = models(corpus.written())
    result = run(model, reload=reload)
    assert result.passed, result.cases


def test_long_scripts_take_their_time_overlap_and_can_be_interrupted(corpus: Corpus) -> None:
    both = script("one", "CREATE_TIMESTAMP_LOG_1") + script("two", "CREATE_TIMESTAMP_LOG_2")
    slow = script("slow", "WAIT_TEN_SECONDS") + boundary("b", "slow", timer("PT3S")) + script("x", "SCRIPT_task1")
    body = start() + BEGIN + both + slow + flows("s begin one;begin two;begin slow;b x")
    case = {"expected_traces": ["EXECUTION_parallel", "SCRIPT_task1"], "delay_ms": 15_000}
    assert result_of(corpus, body, case).passed


def test_variables_errors_and_markers(corpus: Corpus) -> None:
    words = ("CREATE_MARKER_FILE", "INCREMENT_INTEGER_VARIABLE_AND_LOG", "SET_STRING_DATA", "LOG_DATA", "THROW_ERROR")
    steps = "".join(script(f"n{place}", word) for place, word in enumerate(words))
    body = start() + BEGIN + steps + flows("s begin n0 n1 n2 n3 n4")
    wanted = ["MARKER_exists", "INCREMENT_correct", "DATA_correct"]
    case = {"expected_traces": wanted, "expected_errors": ["ERROR_thrownErrorEvent"]}
    assert result_of(corpus, body, case).passed


def test_a_technical_failure_and_a_refusal_are_both_an_error_where_that_is_wanted(corpus: Corpus) -> None:
    gate = node("exclusiveGateway", "x") + script("a", "SCRIPT_task1") + script("b", "SCRIPT_task2")
    choice = flow("x", "a", 'test.contains("a")') + flow("x", "b", 'test.contains("b")')
    body = start() + BEGIN + gate + choice + flows("s begin x")
    cases = (
        {"inputs": {"test": "b"}, "expected_traces": ["SCRIPT_task2"]},
        {"inputs": {"test": "c"}, "expected_traces": [], "expected_errors": ["ERROR_runtime"]},
        {"inputs": {"test": "c"}, "expected_traces": [], "expected_errors": ["ERROR"]},
    )
    assert [case.passed for case in result_of(corpus, body, *cases).cases] == [True, True, True]
    refused = start() + node("fooTask", "foo") + flows("s foo")
    assert result_of(corpus_beside(corpus), refused, {"expected_traces": [], "expected_errors": ["ERROR"]}).passed


def corpus_beside(corpus: Corpus) -> Corpus:
    return Corpus(corpus.root / "beside")


def test_an_engine_that_does_nothing_does_not_pass(corpus: Corpus) -> None:
    body = start() + user("never") + BEGIN + flows("s never begin")
    result = result_of(corpus, body, {"expected_traces": []})
    assert (result.passed, result.does_nothing) == (False, True)


def test_a_dropped_event_is_luck() -> None:
    body = start() + node("intermediateCatchEvent", "c", SIGNAL) + end() + flows("s c e")
    xml = draw.file(body)
    assert dropped(xml, deployed(xml)) == []
    drawn_more = xml.replace(SIGNAL.encode(), (SIGNAL + timer("PT1S")).encode())
    assert dropped(drawn_more, deployed(xml)) == ["c"]


def test_the_figures_and_what_nobody_expected(corpus: Corpus, tmp_path: Path) -> None:
    body = start() + BEGIN + script("a", "SCRIPT_task1") + end() + flows("s begin a e")
    corpus.add("good", draw.file(body), {"expected_traces": ["SCRIPT_task1"]})
    corpus.add("bad", draw.file(body), {"expected_traces": ["SCRIPT_task2"]}, in_2015=False)
    listed = tmp_path / "expected.csv"
    listed.write_text("model,reason\n")
    outcome = Betsy(listed).run(Request(corpus.written()))
    assert outcome.figures["set_2015"] == {"passed": 1, "total": 1}
    assert outcome.figures["all"] == {"passed": 1, "total": 2}
    assert outcome.unexpected == ["fails, not expected: bad"]
    assert any(line.split() == ["basics", "1", "1", "0", "0", "1", "1", "2"] for line in outcome.lines)


def test_a_corpus_that_is_not_what_it_says_is_not_measured(corpus: Corpus) -> None:
    corpus.add("good", draw.file(start()), {"expected_traces": []})
    with pytest.raises(CorpusBroken, match="says 5"):
        models(corpus.written(cases=5))
    (corpus.root / "models" / "good.bpmn").unlink()
    with pytest.raises(CorpusBroken, match="missing"):
        models(corpus.written())


def test_an_endless_case_is_a_failure(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conformance.betsy.running.PATIENCE", 0.0)
    result = result_of(corpus, start() + BEGIN + end() + flows("s begin e"), {"expected_traces": []})
    assert [case.note for case in result.cases] == ["endless"]
