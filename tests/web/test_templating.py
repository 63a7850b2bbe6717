"""Templates in their languages, and the addresses they name."""

import pytest
from flask import Flask
from jinja2 import DictLoader

from app.templating import Templates, compile_all
from tests.web.test_words import speaking


@pytest.fixture
def templates(guide: Flask) -> Templates:
    found = Templates(guide, autoescape=True)
    found.loader = DictLoader(
        {
            "frame": "<title>{% block title %}{% endblock %}</title>",
            "row": '{% macro row(name) %}{{ _("Claimed: %(step)s", step=name) }}{% endmacro %}',
            "page": '{% extends "frame" %}{% import "row" as rows %}{% block title %}{{ _("Mine") }}, {{ rows.row("<a>") }}, '
            '{{ _("100%%") }}{% if _("Mine") == "Mine" %}!{% endif %}{% endblock %}',
        }
    )
    found.globals.update(guide.jinja_env.globals)
    return found


def test_what_a_page_is_made_of_speaks_the_language_of_the_page(guide: Flask, templates: Templates) -> None:
    for _ in range(2):
        with speaking(guide, "en"):
            assert templates.get_template("page").render() == "<title>Mine, Claimed: &lt;a&gt;, 100%!</title>"
        with speaking(guide, "zh"):
            assert templates.get_template("page").render() == "<title>分给我的, 已领取：&lt;a&gt;, 100%</title>"


def test_a_text_that_never_changes_is_looked_up_once(
    guide: Flask, templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    with speaking(guide, "zh"):
        page = templates.get_template("page")
        asked: list[str] = []
        monkeypatch.setitem(guide.jinja_env.globals, "_", lambda text, **_params: asked.append(text) or text)
        monkeypatch.setitem(templates.globals, "_", guide.jinja_env.globals["_"])
        assert "分给我的" in page.render()
        assert set(asked) <= {"Claimed: %(step)s"}


def test_templates_compiled_beforehand_are_not_read_again(guide: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with guide.app_context():
        compile_all(guide)
        read: list[str] = []
        monkeypatch.setattr(guide.jinja_env.loader, "get_source", lambda _environment, name: read.append(name))
        guide.jinja_env.get_template("web/base.html")
        assert read == []


def test_an_address_is_that_of_where_the_product_is_mounted(guide: Flask) -> None:
    address = guide.jinja_env.globals["url_for"]
    for root in ("", "/service", ""):
        with guide.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            assert address("web.switch_language", code="zh") == f"{root}/language/zh"
            assert address("web.switch_language", code="zh", _external=True) == f"http://localhost{root}/language/zh"
