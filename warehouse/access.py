"""The one gate to a document for people: whoever may not see it is told the same as if it were not there."""

from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.models import User
from warehouse.models import Document


class Purpose(StrEnum):
    """Why a document is opened."""

    VIEW = "view"
    REVIEW = "review"
    DOWNLOAD = "download"


def visible_to(user: User) -> QuerySet[Document]:
    """Documents a person may see: their unit's and their own; an administrator sees all."""
    if user.is_superuser:
        return Document.objects.all()
    return Document.objects.filter(Q(unit=user.unit_id) if user.unit_id else Q(created_by=user))


def open_for(user: User, document: UUID, *, purpose: Purpose) -> Document:
    """A document for a person and a purpose.

    Raises:
        Refused: it does not exist, or is not this person's to see; the answer is the same.
    """
    found = visible_to(user).select_related("unit", "created_by").filter(pk=document).first()
    if found is None:
        raise Refused(ReasonCode.NO_SUCH_DOCUMENT, document=str(document))
    return found
