"""Accounts and units."""

import uuid
from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

ANCIENT = date(1900, 1, 1)
"""`valid_from` of a unit whose true first day nobody entered."""


class Unit(models.Model):
    """A unit of an agency. `code` is the agency's identifier (mã định danh, QĐ 20/2020/QĐ-TTg), e.g. `H36.12`.

    `name` and `parent` are today's; those of earlier days are `UnitPast`. `valid_to`: the first day on which it is no more
    (exclusive; the first day of a unit that ended on it was no day of its); `successor`: the unit it was merged into. Written by `people.accounts`, `people.managing`, `people.units`.
    """

    code = models.CharField(_("mã định danh"), max_length=35, unique=True)
    name = models.CharField(_("tên"), max_length=300)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField(_("có từ ngày"), default=ANCIENT)
    valid_to = models.DateField(_("hết từ ngày"), null=True, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="predecessors")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="unit_dates_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(successor__isnull=True) | models.Q(valid_to__isnull=False),
                name="unit_with_successor_has_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitPast(models.Model):
    """What a unit was called and stood under from a day until a day (exclusive). Written by `people.units`."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="past")
    name = models.CharField(max_length=300)
    parent = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unit_past_once_from"),
            models.CheckConstraint(condition=models.Q(valid_to__gt=models.F("valid_from")), name="unit_past_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.valid_from} – {self.valid_to})"


class User(AbstractUser):
    """A person or a machine account. Vietnamese names are one text: they do not split into first and last.

    `demo`: made by `khoso demo` in its own home; such an account needs no second factor.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("họ và tên"), max_length=200, blank=True)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    demo = models.BooleanField(default=False, editable=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def get_full_name(self) -> str:
        """Full name, or the account name while none is entered."""
        return self.full_name or self.username

    def get_short_name(self) -> str:
        return self.get_full_name()


class Token(models.Model):
    """A machine's way in (a desk agent): only the SHA-256 of the secret is kept. Written by `people.tokens`.

    `scopes`: `read` (look and search), `capture` (hand in); what a scope lacks is refused whatever the account may.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    scopes = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person does. One person may hold several, in several units."""

    SCANNER = "scanner", _("nhân viên số hóa")
    OFFICER = "officer", _("cán bộ xử lý")
    CERTIFIER = "certifier", _("người ký chứng thực")
    ARCHIVIST = "archivist", _("lưu trữ viên")
    HEAD = "head", _("lãnh đạo đơn vị")
    ADMINISTRATOR = "administrator", _("quản trị")
    SYSTEM = "system", _("hệ thống")


class Assignment(models.Model):
    """A role held in a unit from a day until a day (exclusive). A certifying officer's names the delegation. Written by `people.roles`."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    delegation = models.CharField(max_length=300, blank=True)
    given_by = models.CharField(max_length=150)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="assignment_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(role="certifier") | (~models.Q(delegation="") & models.Q(valid_to__isnull=False)),
                name="assignment_certifier_is_delegated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.unit_id}"


class SecondFactor(models.Model):
    """A person's authenticator (TOTP, RFC 6238). Counts once confirmed; `last_step` keeps a code from serving twice.

    `secret`: locked by a `people.ports.Safe`, nobody reads it here. Written by `people.factors`.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="factor")
    secret = models.CharField(max_length=255)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code that serves once in place of the authenticator; only its SHA-256 is kept. Written by `people.factors`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.digest[:8]


class Invitation(models.Model):
    """A one-time link to set a password; only its SHA-256 is kept. Written by `people.invitations`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.digest[:8]


class SignInAttempt(models.Model):
    """A try to sign in that failed, or that is being looked at. Written by `people.attempts`."""

    at = models.DateTimeField(db_index=True)
    account = models.CharField(max_length=150)
    address = models.CharField(max_length=45)

    def __str__(self) -> str:
        return f"{self.account} {self.address}"


class Vouched(models.Model):
    """A person as a provider knows them (OpenID Connect: `issuer` and `subject`). Without `user` they wait for an
    administrator to say who they are here, and come in nowhere. Written by `people.vouching`.

    `level`: of assurance (`acr`) at the last time; `name`: as the provider told it, for people to read.
    """

    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="vouched")
    name = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=100, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="vouched_once"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.subject}"


class Deed(models.TextChoices):
    """What may be done to accounts and units."""

    ACCOUNT_MADE = "account_made", _("lập tài khoản")
    RENAMED = "renamed", _("sửa họ tên")
    ROLE_GIVEN = "role_given", _("giao vai trò")
    ROLE_ENDED = "role_ended", _("kết thúc vai trò")
    MOVED = "moved", _("chuyển đơn vị")
    LEFT = "left", _("nghỉ việc, đóng tài khoản")
    CAME_BACK = "came_back", _("mở lại tài khoản")
    LINK_MADE = "link_made", _("cấp liên kết đặt mật khẩu")
    PASSWORD_SET = "password_set", _("đặt mật khẩu")
    FACTOR_SET = "factor_set", _("bật mã xác thực")
    FACTOR_DROPPED = "factor_dropped", _("bỏ mã xác thực")
    CODES_RENEWED = "codes_renewed", _("lập mã dự phòng mới")
    TOKEN_ISSUED = "token_issued", _("cấp khóa của máy")
    TOKEN_ROTATED = "token_rotated", _("thay khóa của máy")
    TOKEN_REVOKED = "token_revoked", _("thu hồi khóa của máy")
    VOUCHED_LINKED = "vouched_linked", _("nối danh tính")
    VOUCHED_UNLINKED = "vouched_unlinked", _("gỡ nối danh tính")
    UNIT_MADE = "unit_made", _("lập đơn vị")
    UNIT_CHANGED = "unit_changed", _("sửa đơn vị")
    UNIT_DISSOLVED = "unit_dissolved", _("giải thể, sáp nhập đơn vị")


class PeopleChange(models.Model):
    """One deed: who did what to whom, when. `said` holds what makes it understood, never a secret. Written by `people.history`."""

    at = models.DateTimeField(db_index=True)
    by = models.CharField(max_length=150)
    deed = models.CharField(max_length=20, choices=Deed)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="changes")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="changes")
    said = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.deed} {self.by}"
