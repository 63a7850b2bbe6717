"""The register of knowledge articles; they come from cases (catalogue 3.B16) and are maintained here."""

from app.desk import words
from app.desk.models import KnowledgeArticle
from app.desk.registers.columns import Account, Choice, Code, Column, Moment, Prose, Reference, Whole
from app.desk.registers.register import Register, right
from app.i18n import lazy_text as _l
from app.people.person import PROCESS_OWNER

ARTICLES = Register(
    id="articles",
    subject="article",
    model=KnowledgeArticle,
    title=_l("Knowledge articles"),
    one=_l("Article"),
    about=_l("Symptoms with their cause and solution. Published ones are offered while a customer waits."),
    icon="info",
    columns=(
        Code(name="article_no", label=_l("Article no."), written=False),
        Column(name="symptom", label=_l("Symptom"), required=True, longest=300),
        Prose(name="cause", label=_l("Cause")),
        Prose(name="solution", label=_l("How it is solved"), required=True),
        Reference(name="product_id", label=_l("Product"), to="products", hint=_l("Empty: for all products.")),
        Choice(name="status", label=_l("Status"), words=words.ARTICLE_STATES, required=True),
        Reference(name="source_case_id", label=_l("From case"), to="cases", written=False),
        Account(name="author", label=_l("Author")),
        Account(name="reviewer", label=_l("Reviewer")),
        Prose(name="review_note", label=_l("Reviewer's remark"), written=False),
        Whole(name="use_count", label=_l("Times used"), written=False),
        Moment(name="created_at", label=_l("Article written")),
        Moment(name="published_at", label=_l("Published")),
    ),
    key=("article_no",),
    names=("symptom", "article_no"),
    listed=("article_no", "symptom", "product_id", "status", "use_count", "published_at"),
    searched=("article_no", "symptom", "cause", "solution"),
    filters=("status",),
    order=("article_no",),
    newest_first=True,
    adds=False,
    writes=right(
        PROCESS_OWNER, "system_admin", "server_product_manager", "desktop_product_manager",
        "notebook_product_manager", "repair_manager", "service_manager",
    ),
)  # fmt: skip
