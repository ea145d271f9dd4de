"""What the projection remembers of itself."""

from django.db import models


class Generation(models.Model):
    """Which file the index was when the catalogue last fed it: another one is empty and must be fed anew. Written by `search.projecting`."""

    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name
