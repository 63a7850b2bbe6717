"""Headers, errors, languages, static files and polling of every page."""

import gzip
import logging

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from app.web.language import safe_next
from app.web.polling import unless_unchanged


def token(visitor: FlaskClient) -> str:
    """The CSRF token as a page carries it."""
    return visitor.get("/guide").text.split('name="csrf-token" content="')[1].split('"')[0]


def test_a_page_allows_neither_inline_scripts_nor_inline_styles(visitor: FlaskClient) -> None:
    policy = visitor.get("/guide").headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_an_editor_page_allows_inline_styles_and_still_no_inline_scripts(visitor: FlaskClient) -> None:
    policy = visitor.get("/bpmn").headers["Content-Security-Policy"]
    assert "style-src-attr 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy


def test_every_answer_carries_the_companion_headers(visitor: FlaskClient) -> None:
    for address in ("/guide", "/nowhere", "/find?q=1"):
        headers = visitor.get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    assert visitor.get("/guide").headers["Cache-Control"] == "private, no-cache"


def test_a_change_without_the_token_is_refused_with_what_to_do(visitor: FlaskClient) -> None:
    answer = visitor.post("/save", json={"source": "", "base": 1})
    assert answer.status_code == 400
    assert "刷新" in answer.json["detail"]
    accepted = visitor.post("/save", json={"source": "", "base": 1}, headers={"X-CSRFToken": token(visitor)})
    assert accepted.status_code == 200


def test_an_unknown_page_is_a_page_in_the_reader_s_language(visitor: FlaskClient) -> None:
    chinese = visitor.get("/nowhere")
    assert (chinese.status_code, "这里没有" in chinese.text) == (404, True)
    english = visitor.get("/nowhere", headers={"Accept-Language": "en"})
    assert "Not here" in english.text


def test_a_failure_is_a_toast_for_htmx_and_problem_details_for_programs(visitor: FlaskClient) -> None:
    fragment = visitor.get("/nowhere", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Retarget"]) == (404, "#toasts")
    assert "<html" not in fragment.text
    problem = visitor.get("/nowhere", headers={"Accept": "application/json"})
    assert problem.mimetype == "application/problem+json"
    assert problem.json["status"] == 404
    assert visitor.get("/v2/nowhere").mimetype == "application/problem+json"


def test_a_refused_submission_names_each_field(visitor: FlaskClient) -> None:
    body = {"data": {"serial": "1", "months": None}}
    answer = visitor.post("/submit", json=body, headers={"X-CSRFToken": token(visitor)})
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {"months", "gone"}


def test_a_crash_gives_a_number_that_is_also_in_the_log(guide: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = guide.test_client().get("/crash", headers={"Accept": "application/json"})
    assert answer.status_code == 500
    assert answer.json["number"] in answer.json["detail"]
    assert "boom" not in answer.text


def test_the_language_switch_is_remembered_and_comes_back_to_the_page(visitor: FlaskClient) -> None:
    data = {"csrf_token": token(visitor), "next": "/viewer?x=1"}
    answer = visitor.post("/language/en", data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/viewer?x=1")
    assert '<html class="fl-root" lang="en">' in visitor.get("/guide").text
    assert visitor.post("/language/fr", data=data).status_code == 404


@pytest.mark.parametrize(
    "address", ["//evil.example", "https:" + "//evil.example", "/\\evil.example", "/\t/evil.example", "x", ""]
)
def test_nobody_is_sent_to_another_site(address: str) -> None:
    assert safe_next(address) == "/"


def test_static_files_are_kept_for_ever_under_their_build_only(guide: Flask, visitor: FlaskClient) -> None:
    build = guide.extensions["static_build"]
    kept = visitor.get(f"/static/{build}/css/base.css")
    assert "immutable" in kept.headers["Cache-Control"]
    kept.close()
    stale = visitor.get("/static/000000000000/css/base.css")
    stale.close()
    assert (stale.status_code, "immutable" in stale.headers["Cache-Control"]) == (200, False)
    assert visitor.get(f"/static/{build}/../__init__.py").status_code == 404


def test_polling_renders_only_what_has_changed(guide: Flask) -> None:
    rendered: list[str] = []

    def render() -> str:
        rendered.append("x")
        return "rows"

    with guide.test_request_context():
        tag = unless_unchanged([7, "12:00"], render).headers["ETag"]
    with guide.test_request_context(headers={"If-None-Match": tag}):
        assert unless_unchanged([7, "12:00"], render).status_code == 304
    with guide.test_request_context(headers={"If-None-Match": tag}):
        assert unless_unchanged([8, "12:00"], render).get_data(as_text=True) == "rows"
    with guide.test_request_context(headers={"If-None-Match": tag}):
        g.language = "en"
        assert unless_unchanged([7, "12:00"], render).status_code == 200
    assert len(rendered) == 3


def test_a_packed_bundle_is_sent_to_browsers_that_unpack(guide: Flask, visitor: FlaskClient) -> None:
    address = f"/static/{guide.extensions['static_build']}/vendor/htmx.js"
    packed = visitor.get(address, headers={"Accept-Encoding": "gzip"})
    plain = visitor.get(address)
    assert (packed.content_encoding, plain.content_encoding) == ("gzip", None)
    assert packed.mimetype == plain.mimetype == "text/javascript"
    assert gzip.decompress(packed.data) == plain.data
    packed.close()
    plain.close()


def test_the_house_s_own_address_leads_to_the_first_place_of_work(visitor: FlaskClient) -> None:
    answer = visitor.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/guide")
