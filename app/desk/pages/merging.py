"""The pages of a customer who is on file twice."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import merging
from app.desk.pages.blueprint import complaints, desk
from app.desk.registers import named
from app.errors import Conflict, Invalid
from app.i18n import text as _
from app.people import signed_in


@desk.app_context_processor
def merging_words() -> dict[str, object]:
    """Give the page of a customer what it says about doubles."""
    return {
        "may_merge": lambda: merging.may_merge(signed_in()),
        "suspects_of": merging.suspects,
        "merges_of": merging.merges_of,
    }


@desk.get("/customers/<int:kept_id>/merge/<int:gone_id>")
def merge_preview(kept_id: int, gone_id: int) -> str:
    """Show what merging would move."""
    return _preview(kept_id, gone_id, "")


@desk.post("/customers/<int:kept_id>/merge/<int:gone_id>")
def merge(kept_id: int, gone_id: int) -> ResponseReturnValue:
    """Merge two records of one customer."""
    try:
        merging.merge(signed_in(), kept_id, gone_id, request.form.get("reason", ""))
    except Invalid as error:
        return _preview(kept_id, gone_id, " ".join(complaints(error)["reason"])), 422
    flash(_("Merged. It can be undone on this page."), "ok")
    return redirect(url_for("desk.record", name="customers", key=kept_id), 303)


@desk.post("/customers/merges/<int:merge_id>/undo")
def undo_merge(merge_id: int) -> ResponseReturnValue:
    """Take a merge back."""
    try:
        done = merging.undo(signed_in(), merge_id)
    except Conflict as error:
        flash(" ".join(each for said in complaints(error).values() for each in said), "bad")
        return redirect(url_for("desk.register", name="customers"), 303)
    flash(_("Taken apart again"), "ok")
    return redirect(url_for("desk.record", name="customers", key=done.gone_id), 303)


def _preview(kept_id: int, gone_id: int, said: str) -> str:
    found = merging.preview(signed_in(), kept_id, gone_id)
    columns = named("customers").by_name
    return render_template(
        "desk/customer_merge.html",
        found=found,
        rows=[(name, columns[name].label) for name in ("name", "name_en", "phone", "address", "area", "credit_note")],
        labels={name: columns[name].label for name in found.filled},
        said=said,
    )
