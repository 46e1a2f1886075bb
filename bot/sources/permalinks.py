"""Where readers find a post of a Jekyll site (https://jekyllrb.com/docs/permalinks/)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
           "December")  # fmt: skip


@dataclass(frozen=True)
class PermalinkParts:
    """What of a post goes into its address. `stem` is the file's name without date and ending, `slug` the front
    matter's word for it ("" for none), `path` the file's path inside its collection without the ending."""

    stem: str
    slug: str
    categories: Sequence[str]
    collection: str
    path: str


def of_collection(style: str) -> str:
    """The pattern of a collection that names none, on a site whose posts have this style."""
    ending = "/" if style == "pretty" or style.endswith("/") else ""
    return "/:collection/:path" + (
        ending or (":output_ext" if style in STYLES or style.endswith(":output_ext") else "")
    )


def filled(pattern: str, named: PermalinkParts, at: datetime) -> str:
    """A pattern with a post's values, percent-encoded. `at` is the post's time where its readers are.

    A placeholder that Jekyll does not know stays as it is.
    """
    values = _of_time(at) | {
        "title": slugified(named.slug or named.stem, "._~!$&'()+,;=@"),
        "slug": slugified(named.slug or named.stem).lower(),
        "name": slugified(named.stem).lower(),
        "path": named.path,
        "collection": named.collection,
        "categories": "/".join(dict.fromkeys(c.lower() for c in named.categories)),
        "slugified_categories": "/".join(dict.fromkeys(slugified(c).lower() for c in named.categories)),
        "output_ext": ".html",
    }
    link = re.sub(r":([a-z_]+)", lambda m: _value(m[1], values), pattern)
    return quote(re.sub(r"/{2,}", "/", "/" + link), safe="/:@!$&'()*+,;=~%")


def slugified(text: str, kept: str = "") -> str:
    """Letters, marks and digits of any script, and what else is `kept`; everything between becomes one hyphen."""
    signs = (
        c if unicodedata.category(c)[0] in "LM" or unicodedata.category(c) == "Nd" or c in kept else "-" for c in text
    )
    return re.sub(r"-+", "-", "".join(signs)).strip("-")


def _value(name: str, values: dict[str, str]) -> str:
    # `:year_in_review` is the year and a text; the longest name that is known counts
    known = next((n for n in sorted(values, key=len, reverse=True) if name.startswith(n)), None)
    return f":{name}" if known is None else values[known] + name[len(known) :]


def _of_time(at: datetime) -> dict[str, str]:
    year, week, weekday = at.isocalendar()
    return {
        "year": f"{at.year:04}", "short_year": f"{at.year % 100:02}", "month": f"{at.month:02}",
        "i_month": str(at.month), "short_month": _MONTHS[at.month - 1][:3],
        "long_month": _MONTHS[at.month - 1], "day": f"{at.day:02}",
        "i_day": str(at.day), "y_day": f"{at.timetuple().tm_yday:03}", "short_day": _DAYS[weekday - 1][:3],
        "long_day": _DAYS[weekday - 1], "week": f"{week:02}", "w_year": str(year), "w_day": str(weekday),
        "hour": f"{at.hour:02}", "minute": f"{at.minute:02}", "second": f"{at.second:02}",
    }  # fmt: skip
