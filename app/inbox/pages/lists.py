"""The list: the whole page, its rows and its folders on their own for refreshing, and what one may filter by."""

import typing as t
from urllib.parse import urlencode

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app import i18n
from app.engine.queries import inbox as engine_inbox
from app.inbox import folders, many, queries, rows, saved_views, words
from app.inbox.folders import ANSWERS, Viewer
from app.inbox.names import models_of, shown
from app.inbox.pages import panes
from app.inbox.pages.blueprint import blueprint, selection, viewer
from app.inbox.saved_views import View
from app.inbox.selection import Selection
from app.people.units import unit_tree
from app.web.polling import unless_unchanged


@blueprint.get("")
def index() -> str:
    """Show folders, list and the open task."""
    who, chosen = viewer(), selection()
    parts = {**list_of(who, chosen), **folders_shown(who, chosen), "view_counts": {}, **panes.open_pane(who.person)}
    parts["priorities"] = many.priorities()
    return render_template("inbox/index.html", **parts)


@blueprint.get("/rows")
def list_rows() -> Response:
    """Refresh the rows; 304 while they say the same."""
    who, chosen = viewer(), selection()
    shown_rows = list_of(who, chosen)
    state = [who.person.id, request.full_path, who.now.replace(second=0, microsecond=0), shown_rows["rows"]]
    return unless_unchanged(state, lambda: render_template("inbox/_rows.html", **shown_rows))


@blueprint.get("/folders")
def list_folders() -> Response:
    """Refresh the counts of the folders, and count the saved views, which the page itself does not wait for."""
    who, chosen = viewer(), selection()
    shown_folders = folders_shown(who, chosen)
    saved = shown_folders["saved"]
    shown_folders["view_counts"] = _counts_of(who, saved, shown_folders["counts"][ANSWERS])
    views = [(view.id, view.name, shown_folders["view_counts"].get(view.id)) for view in saved]
    state = [who.person.id, request.full_path, shown_folders["counts"], views, who.person.unread]
    return unless_unchanged(state, lambda: render_template("inbox/_folders_polled.html", **shown_folders))


def _counts_of(who: Viewer, saved: list[View], answers: int) -> dict[int, int]:
    """How many tasks the first views hold, by number of the view; the folder of awaited answers holds no tasks."""
    counted = saved[: saved_views.COUNTED]
    tasks = [view for view in counted if view.selection.folder != ANSWERS]
    counts = queries.counted(who, [view.selection for view in tasks])
    return dict.fromkeys((view.id for view in counted), answers) | dict(zip((v.id for v in tasks), counts, strict=True))


@blueprint.get("/filter")
def filter_form() -> str:
    """Show what the list can be filtered by, with the steps that are open now."""
    who, chosen = viewer(), selection()
    steps = queries.open_steps(who)
    models = models_of(step.process_definition_key for step in steps)
    processes = {step.process_id: shown(models[step.process_definition_key]) for step in steps}
    titles = {step.element_id: i18n.localised(step.names, step.element_id) for step in steps}
    tree = unit_tree(who.person.unit_version)
    codes = dict.fromkeys(code for held in who.person.memberships if held.unit for code in tree.below(held.unit))
    return render_template(
        "inbox/_filter.html",
        selection=chosen,
        processes=list(processes.items()),
        steps=list(titles.items()),
        units=[(code, tree.by_code[code].name) for code in codes or tree.codes()],
        dues=[(word, words.due_text(word)) for word in queries.DUE],
        priorities=[(word, word) for word in words.PRIORITIES],
        sorts=words.sort_choices(),
    )


def list_of(who: Viewer, chosen: Selection) -> dict[str, t.Any]:
    """Return what the list template needs."""
    if chosen.folder == ANSWERS:
        waits = engine_inbox.recordable_answers(who.people, limit=queries.PAGE)
        page, after, says_who = rows.answer_rows(waits), None, False
    else:
        folder = folders.folder_named(who, chosen.folder)
        found = queries.listed(who, folder, chosen)
        page, after, says_who = rows.rows_of(who, found.tasks), found.after, folder.team or folder.others
    offer = None if page else folders.most_urgent_offer(who)
    answers = chosen.folder == ANSWERS
    return {
        "selection": chosen,
        "rows": page,
        "groups": list(rows.grouped(page)) if chosen.plain and not answers else [("", page)],
        "group_label": rows.group_label,
        "after": after,
        "opened": request.args.get("task", type=int) or request.args.get("answer", type=int),
        "answers": answers,
        "says_who": says_who,
        "urgent_offer": words.offer_text(offer) if offer else "",
        **_addresses(chosen, "answer" if answers else "task"),
    }


def _addresses(chosen: Selection, place: str) -> dict[str, str]:
    """The common part of every row's addresses, built once because building one costs as much as showing a row."""
    query, index_address = urlencode(chosen.query()), url_for("inbox.index")
    return {
        "row_address": f"{index_address}?{query}&{place}=",
        "row_fragment": f"{index_address}/{place}s/",
        "row_query": query,
    }


def folders_shown(who: Viewer, chosen: Selection) -> dict[str, t.Any]:
    """Return what the folder template needs; counts stop at a hundred."""
    offered = folders.folders_of(who)
    counts = {folder.id: folder.count(who) for folder in offered}
    counts[ANSWERS] = engine_inbox.count_answers(who.people)
    present = folders.folder_named(who, chosen.folder)
    saved = saved_views.views_of(who.person)
    return {
        "folders": offered,
        "counts": counts,
        "selection": chosen,
        "folder": present,
        "answers": chosen.folder == ANSWERS,
        "saved": saved,
        "shown_view": next((view for view in saved if view.shows(chosen)), None),
    }
