"""Documents and everything recorded about them. Each table has one writer, named in its docstring."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a document stands on its journey. What follows what is written in `khoso.pipeline` and nowhere else."""

    RECEIVED = "RECEIVED", _("đã nhận")
    INSPECTED = "INSPECTED", _("đã kiểm tra")
    READ = "READ", _("đã đọc")
    SPLIT = "SPLIT", _("đã tách")
    WHOLE = "WHOLE", _("đủ một văn bản")
    COMPOSED = "COMPOSED", _("đã lập PDF")
    TO_SIGN = "TO_SIGN", _("chờ ký")
    SIGNED = "SIGNED", _("đã ký số hóa")
    ADOPTED = "ADOPTED", _("đã nhận bản điện tử")
    EXTRACTED = "EXTRACTED", _("đã bóc tách")
    TO_CONFIRM = "TO_CONFIRM", _("chờ xác nhận")
    CONFIRMED = "CONFIRMED", _("đã xác nhận")
    CODED = "CODED", _("đã cấp mã")
    TO_SEAL = "TO_SEAL", _("chờ ký cơ quan")
    SEALED = "SEALED", _("đã ký cơ quan")
    FILED = "FILED", _("đã lưu kho")
    PARKED = "PARKED", _("tạm dừng")
    REFUSED = "REFUSED", _("từ chối")
    ERASED = "ERASED", _("đã hủy theo quyết định")


RESTING: frozenset[State] = frozenset(
    {State.SPLIT, State.TO_SIGN, State.TO_CONFIRM, State.TO_SEAL, State.FILED, State.PARKED, State.REFUSED}
)
"""States in which a document waits for a person or has arrived: no worker looks for it."""


FINDABLE: tuple[State, ...] = (
    State.EXTRACTED,
    State.TO_CONFIRM,
    State.CONFIRMED,
    State.CODED,
    State.TO_SEAL,
    State.SEALED,
    State.FILED,
)
"""From extraction on a document can be found, with its state shown."""


class Validity(models.TextChoices):
    """The second axis: may the document still serve?"""

    ACTIVE = "active", _("còn hiệu lực")
    EXPIRED = "expired", _("hết hiệu lực")
    REPLACED = "replaced", _("đã thay thế")
    REVOKED = "revoked", _("đã thu hồi")


class Document(models.Model):
    """One document on its journey. Written by `warehouse.moving` and `warehouse.leasing`; emptied by `warehouse.erasing`.

    `intake_key` makes twice once: the digests of its sheets in order with the dossier component, or without one the owner.
    `attempts` counts failures of the step at hand, `lost_workers` those that vanished at it, `worked_ms` the milliseconds
    workers spent on it in earlier turns; progress sets all to nought.
    `due_at` is when a worker may take it on; a resting document has none.
    `batch`: what was handed in together (a scanning session, one upload of several files, a box), as whoever handed it in
    calls it.
    `version` grows with every change that a searcher could notice; the index is fed while `indexed_version` is behind, which is
    0 while it certainly holds nothing of the document.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    state_since = models.DateTimeField()
    queue = models.CharField(max_length=10, default="today")
    desk = models.CharField(max_length=100, blank=True)
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="documents")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    intake_key = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    stack = models.BooleanField(default=False)
    dossier = models.CharField(max_length=60, blank=True)
    component = models.CharField(max_length=60, blank=True)
    batch = models.CharField(max_length=100, blank=True, default="")
    given_owner_id = models.CharField(max_length=30, blank=True)
    given_owner_name = models.CharField(max_length=200, blank=True)

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children", db_index=False)
    first_page = models.PositiveIntegerField(null=True)
    last_page = models.PositiveIntegerField(null=True)

    origin = models.CharField(max_length=10, blank=True)
    pages = models.PositiveIntegerField(null=True)
    facts = models.JSONField(null=True)
    signatures = models.JSONField(null=True)
    document_type = models.CharField(max_length=40, blank=True)
    type_confidence = models.FloatField(null=True)
    needs_seal = models.BooleanField(default=False)
    code = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 - NULLs are not equal, so codes stay unique

    reason = models.JSONField(null=True)
    parked_from = models.CharField(max_length=12, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lost_workers = models.PositiveSmallIntegerField(default=0)
    worked_ms = models.PositiveBigIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    lease_owner = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True)

    version = models.PositiveIntegerField(default=1)
    indexed_version = models.PositiveIntegerField(default=0)

    validity = models.CharField(max_length=10, choices=Validity, default=Validity.ACTIVE)
    valid_until = models.DateField(null=True)
    filed_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="document_state_known"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(first_page__gte=1, last_page__gte=F("first_page")),
                name="document_part_has_pages",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["PARKED", "REFUSED"]) | Q(reason__isnull=False), name="document_stop_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state="FILED") | Q(code__isnull=False, filed_at__isnull=False),
                name="document_filed_has_code",
            ),
        ]
        indexes: ClassVar = [
            # What is due, by desk: its size is that of the work waiting, not of the Kho.
            models.Index(
                fields=["queue", "desk", "due_at", "created_at"],
                condition=Q(due_at__isnull=False),
                name="document_due",
            ),
            models.Index(fields=["state", "state_since"], name="document_state"),
            models.Index(fields=["-created_at"], name="document_newest"),
            # Few have a parent: an index of all of them is mostly of nothing, and the database would rather read every row.
            models.Index(fields=["parent", "first_page"], condition=Q(parent__isnull=False), name="document_parts"),
            models.Index(fields=["unit", "-created_at"], name="document_of_unit"),
            models.Index(fields=["unit", "state", "state_since"], name="document_unit_state"),
            # What ends by the calendar: read every round of housekeeping, so it holds only what still can.
            models.Index(
                fields=["valid_until"],
                condition=Q(validity="active", valid_until__isnull=False),
                name="document_ends",
            ),
            models.Index(fields=["document_type", "given_owner_id"], name="document_of_owner"),
            # What belongs together: most papers came with a dossier or in a batch, but each of these is small.
            models.Index(fields=["dossier"], condition=~Q(dossier=""), name="document_of_dossier"),
            models.Index(fields=["unit", "batch"], condition=~Q(batch=""), name="document_of_batch"),
            models.Index(
                fields=["indexed_version"], condition=~Q(indexed_version=F("version")), name="document_unindexed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class RenditionKind(models.TextChoices):
    """What some stored bytes are to a document."""

    ORIGINAL = "original", _("bản gốc")
    TRANSCRIPT = "transcript", _("lời văn")
    COMPOSED = "composed", _("bản lập, chưa ký")
    SIGNED = "signed", _("bản đã ký")


class Rendition(models.Model):
    """Bytes of a document. `part`: sheet number of an original, page number of a transcript, else 0.

    `made_from` is the digest of what they were made from, so that a step run again finds its work done.
    Written by `warehouse.moving`.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="renditions")
    kind = models.CharField(max_length=12, choices=RenditionKind)
    part = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=60)
    name = models.CharField(max_length=255, blank=True)
    made_from = models.CharField(max_length=64, blank=True)
    store_version = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "kind", "part"], name="rendition_once"),
        ]
        indexes: ClassVar = [
            # What `tidy` will let go of: its size is that of the documents on their way, not of the Kho.
            models.Index(fields=["kind"], condition=Q(kind="composed"), name="rendition_composed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}/{self.part} {self.digest[:12]}"


class Revision(models.Model):
    """The signed file as it grew: each revision is a prefix of the next. Written by `warehouse.moving`."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64, db_index=True)  # each paper handed in is looked up: is it one of ours?
    size = models.PositiveBigIntegerField()
    by = models.CharField(max_length=20)
    signer = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "number"], name="revision_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.by} {self.digest[:12]}"


class DataRecord(models.Model):
    """Extracted data, a new row for each change, bound to the digest of the signed revision. Written by `warehouse.moving`.

    `fields`: name → Field JSON; `absent`: mandatory or doubtful names a person said are not on the paper → who.
    `why`: the reason of a correction after filing, as its author gave it. `number`: the field's value, to find the same by.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="records")
    version = models.PositiveIntegerField()
    bound_to = models.CharField(max_length=64)
    document_type = models.CharField(max_length=40)
    type_confidence = models.FloatField()
    fields = models.JSONField()
    absent = models.JSONField(default=dict)
    by = models.CharField(max_length=150, blank=True)
    why = models.CharField(max_length=500, blank=True)
    number = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["document", "version"], name="record_once")]
        indexes: ClassVar = [models.Index(fields=["number", "document_type"], name="record_number")]

    def __str__(self) -> str:
        return f"{self.document_type} v{self.version}"


class ValidityChange(models.Model):
    """Validity changed after filing: from which day, who, why, on what basis, by which other document. Written by `warehouse.moving`."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="validity_changes")
    before = models.CharField(max_length=10, choices=Validity)
    after = models.CharField(max_length=10, choices=Validity)
    since = models.DateField()
    why = models.CharField(max_length=500)
    basis = models.CharField(max_length=300, blank=True)
    replaced_by = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="replaces")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(after="replaced") | Q(replaced_by__isnull=False), name="validity_replaced_by_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.before} → {self.after}"


class Settled(models.Model):
    """A field a person looked at: what the machine (or a person before) said, what the person said. Written by `warehouse.moving`.

    `outcome`: `confirmed` as it stood, `corrected`, `added` where nothing stood, `absent` from the paper. `doubtful`: it had
    been put before a person; `engine`, `rule`, `confidence` of the value before; `cutout`: SHA-256 of that place's pixels.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="settled")
    record = models.PositiveIntegerField()
    document_type = models.CharField(max_length=40)
    unit = models.ForeignKey("people.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=100)
    outcome = models.CharField(max_length=10)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    before_by = models.CharField(max_length=150, blank=True)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    doubtful = models.BooleanField(default=False)
    confidence = models.FloatField(null=True)
    source = models.CharField(max_length=10, blank=True)
    engine = models.CharField(max_length=200, blank=True)
    rule = models.CharField(max_length=120, blank=True)
    page = models.PositiveIntegerField(null=True)
    box = models.JSONField(null=True)
    cutout = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["confirmed", "corrected", "added", "absent"]), name="settled_outcome_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], name="settled_at"),
            # How rightly each type is read, by unit and time: told from the index alone.
            models.Index(
                fields=["unit", "at", "before_by", "document_type", "outcome", "doubtful"], name="settled_of_unit_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.outcome}"


class Counter(models.Model):
    """Running numbers, e.g. of codes of one owner and type. Written by `warehouse.moving`."""

    name = models.CharField(max_length=150, unique=True)
    value = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class Turn(models.Model):
    """When a desk's documents were last taken from a queue: fair rotation. Written by `warehouse.leasing`."""

    queue = models.CharField(max_length=10)
    desk = models.CharField(max_length=100, blank=True)
    served_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["queue", "desk"], name="turn_once")]

    def __str__(self) -> str:
        return f"{self.queue}/{self.desk}"


class Hold(models.Model):
    """A named job only one process does at a time, held by lease. Written by `warehouse.leasing`."""

    name = models.CharField(max_length=40, unique=True)
    owner = models.CharField(max_length=120, blank=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name}: {self.owner}"


class StepTime(models.Model):
    """How often and how long a step took, by how it ended. Written by `warehouse.timing`."""

    step = models.CharField(max_length=20)
    ended = models.CharField(max_length=12)
    seconds = models.FloatField(default=0.0)
    buckets = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["step", "ended"], name="step_time_once")]

    def __str__(self) -> str:
        return f"{self.step} {self.ended}: {sum(self.buckets)}"


class LedgerBatch(models.Model):
    """A sealed run of events. `digest` chains `previous` and the Merkle root of the batch. Written by `warehouse.ledger`."""

    number = models.PositiveBigIntegerField(unique=True)
    previous = models.CharField(max_length=64)
    root = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:12]}"


class LedgerEvent(models.Model):
    """Something that happened, in canonical JSON. Written by `warehouse.ledger` inside the transaction of what it tells."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    document = models.UUIDField(null=True, db_index=True)
    actor = models.CharField(max_length=150)
    body = models.TextField()
    digest = models.CharField(max_length=64)
    batch = models.ForeignKey(LedgerBatch, null=True, on_delete=models.PROTECT, related_name="events")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=Q(batch__isnull=True), name="ledger_unsealed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:12]}"


class Salt(models.Model):
    """Salt of one personal value's commitment in the ledger; erasing it makes the commitment say nothing. Written by `warehouse.ledger`."""

    event = models.ForeignKey(LedgerEvent, on_delete=models.PROTECT, related_name="salts")
    field = models.CharField(max_length=100)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.field


class LockTrial(models.Model):
    """How the last try to delete something locked went; one row. Written by `warehouse.canary`."""

    held = models.BooleanField(null=True)
    tried_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)
    detail = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.tried_at.isoformat()} {self.held}"


class Erasure(models.Model):
    """A lawful order to erase a document; open until its bytes are gone. Written by `warehouse.erasing`."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="erasure")
    event = models.ForeignKey(LedgerEvent, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=150)
    reason = models.CharField(max_length=300)
    basis = models.CharField(max_length=300)
    digests = models.JSONField()
    ordered_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["ordered_at"], condition=Q(done_at__isnull=True), name="erasure_open"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.basis}"


class Grant(models.Model):
    """A document opened to one person of another unit until a moment. `glass`: taken in an emergency. Written by `warehouse.granting`."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="grants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    since = models.DateTimeField()
    until = models.DateTimeField()
    glass = models.BooleanField(default=False)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=150, blank=True, default="")
    revoked_why = models.CharField(max_length=500, blank=True, default="")
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="grant_ends"),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_has_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["since"], condition=Q(glass=True, seen_at__isnull=True), name="grant_glass_unseen"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} → {self.person_id}"


class Reading(models.Model):
    """Somebody opened, or tried to open, a document, or was shown a list. Chained entry by entry. Written by `warehouse.reading`.

    An entry of a list has `warehouse.reading.NO_DOCUMENT`; its documents are `Listed`, and part of its digest.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    person = models.CharField(max_length=150, db_index=True)
    document = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=20)
    basis = models.CharField(max_length=300, blank=True)
    what = models.CharField(max_length=60)
    via = models.CharField(max_length=10, blank=True)
    opened = models.BooleanField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.person} {self.document}"


class Listed(models.Model):
    """A document on a list that somebody was shown. Written by `warehouse.reading`."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="listed")
    document = models.UUIDField(db_index=True)

    def __str__(self) -> str:
        return str(self.document)


class ReadingVerdict(models.Model):
    """How far the chain of reads was recomputed, and what was found; one row. Written by `warehouse.reading`.

    `number`, `digest`, `found`: the walk under way. `whole_number`, `whole_at`, `faults`: the last walk that came to the end.
    """

    begun_at = models.DateTimeField()
    at = models.DateTimeField()
    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)
    found = models.JSONField(default=list)
    whole_number = models.PositiveBigIntegerField(default=0)
    whole_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.number)
