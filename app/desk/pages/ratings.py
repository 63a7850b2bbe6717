"""What customers gave, on the pages of their case and of themselves."""

from app.desk import ratings
from app.desk.pages.blueprint import desk


@desk.app_context_processor
def rating_words() -> dict[str, object]:
    """Give templates the ratings of a case and of a customer."""
    return {"rating_of": ratings.rating_of, "ratings_of": ratings.ratings_of, "worst_of_good": ratings.BAD + 1}
