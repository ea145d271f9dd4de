"""Figures kept beside the ledger, so that a board of many years is read in a blink. Every table is written by `indicators.counting`."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q


class Mark(models.Model):
    """Up to which batch of the ledger everything is counted; one row."""

    batch = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.batch)


NOWHERE = 0
"""Stands for the unit of documents that have none, so that they are counted like all others."""


def _place() -> "models.ForeignKey[Any, Any]":
    """A unit, or `NOWHERE`, which is no row."""
    return models.ForeignKey(
        "people.Unit", on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


class Passage(models.Model):
    """How one document came to be filed.

    `seconds`: from handing in to filing; `worked`: of these, machines were at work; `attended`: people were, null where
    nothing tells. `steps`: step → [times passed, seconds worked, seconds waited, seconds attended or null]. `image_only`: nothing but its title is known, so it serves nobody. `fields`: read by the
    machine, `doubtful` among them; `reviewed`: changed by a person before filing.
    """

    document = models.OneToOneField(
        "warehouse.Document", primary_key=True, on_delete=models.CASCADE, related_name="passage"
    )
    unit = _place()
    filed_on = models.DateField()
    pages = models.PositiveIntegerField()
    seconds = models.FloatField()
    worked = models.FloatField(default=0.0)
    attended = models.FloatField(null=True)
    steps = models.JSONField(default=dict)
    image_only = models.BooleanField()
    fields = models.PositiveIntegerField()
    doubtful = models.PositiveIntegerField()
    reviewed = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [
            # A few units: their days. Many: newest first, whoever's they are; the unit in the index decides without the row.
            models.Index(fields=["unit", "-filed_on", "-document"], name="passage_of_unit"),
            models.Index(fields=["-filed_on", "-document", "unit"], name="passage_newest"),
            models.Index(
                fields=["-filed_on", "-document", "unit"], condition=Q(image_only=True), name="passage_image_only"
            ),
            models.Index(
                fields=["-filed_on", "-document", "unit"], condition=Q(doubtful__gt=0), name="passage_doubtful"
            ),
            models.Index(
                fields=["-filed_on", "-document", "unit"], condition=Q(reviewed__gt=0), name="passage_reviewed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.filed_on}"


class Correction(models.Model):
    """A correction after filing: on which day, of how many fields."""

    document = models.ForeignKey("warehouse.Document", on_delete=models.CASCADE, related_name="+")
    unit = _place()
    day = models.DateField()
    fields = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-day", "unit"], name="correction_newest")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.day}"


class Figures(models.Model):
    """Sums of a unit over a span of days (`indicators.spans`): what happened then.

    `attended`: seconds people worked on filed documents, of `timed` documents of which that is known.
    """

    unit = _place()
    span = models.CharField(max_length=10)
    arrived = models.PositiveIntegerField(default=0)
    parked = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    filed = models.PositiveIntegerField(default=0)
    pages = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    worked = models.FloatField(default=0.0)
    attended = models.FloatField(default=0.0)
    timed = models.PositiveIntegerField(default=0)
    image_only = models.PositiveIntegerField(default=0)
    fields = models.PositiveBigIntegerField(default=0)
    doubtful = models.PositiveIntegerField(default=0)
    reviewed = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["span", "unit"], name="figures_once")]
        indexes: ClassVar = [
            # The bars of two months, of many units: told from the index alone.
            models.Index(fields=["span", "unit", "arrived", "filed"], name="figures_of_days"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.span}"


class StepFigures(models.Model):
    """Of documents filed in a span: how often a step was passed, how many seconds it took with its waiting (`worked` and
    `attended` without), how many pages they had. `timed`: how often somebody's time is known.
    """

    unit = _place()
    span = models.CharField(max_length=10)
    step = models.CharField(max_length=20)
    count = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0.0)
    worked = models.FloatField(default=0.0)
    attended = models.FloatField(default=0.0)
    timed = models.PositiveIntegerField(default=0)
    pages = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["span", "unit", "step"], name="step_figures_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.span} {self.step}"
