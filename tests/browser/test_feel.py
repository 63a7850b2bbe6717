"""The evaluator inside the form viewer: which functions it knows, and where it answers otherwise than the server."""

import json
import typing as t
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from app.feel import FunctionRegistry, compile_expression, to_json
from app.feel.reference import documented
from app.forms.browser import FUNCTIONS
from tests.feel.evaluating import SHANGHAI
from tests.feel.triples import plain, triples

pytestmark = pytest.mark.browser

EVALUATE = """async (questions) => {
  const root = document.querySelector('meta[name="static-root"]').content;
  const { formLanguage } = await import(`${root}/islands/form-fields/language.js`);
  const [, FormLanguage] = formLanguage({}).module.expressionLanguage;
  const language = new FormLanguage({ fire() {} });
  // What cannot be stored, such as a function, is nothing.
  return questions.map(([source, context]) => JSON.stringify(language.evaluate(`=${source}`, context)) ?? 'null');
}"""
Ask = Callable[[t.Sequence[tuple[str, t.Mapping[str, t.Any]]]], list[t.Any]]


@pytest.fixture
def browser_answers(new_page: Callable[..., Page], app_address: str) -> Ask:
    """Return a function that evaluates expressions as the forms of a Chinese browser in Shanghai do."""
    page = new_page(language="zh", timezone_id="Asia/Shanghai")
    page.goto(f"{app_address}/sign-in")

    return lambda questions: [json.loads(text) for text in page.evaluate(EVALUATE, list(questions))]


def test_the_browser_answers_as_the_server_but_for_the_known_differences(browser_answers: Ask) -> None:
    compared = [one for one in triples() if not one.asked]
    answers = browser_answers([(one.source, one.context) for one in compared])
    unlike = [
        (one.source, one.context, one.browser, answer)
        for one, answer in zip(compared, answers, strict=True)
        if plain(answer) != plain(one.browser)
    ]
    # A new difference is listed in triples.json with its reason; one that is gone is taken out there.
    assert unlike == []


def test_the_functions_that_are_not_asked_of_the_server_are_those_the_browser_computes(browser_answers: Ask) -> None:
    first = {one.name: one.examples[0] for one in documented(FunctionRegistry())}
    values = browser_answers([(source, {}) for source in first.values()])
    texts = browser_answers([(f"string({source})", {}) for source in first.values()])
    known = {
        name
        for (name, source), value, text in zip(first.items(), values, texts, strict=True)
        if plain(value) == plain(ours(source)) or plain(text) == plain(ours(f"string({source})"))
    }
    assert known == FUNCTIONS


def ours(source: str) -> t.Any:
    return to_json(compile_expression(source).evaluate({}, environment=SHANGHAI))
