"""The machine API of the board."""

from datetime import date, timedelta
from typing import Any, cast

from django.http import Http404, HttpRequest
from ninja import Router
from ninja.params.functions import Query

from indicators.board import LONGEST, Period, Tree, draw
from indicators.export import as_json, note_export
from khoso.kernel.clock import day_of
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from people.roles import Right, demand, units_with

router = Router(tags=["indicators"])


@router.get("/board")
def board(
    request: HttpRequest,
    unit: str = Query(default="", max_length=35),
    since: date | None = None,
    until: date | None = None,
) -> Any:
    """The figures of a unit (default: one's own, or the top one) and what is below it, of the last 30 days or of a period."""
    user, now = cast("User", request.user), request.tools.clock()  # type: ignore[attr-defined]
    demand(user, Right.BOARD)
    tree = Tree(units_with(user, Right.BOARD))
    found = tree.named(unit) if unit else tree.start(user)
    if found is None:
        raise Http404
    end = until or day_of(now)
    start = since or end - timedelta(days=29)
    if start > end or (end - start).days > LONGEST:
        raise Refused(ReasonCode.BAD_VALUE, field="since", value=start.isoformat())
    period = Period(start, end)
    note_export(user, found, period, now=now)
    return as_json(draw(tree, found, period, now=now), period)
