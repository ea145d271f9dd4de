"""What the projection remembers of itself."""

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
