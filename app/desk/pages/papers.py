"""Papers of a case, ready to print in either language."""

from flask import abort, g, render_template, request
from flask_babel import refresh

from app import i18n
from app.desk import papers, queries
from app.desk.pages.blueprint import cases
from app.people import signed_in


@cases.get("/<case_no>/papers/<kind>/<int:document_id>")
def paper(case_no: str, kind: str, document_id: int) -> str:
    """Show a document as it is printed; `lang` chooses the language of whoever gets it."""
    story = queries.story(signed_in(), case_no)
    found = next((one for one in story.documents if one.id == document_id and one.kind == kind), None)
    if found is None:
        abort(404)
    speak_as_asked()
    sheet = papers.sheet_of(found, story.case, story.unit)
    return render_template(sheet.template, sheet=sheet)


def speak_as_asked() -> None:
    """Let `lang` in the address choose the language of what is printed."""
    if (wanted := request.args.get("lang")) in i18n.LANGUAGES:
        g.language = wanted
        refresh()
