"""What the projection remembers of itself, and the searches people keep."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Generation(models.Model):
    """Which file the index was when the catalogue last fed it: another one is empty and must be fed anew. Written by `search.projecting`."""

    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Aside(models.Model):
    """A document that could not be put into the index as it was at a version: tried again when it changed, or at a rebuild.

    Written by `search.projecting`. `why` is a kind of error, never a word of the document.
    """

    document = models.UUIDField(primary_key=True)
    version = models.PositiveIntegerField()
    why = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.document} {self.version}: {self.why}"


class SavedSearch(models.Model):
    """A search under a name. `address`: what is asked, as in the page's address; `unit`: who else may use it. Written by `search.saving`."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=4000)
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.SET_NULL, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="saved_search_once")]

    def __str__(self) -> str:
        return self.name
