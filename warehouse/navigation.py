"""What waits for the person in front of a page, beside what their rights offer: asked for at most once a page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from people.models import User
from people.roles import Right, may
from warehouse.granting import unseen


def emergencies(request: HttpRequest) -> dict[str, Any]:
    """`emergencies` for templates: how many documents of their units were broken open and wait to be looked at."""
    user = getattr(request, "user", None)
    return {
        "emergencies": SimpleLazyObject(
            lambda: unseen(user) if isinstance(user, User) and may(user, Right.GRANT) else 0
        )
    }
