"""The handbook of a process, to read and to print."""

from flask import render_template

from app.desk.pages.papers import in_language_asked
from app.people import signed_in
from app.studio import handbook
from app.studio.pages.blueprint import blueprint


@blueprint.get("/process/<identifier>/v<int:number>/handbook")
def print_handbook(identifier: str, number: int) -> str:
    """Show one version of a process as it is printed; `lang` chooses the language of whoever gets it."""
    with in_language_asked():
        return render_template("studio/handbook.html", book=handbook.handbook(signed_in(), identifier, number))
