"""A small app around `app.web` alone, with pages that use every macro and every island."""

import datetime as dt
import json
import typing as t
from pathlib import Path

from flask import Blueprint, Flask, Response, jsonify, render_template, request

from app import i18n, web
from app.clock import SetClock
from app.config import Settings
from app.errors import Conflict, Invalid
from app.i18n import lazy_text as _l
from app.studio.offered import executed
from app.templating import Templates
from app.web.navigation import Item, register
from app.web.polling import unless_unchanged
from app.web.security import editor_page
from tests.clock import NOON

HERE = Path(__file__).parent
SERIALS = {"TX155-2231-0047": ("ok", "保修期内"), "EC680": ("warn", "保修期内，但人为损坏：收费")}


def build() -> Flask:
    """Return the app. `app.sent` keeps what islands sent, by address; `app.state` is what the polled list shows."""
    app = Flask(__name__, static_folder=None, template_folder=None)
    app.jinja_environment = Templates
    app.secret_key = "a key for tests only"
    app.extensions["settings"] = settings = Settings()
    app.extensions["clock"] = SetClock(NOON)
    i18n.init_app(app, "zh")
    web.init_app(app, settings)
    app.sent = []  # type: ignore[attr-defined]
    app.state = 1  # type: ignore[attr-defined]
    app.register_blueprint(pages(app))
    app.jinja_env.filters["plus"] = lambda moment, **span: moment + dt.timedelta(**span)
    shell = app.extensions["navigation"]
    shell.person = lambda: "周敏"
    shell.finder = "guide.find"
    register(
        app,
        Item(endpoint="guide.index", label=_l("Reason"), icon="inbox", order=10, count=lambda: 12),
        Item(endpoint="guide.viewer", label="流程", icon="flow", order=20, section="guide.viewer"),
        Item(endpoint="guide.form", label="办理", icon="form", order=30, section="guide.form"),
        Item(endpoint="guide.bpmn", label="编辑", icon="edit", order=40, section="guide.bpmn"),
        Item(endpoint="guide.dmn", label="设置", icon="gear", order=900, section="guide.dmn"),
    )
    return app


def pages(app: Flask) -> Blueprint:
    """The pages and the endpoints their islands call."""
    guide = Blueprint("guide", __name__, template_folder="templates")
    sent: list[tuple[str, t.Any]] = app.sent  # type: ignore[attr-defined]

    @guide.get("/guide")
    def index() -> str:
        return render_template("guide/index.html", due=NOON)

    @guide.get("/find")
    def find() -> str:
        return render_template("guide/found.html", q=request.args["q"])

    @guide.get("/viewer")
    def viewer() -> str:
        return render_template("guide/viewer.html", xml=source("process.bpmn"))

    @guide.get("/form")
    def form() -> str:
        return render_template("guide/form.html", schema=json.loads(source("task.form")))

    @guide.get("/bpmn")
    @editor_page
    def bpmn() -> str:
        return render_template(
            "guide/editor.html",
            island="studio-bpmn",
            props={
                "source": source("process.bpmn"),
                "templates": [NOTICE],
                "variables": {"contexts": {}, "forms": {}},
                "executed": executed(),
                "roles": [],
                "linked": {},
            }
            | EDITS,
        )

    @guide.get("/dmn")
    @editor_page
    def dmn() -> str:
        return render_template(
            "guide/editor.html", island="studio-dmn", props={"source": source("warranty.dmn")} | EDITS
        )

    @guide.get("/form-editor")
    @editor_page
    def form_editor() -> str:
        return render_template("guide/editor.html", island="studio-form", props={"source": source("task.form")} | EDITS)

    @guide.route("/draft", methods=["PUT"])
    def draft() -> t.Any:
        sent.append(("draft", request.get_json()))
        return jsonify({})

    @guide.post("/submit")
    def submit() -> t.Any:
        data = request.get_json()["data"]
        sent.append(("submit", data))
        if data["serial"] == "TAKEN":
            raise Conflict("web.test_conflict")
        if data["months"] is None:
            raise Invalid(
                "web.test_invalid", fields={"months": [("web.test_months", {})], "gone": [("web.test_gone", {})]}
            )
        return jsonify({"message": "已提交"})

    @guide.post("/verdict")
    def verdict() -> t.Any:
        question = request.get_json()
        sent.append(("verdict", question))
        state, title = SERIALS.get(question["inputs"]["serial"] or "", ("bad", "没有这个序列号"))
        return jsonify(state=state, title=title, reasons=[{"ok": state == "ok", "text": "发票在档", "source": "T08"}])

    @guide.post("/upload")
    def upload() -> t.Any:
        name = request.files["file"].filename
        sent.append(("upload", (name, request.form["component"])))
        return jsonify(documentId="doc-1", metadata={"fileName": name})

    @guide.get("/functions")
    def functions() -> t.Any:
        return jsonify(groups=[{"id": "list", "name": "List"}], functions=[COUNT])

    @guide.post("/save")
    def save() -> t.Any:
        body = request.get_json()
        sent.append(("save", body))
        if "FORBIDDEN" in body["source"]:
            raise Invalid("web.test_invalid", findings=[FINDING])
        return jsonify(version=(body["base"] or 0) + 1, findings=[])

    @guide.post("/check")
    def check() -> t.Any:
        sent.append(("check", request.get_json()))
        return jsonify(findings=[FINDING])

    @guide.get("/list")
    def task_list() -> str:
        return render_template("guide/list.html", xml=source("process.bpmn"), state=1)

    @guide.get("/rows")
    def rows() -> Response:
        state = app.state  # type: ignore[attr-defined]
        sent.append(("rows", request.headers.get("If-None-Match")))
        return unless_unchanged(
            [state], lambda: render_template("guide/_rows.html", xml=source("process.bpmn"), state=state)
        )

    @guide.get("/crash")
    def crash() -> str:
        raise RuntimeError("boom")

    return guide


FINDING = {
    "severity": "error",
    "element_id": "s020_price",
    "code": "form-exists",
    "text": "“计价”引用的表单 F42b 不存在",
    "hint": "选一个已有表单，或新建 F42b。",
}
NOTICE = {
    # Without the schema's name the modeler drops a template silently.
    "$schema": "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json",
    "id": "firstline.notice.send",
    "name": "发通知",
    "version": 1,
    "appliesTo": ["bpmn:Task"],
    "elementType": {"value": "bpmn:ServiceTask"},
    "properties": [
        {"type": "Hidden", "value": "notice.send", "binding": {"type": "zeebe:taskDefinition", "property": "type"}},
        {"label": "模板", "type": "String", "binding": {"type": "zeebe:taskHeader", "key": "template"}},
    ],
}
EDITS = {"save": "/save", "check": "/check", "base": 3, "functions": "/functions"}
COUNT = {
    "name": "count",
    "group": "list",
    "text": "How many items a list has.",
    "signatures": [{"text": "count(list)", "params": [{"name": "list", "type": "list"}], "returns": "number"}],
    "examples": [{"feel": "count([1, 2])", "gives": "2"}],
}


def source(name: str) -> str:
    """Return one of the sample files beside this module."""
    return (HERE / "samples" / name).read_text("utf-8")
