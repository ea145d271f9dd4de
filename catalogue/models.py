"""Code tables. Every row has `valid_from`, `valid_to` (exclusive, empty = still in force) and maybe a successor."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class ValidityRule(models.TextChoices):
    """How long a document of a type may serve (DOMAIN §4; Thông tư 01/2023/TT-VPCP)."""

    UNLIMITED = "unlimited", _("không thời hạn")
    UNTIL_EXPIRY = "until_expiry", _("đến ngày ghi trên giấy")
    MONTHS = "months", _("số tháng từ ngày cấp")
    SINGLE_USE = "single_use", _("dùng một lần")


class DocumentType(models.Model):
    """A type of paper at the counter.

    `mandatory` holds field names of the public interface without which a document of this type is not complete (đủ).
    `needs_seal`: a licence, certificate, confirmation or approval, so the agency signs too (Thông tư 01/2023 Điều 7).
    """

    slug = models.CharField(max_length=40)
    name = models.CharField(_("tên"), max_length=200)
    national_code = models.CharField(_("mã quốc gia"), max_length=20, blank=True)
    needs_seal = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False)
    mandatory = models.JSONField(default=list)
    validity_rule = models.CharField(max_length=20, choices=ValidityRule, default=ValidityRule.UNLIMITED)
    validity_months = models.PositiveSmallIntegerField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["slug", "valid_from"], name="document_type_once_from"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="document_type_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(validity_rule="months") | Q(validity_months__gte=1), name="document_type_months_given"
            ),
        ]

    def __str__(self) -> str:
        return self.name
