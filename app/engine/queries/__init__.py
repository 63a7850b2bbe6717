"""Reading the engine: `inbox` for the default lists, `search` for any list, `detail` for one instance or task.

`search` returns statements with the person's view applied; add conditions and hand them to `paging.paginate`.
"""

from app.engine.queries import detail, inbox, search
from app.engine.queries.paging import Page, Sort, paginate

__all__ = ["Page", "Sort", "detail", "inbox", "paginate", "search"]
