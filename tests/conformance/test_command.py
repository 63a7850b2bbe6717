"""The command behind `make conformance`, with suites and a small corpus of our own."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conformance.__main__ import main
from tests.conformance.figures import TARGET
from tests.conformance.suite import CorpusBroken, Outcome, Request
from tests.conformance.tck import Tck
from tests.dmn.files import decision, file_of, literal

LIST = "directory,test_file,case,reason\n"
NULL = '<value xsi:nil="true"/>'


class Other:
    """A suite that finds what it is told to find."""

    name = "other"
    folder = "other-suite"

    def __init__(self, *unexpected: str, broken: str = "") -> None:
        self.unexpected = unexpected
        self.broken = broken
        self.requests: list[Request] = []

    def run(self, request: Request) -> Outcome:
        self.requests.append(request)
        if self.broken:
            raise CorpusBroken(self.broken)
        return Outcome({"passed": 3}, ["three passed"], self.unexpected)


def number(value: str) -> str:
    return f'<value xsi:type="xsd:decimal">{value}</value>'


def result(name: str, expected: str, error: str = "false") -> str:
    return f'<resultNode name="{name}" errorResult="{error}"><expected>{expected}</expected></resultNode>'


class Corpus:
    """A corpus of one directory, with the counts that belong to it."""

    directory = "0001-own"

    def __init__(self, root: Path, decisions: dict[str, str], cases: dict[str, list[str]]) -> None:
        self.root = root / "dmn-tck"
        folder = self.root / "TestCases" / "compliance-level-2" / self.directory
        folder.mkdir(parents=True)
        logic = (decision(name, literal(text)) for name, text in decisions.items())
        (folder / "model.dmn").write_bytes(file_of(*logic))
        body = "".join(f'<testCase id="{key}">{"".join(results)}</testCase>' for key, results in cases.items())
        (folder / "tests.xml").write_text(
            '<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
            f"<modelName>model.dmn</modelName>{body}</testCases>"
        )
        self.anchor("Anchor", "1.0", 1)
        nodes = [one for results in cases.values() for one in results]
        telling = sum(any(NULL not in one for one in results) for results in cases.values())
        self.count(len(cases), telling, len(nodes), sum('errorResult="true"' in one for one in nodes))

    def count(self, *numbers: int) -> None:
        self._write(
            "counts.csv",
            [
                "level",
                "directory",
                "test_file",
                "model",
                "cases",
                "non_null_cases",
                "result_nodes",
                "error_result_nodes",
            ],
            [2, self.directory, "tests.xml", "model.dmn", *numbers],
        )

    def anchor(self, product: str, version: str, passed: int) -> None:
        header = ["vendor", "product", "version", "date", "l2_passed", "l2_total", "l3_passed", "l3_total"]
        self._write("anchors.csv", header, ["Vendor", product, version, "2026-01-01", passed, 4, 0, 0])

    def _write(self, name: str, *rows: Sequence[object]) -> None:
        with (self.root / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)


@pytest.fixture(autouse=True)
def corpora(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CORPORA", str(tmp_path))
    (tmp_path / "other-suite").mkdir()
    return tmp_path


@pytest.fixture
def tck(corpora: Path) -> Tck:
    path = corpora / "expected_failures.csv"
    path.write_text(LIST)
    return Tck(path)


def figures() -> dict[str, object]:
    found: dict[str, object] = json.loads(TARGET.read_text())
    return found


def test_cases_are_counted_per_level_and_those_that_expect_something_apart(
    corpora: Path, tck: Tck, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = {
        "sum": [result("two", number("2"))],
        "nothing": [result("gone", NULL)],
        "both": [result("two", number("2")), result("gone", NULL)],
        "wrong": [result("two", number("3"))],
    }
    Corpus(corpora, {"two": "1 + 1", "gone": "null"}, cases)
    tck.expected.write_text(LIST + "0001-own,tests.xml,wrong,one and one are two here\n")
    assert main([], [tck]) == 0
    empty = {"passed": 0, "total": 0, "non_null_passed": 0, "non_null_total": 0}
    level = {"passed": 3, "total": 4, "non_null_passed": 2, "non_null_total": 3}
    assert figures() == {"tck": {"level2": level, "level3": empty}}
    ours, anchor = (line.split() for line in capsys.readouterr().out.splitlines()[1:3])
    assert ours[:5] == ["Firstline", "this", "build", "3/4", "75.0%"]
    assert anchor[:5] == ["Anchor", "1.0", "2026-01-01", "1/4", "25.0%"]


def test_a_case_that_fails_unlisted_fails_the_command(
    corpora: Path, tck: Tck, capsys: pytest.CaptureFixture[str]
) -> None:
    Corpus(corpora, {"two": "1 + 1"}, {"wrong": [result("two", number("3"))]})
    assert main([], [tck]) == 1
    assert "fails, not expected: 0001-own · tests.xml · wrong" in capsys.readouterr().out


def test_a_selection_shows_why_cases_fail_and_writes_no_figures(
    corpora: Path, tck: Tck, capsys: pytest.CaptureFixture[str]
) -> None:
    Corpus(corpora, {"two": "1 + 1"}, {"wrong": [result("two", number("3"))]})
    assert main(["tck", "own"], [tck]) == 1
    shown = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert shown[:4] == ["0001-own · wrong · two", "expected 3", "got 2", "logic 1 + 1"]
    assert not TARGET.exists()
    assert main(["tck", "0999"], [tck]) == 1


@pytest.mark.parametrize(
    ("logic", "error", "status"),
    [
        ("count(for i in 1..99999999 return i)", "true", 0),
        ("count(for i in 1..99999999 return i)", "false", 1),
        ("null", "false", 0),
        ("0", "true", 1),
    ],
)
def test_an_error_of_feel_is_the_expected_null_only_where_one_is_announced(
    corpora: Path, tck: Tck, logic: str, error: str, status: int
) -> None:
    Corpus(corpora, {"d": logic}, {"1": [result("d", NULL, error)]})
    assert main([], [tck]) == status


def test_a_decision_that_the_standard_makes_null_may_be_an_error(corpora: Path, tck: Tck) -> None:
    corpus = Corpus(corpora, {"d": "1"}, {"1": [result("d", NULL)], "2": [result("d", number("1"))]})
    model = next(corpus.root.rglob("*.dmn"))
    model.write_bytes(file_of(decision("d", literal("1"), type_ref="string")))
    tck.expected.write_text(LIST + "0001-own,tests.xml,2,has not the declared type\n")
    assert main([], [tck]) == 0


def test_an_exception_that_escapes_is_never_null(
    corpora: Path, tck: Tck, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash(*_: object) -> None:
        raise TypeError("boom")

    monkeypatch.setattr("app.dmn.evaluation.Evaluation.value_of", crash)
    Corpus(corpora, {"d": "null"}, {"1": [result("d", NULL, "true")]})
    assert main(["tck", "own"], [tck]) == 1
    assert "TypeError: boom" in capsys.readouterr().out


def test_a_corpus_that_is_not_what_its_counts_say_fails(
    corpora: Path, tck: Tck, capsys: pytest.CaptureFixture[str]
) -> None:
    Corpus(corpora, {"two": "2"}, {"1": [result("two", number("2"))]}).count(2, 2, 2, 0)
    assert main([], [tck]) == 1
    assert "1 test files differ: 0001-own/tests.xml" in capsys.readouterr().out
    assert not TARGET.exists()


def test_a_corpus_without_its_models_fails(corpora: Path, tck: Tck, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = Corpus(corpora, {"two": "2"}, {"1": [result("two", number("2"))]})
    next(corpus.root.rglob("*.dmn")).unlink()
    assert main([], [tck]) == 1
    assert "model.dmn is missing" in capsys.readouterr().out


def test_a_missing_corpus_is_named_with_the_variable_that_points_elsewhere(
    corpora: Path, tck: Tck, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], [tck]) == 2
    said = capsys.readouterr().out
    assert str(corpora / "dmn-tck") in said
    assert "CORPORA" in said


def test_a_missing_corpus_does_not_keep_other_suites_from_running(tck: Tck) -> None:
    assert main([], [tck, Other()]) == 0
    assert figures() == {"other": {"passed": 3}}


def test_a_suite_writes_its_own_figures_and_leaves_those_of_others(corpora: Path, tck: Tck) -> None:
    Corpus(corpora, {"two": "2"}, {"1": [result("two", number("2"))]})
    TARGET.parent.mkdir()
    TARGET.write_text('{"betsy": {"passed": 70}, "other": {"passed": 1}}')
    assert main(["other"], [tck, Other()]) == 0
    assert figures() == {"betsy": {"passed": 70}, "other": {"passed": 3}}
    assert main([], [tck, Other()]) == 0
    assert figures().keys() == {"betsy", "other", "tck"}


def test_figures_that_cannot_be_read_are_begun_anew(tck: Tck) -> None:
    TARGET.parent.mkdir()
    TARGET.write_text("{half")
    assert main(["other"], [tck, Other()]) == 0
    assert figures() == {"other": {"passed": 3}}


def test_any_suite_with_something_unexpected_fails_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], [Other("lost: one")]) == 1
    assert "lost: one" in capsys.readouterr().out
    assert main([], [Other(broken="half of it is missing")]) == 1


def test_words_after_the_suite_select_and_pruning_is_passed_on(corpora: Path) -> None:
    suite = Other()
    assert main(["other", "a", "b", "--prune"], [suite]) == 0
    assert suite.requests == [Request(corpora / "other-suite", ["a", "b"], prune=True)]


def test_pruning_keeps_the_list_true(corpora: Path, tck: Tck) -> None:
    Corpus(corpora, {"two": "1 + 1"}, {"right": [result("two", number("2"))]})
    tck.expected.write_text(LIST + "0001-own,tests.xml,right,was wrong once\n")
    assert main([], [tck]) == 1
    assert main(["--prune"], [tck]) == 0
    assert tck.expected.read_text() == LIST
