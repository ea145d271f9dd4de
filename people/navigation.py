"""What pages may offer the person in front of them: the names of their rights, asked for at most once a page."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from people.models import User
from people.roles import rights_of


def rights(request: HttpRequest) -> dict[str, Any]:
    """`rights` for templates: `{% if "board" in rights %}`."""
    user = getattr(request, "user", None)
    return {"rights": SimpleLazyObject(lambda: rights_of(user) if isinstance(user, User) else frozenset())}
