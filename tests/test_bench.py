"""The measurements: parts are measured alone or together, and what was measured before is not lost."""

import json

import pytest

from bench import __main__ as bench
from bench import dmn, feel, report


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(report, "TARGET", tmp_path / "var" / "bench.json")
    monkeypatch.setattr(bench, "TARGET", tmp_path / "var" / "bench.json")
    return tmp_path


def rows():
    return [(row["part"], row["what"], row["value"]) for row in json.loads(report.TARGET.read_text())]


def test_one_part_is_measured_again_without_losing_the_others(monkeypatch, capsys):
    values = iter([1.0, 2.0, 3.0])
    measures = {name: lambda kept: kept.add("rate", next(values), "/s") for name in ("feel", "dmn")}
    monkeypatch.setattr(bench, "PARTS", measures)
    bench.main([])
    bench.main(["feel"])
    assert sorted(rows()) == [("dmn", "rate", 2.0), ("feel", "rate", 3.0)]
    assert "feel (1 of 2), beside a load of" in capsys.readouterr().out


def test_a_part_that_does_not_exist_is_named_with_those_that_do():
    with pytest.raises(SystemExit, match="no part sqlight"):
        bench.main(["feel", "sqlight"])


@pytest.mark.parametrize(("unit", "value", "plain"), [("/s", 100.0, 400.0), ("µs", 400.0, 100.0)])
def test_the_ratio_says_how_many_times_longer_it_takes(unit, value, plain):
    kept = report.Report("feel")
    kept.add("something", value, unit, plain=plain)
    assert kept.rows[0]["ratio"] == 4


def test_plain_python_gives_the_same_answers():
    from app.feel import compile_expression, from_json, to_json

    for question in feel.QUESTIONS:
        ours = to_json(compile_expression(question.source).evaluate(question.given))
        assert ours == to_json(from_json(question.plain(question.given))), question.name
    for name, source, given, plain in dmn.QUESTIONS:
        ours = to_json(dmn.dmn.parse(source).evaluate(name, given).value)
        assert ours == to_json(from_json(plain(given))), name
