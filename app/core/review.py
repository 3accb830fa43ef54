"""When a site's config is to be looked at again as a whole, whether or not anything was published meanwhile.

What a site loads changes without its config: somebody has to look again, from time to time (Article 24(1) GDPR: measures
are reviewed and updated where necessary).
"""

from calendar import monthrange
from datetime import datetime

MOST_MONTHS = 36


def review_due(since: datetime | None, months: int) -> datetime | None:
    """Return when the next review is due: ``months`` (1 to 36) calendar months after ``since``, at the same time of day.

    ``since`` is the last review, or else when the first version was published; ``None`` where there was neither: then
    nothing is due. A day that the month does not have is its last.
    """
    if since is None:
        return None
    years, month = divmod(since.month - 1 + months, 12)
    year = since.year + years
    return since.replace(year=year, month=month + 1, day=min(since.day, monthrange(year, month + 1)[1]))
