"""Papers of a case, ready to print in either language."""

from contextlib import AbstractContextManager

from flask import abort, render_template, request

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
    sheet = papers.sheet_of(found, story.case, story.unit)
    with in_language_asked():
        return render_template(sheet.template, sheet=sheet)


def in_language_asked() -> AbstractContextManager[None]:
    """Let `lang` in the address choose the language of what is printed meanwhile."""
    wanted = request.args.get("lang", "")
    return i18n.in_language(wanted if wanted in i18n.LANGUAGES else i18n.language())
