"""`desk.article`, `desk.articles`, `desk.article_use` and `desk.repeated_symptoms`: the knowledge base of the desk."""

import collections
import datetime as dt
import typing as t
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from app.db import next_key
from app.desk import cases, reading, symptoms
from app.desk.handlers import notes
from app.desk.models import Asset, Case, KnowledgeArticle, Product
from app.desk.numbers import next_number
from app.engine.registry import JobContext
from app.errors import Invalid
from app.people.models import User

STATES = frozenset({"draft", "published", "rejected"})
MOST = 5
"""So many articles are offered; nobody reads more while a customer waits."""
LOOK_BACK = dt.timedelta(days=31)
REPEATED = 5
"""So many equal symptoms in a month ask for an article (proposed)."""


def write(job: JobContext) -> Mapping[str, t.Any]:
    """Write an article (`article_no` null) or its next state, header `state`: draft, published or rejected.

    Inputs: `symptom`, `cause`, `solution`, `model`, `source_case` (a case number), `author`, `reviewer`,
    `review_note`; what is not given stays. Returns {"article_no"}.
    """
    state = reading.header(job, "state")
    if state not in STATES:
        raise Invalid("desk.unknown_state", state=state, element=job.element)
    article = _find(job, reading.text(job, "article_no")) or _new(job)
    for name in ("symptom", "cause", "solution", "author", "reviewer", "review_note"):
        if (given := reading.text(job, name)) is not None:
            setattr(article, name, given)
    if model := reading.text(job, "model"):
        article.product_id = job.session.scalars(sa.select(Product.id).where(Product.model == model)).one_or_none()
    article.status = state
    article.published_at = job.now if state == "published" else article.published_at
    job.session.flush()
    return {"article_no": article.article_no}


def _find(job: JobContext, number: str | None) -> KnowledgeArticle | None:
    query = sa.select(KnowledgeArticle).where(KnowledgeArticle.article_no == number).with_for_update()
    return t.cast(KnowledgeArticle | None, job.session.scalars(query).one_or_none()) if number else None


def _new(job: JobContext) -> KnowledgeArticle:
    source = reading.text(job, "source_case")
    found = job.session.scalars(sa.select(Case.id).where(Case.case_no == source)).one_or_none() if source else None
    article = KnowledgeArticle(
        id=next_key(),
        article_no=next_number(job.session, "KB", cases.company_day(job.now)),
        symptom=reading.required(job, "symptom"),
        solution=reading.required(job, "solution"),
        source_case_id=found,
        created_at=job.now,
    )
    job.session.add(article)
    return article


def offer(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"articles"}: published ones whose symptom is like `text`, the likest and most used first.

    Each is {article_no, symptom, cause, solution, use_count}. Articles of the case's product come in, and those of no
    product. One statement besides the case's device.
    """
    words = reading.text(job, "text")
    if words is None:
        return {"articles": []}
    case = job.session.get(Case, job.instance.case_id) if job.instance.case_id is not None else None
    asset = job.session.get(Asset, case.asset_id) if case is not None and case.asset_id is not None else None
    mine = KnowledgeArticle.product_id == asset.product_id if asset is not None else sa.true()
    query = sa.select(KnowledgeArticle).where(
        KnowledgeArticle.status == "published", sa.or_(KnowledgeArticle.product_id.is_(None), mine)
    )
    rated = [(symptoms.likeness(words, one.symptom), one.use_count, one.id, one) for one in job.session.scalars(query)]
    fitting = sorted((row for row in rated if row[0] >= symptoms.ALIKE), key=lambda row: row[:3], reverse=True)
    return {"articles": [_told(row[-1]) for row in fitting[:MOST]]}


def _told(article: KnowledgeArticle) -> dict[str, t.Any]:
    names = ("article_no", "symptom", "cause", "solution", "use_count")
    return {name: getattr(article, name) for name in names}


def count_use(job: JobContext) -> Mapping[str, t.Any]:
    """Count that the article `article_no` was used for this case, and say so on the case's timeline."""
    article = _find(job, reading.text(job, "article_no"))
    if article is None:
        return {"use_count": None}
    article.use_count += 1
    notes.add(job, reading.case_of(job), "article_used", f"{article.article_no} {article.symptom}")
    return {"use_count": article.use_count}


def repeated(job: JobContext) -> Mapping[str, t.Any]:
    """Return {"symptoms"}: what was reported five times or more in the last month and no article is about.

    Each is {symptom, model, count, author, case_no, unit}: the newest case with it, and who answers for that one.
    """
    written = [(one.product_id, one.symptom) for one in job.session.scalars(sa.select(KnowledgeArticle))]
    found = []
    for (product_id, model), said in sorted(_reported(job).items(), key=lambda row: row[0][1]):
        for group in _alike(said):
            known = any(
                about in {None, product_id} and symptoms.alike(symptom, group[0].fault_description)
                for about, symptom in written
            )
            if len(group) >= REPEATED and not known:
                found.append(_asked(job, model, group))
    return {"symptoms": found}


def _reported(job: JobContext) -> dict[tuple[int, str], list[t.Any]]:
    """Cases of the last month by product, the newest first."""
    query = (
        sa.select(Case.case_no, Case.fault_description, Case.accountable_user_id, Product.id, Product.model)
        .join(Asset, Asset.id == Case.asset_id)
        .join(Product, Product.id == Asset.product_id)
        .where(Case.request_time >= job.now - LOOK_BACK, Case.fault_description.is_not(None))
        .order_by(Case.request_time.desc(), Case.id.desc())
    )
    said: dict[tuple[int, str], list[t.Any]] = collections.defaultdict(list)
    for row in job.session.execute(query):
        said[row.id, row.model].append(row)
    return said


def _alike(said: list[t.Any]) -> Iterator[list[t.Any]]:
    """Cases of a product in groups that describe the same."""
    groups: list[list[t.Any]] = []
    for row in said:
        like = (group for group in groups if symptoms.alike(group[0].fault_description, row.fault_description))
        if (group := next(like, None)) is not None:
            group.append(row)
        else:
            groups.append([row])
    yield from groups


def _asked(job: JobContext, model: str, group: list[t.Any]) -> dict[str, t.Any]:
    newest = group[0]
    author = job.session.get(User, newest.accountable_user_id) if newest.accountable_user_id else None
    return {
        "symptom": newest.fault_description,
        "model": model,
        "count": len(group),
        "author": author.username if author is not None and author.active else None,
        "case_no": newest.case_no,
    }
