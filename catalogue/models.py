"""Code tables. Every row has `valid_from`, `valid_to` (exclusive, empty = still in force) and maybe a successor.

Tables point to each other by code, not by row: what a code means depends on the day asked for. Written by
`catalogue.loading` (rows shipped or imported) and `catalogue.editing` (changes by a person).
"""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

ANCIENT = date(1900, 1, 1)
"""`valid_from` of what was in force before any paper a counter sees; the true day is not recorded."""


TO_CHECK = "(?)"
"""In any text of a row: no text at hand confirms it. Taken out by whoever has compared it, through a verb, with why."""


class Dated(models.Model):
    """What every code table has. `KEY` names the columns that with `valid_from` tell a row from all others.

    `source`: where the row comes from. «(?)» in any text marks what no text at hand confirms (`TO_CHECK`).
    `edited`: a person changed the row here, so loading shipped tables leaves it alone.
    """

    KEY: ClassVar[tuple[str, ...]] = ()

    valid_from = models.DateField(_("có hiệu lực từ"), default=ANCIENT)
    valid_to = models.DateField(_("hết hiệu lực từ"), null=True, blank=True)
    successor = models.CharField(_("được thay bằng"), max_length=60, blank=True)
    source = models.CharField(_("nguồn"), max_length=200, blank=True)
    edited = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def key_text(self) -> str:
        """The row's key, for lists and logs."""
        return "/".join(str(getattr(self, name)) for name in self.KEY)

    @classmethod
    def text_columns(cls) -> list[str]:
        """Columns that hold words of a person: neither codes nor choices, nor what is made from others."""
        own = {*cls.KEY, "folded", "successor"}
        return [
            column.name
            for column in cls._meta.concrete_fields
            if type(column) in {models.CharField, models.TextField} and not column.choices and column.name not in own
        ]

    def to_check(self) -> list[str]:
        """Columns with words nobody has confirmed yet."""
        return [name for name in self.text_columns() if TO_CHECK in getattr(self, name)]


def _dated(name: str, *key: str) -> list[models.BaseConstraint]:
    return [
        models.UniqueConstraint(fields=[*key, "valid_from"], name=f"{name}_once_from"),
        models.CheckConstraint(
            condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name=f"{name}_dates_in_order"
        ),
    ]


class ValidityRule(models.TextChoices):
    """How long a document of a type may serve (DOMAIN §4; Thông tư 01/2023/TT-VPCP)."""

    UNLIMITED = "unlimited", _("không thời hạn")
    UNTIL_EXPIRY = "until_expiry", _("đến ngày ghi trên giấy")
    MONTHS = "months", _("số tháng từ ngày cấp")
    SINGLE_USE = "single_use", _("dùng một lần")


class DocumentType(Dated):
    """A type of paper at the counter.

    `mandatory` holds field names of the public interface without which a document of this type is not complete (đủ).
    `needs_seal`: a licence, certificate, confirmation or approval, so the agency signs too (Thông tư 01/2023 Điều 7).
    `sensitive`: its images are masked until asked for with a purpose (Luật 91/2025/QH15).
    `two_people`: what one person says of its fields counts once another says the same.
    """

    KEY = ("slug",)

    slug = models.CharField(max_length=40)
    name = models.CharField(_("tên"), max_length=200)
    national_code = models.CharField(_("mã quốc gia"), max_length=20, blank=True)
    needs_seal = models.BooleanField(_("cần ký cơ quan"), default=False)
    sensitive = models.BooleanField(_("dữ liệu nhạy cảm"), default=False)
    two_people = models.BooleanField(_("hai người xác nhận"), default=False)
    mandatory = models.JSONField(_("trường bắt buộc"), default=list, blank=True)
    validity_rule = models.CharField(
        _("quy tắc hiệu lực"), max_length=20, choices=ValidityRule, default=ValidityRule.UNLIMITED
    )
    validity_months = models.PositiveSmallIntegerField(_("số tháng"), null=True, blank=True)

    class Meta:
        verbose_name = _("loại giấy tờ")
        constraints: ClassVar = [
            *_dated("document_type", "slug"),
            models.CheckConstraint(
                condition=~Q(validity_rule="months") | Q(validity_months__gte=1), name="document_type_months_given"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Level(models.TextChoices):
    """Levels of administrative units; the district level ended on 1/7/2025."""

    PROVINCE = "province", _("tỉnh")
    DISTRICT = "district", _("huyện")
    COMMUNE = "commune", _("xã")


class AdministrativeUnit(Dated):
    """A province, district or commune. `parent`: code one level up on those days. `folded`: the bare name without marks, for look-ups."""

    KEY = ("level", "code")

    level = models.CharField(_("cấp"), max_length=10, choices=Level)
    code = models.CharField(_("mã"), max_length=5)
    name = models.CharField(_("tên"), max_length=100)
    parent = models.CharField(_("thuộc"), max_length=5, blank=True)
    folded = models.CharField(max_length=100, editable=False)

    class Meta:
        verbose_name = _("đơn vị hành chính")
        constraints: ClassVar = _dated("administrative_unit", "level", "code")
        indexes: ClassVar = [
            models.Index(fields=["folded"], name="administrative_unit_named"),
            models.Index(fields=["parent"], name="administrative_unit_below"),
        ]

    def __str__(self) -> str:
        return self.name


class Succession(Dated):
    """`old` became `new` on `valid_from`. A divided unit has several; `is_default` marks the one to propose."""

    KEY = ("level", "old", "new")

    level = models.CharField(_("cấp"), max_length=10, choices=Level)
    old = models.CharField(_("mã cũ"), max_length=5)
    new = models.CharField(_("mã mới"), max_length=5)
    is_default = models.BooleanField(_("mặc định"), default=True)

    class Meta:
        verbose_name = _("kế thừa đơn vị hành chính")
        constraints: ClassVar = _dated("succession", "level", "old", "new")
        indexes: ClassVar = [models.Index(fields=["new"], name="succession_back")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class ResultType(Dated):
    """A kind of result of the national list (mã loại kết quả)."""

    KEY = ("code",)

    code = models.CharField(_("mã"), max_length=20)
    name = models.CharField(_("tên"), max_length=600)

    class Meta:
        verbose_name = _("loại kết quả")
        constraints: ClassVar = _dated("result_type", "code")

    def __str__(self) -> str:
        return self.name


class Procedure(Dated):
    """An administrative procedure (thủ tục hành chính). `levels`: cấp thực hiện; `results`: codes of result types."""

    KEY = ("code",)

    code = models.CharField(_("mã"), max_length=30)
    name = models.CharField(_("tên"), max_length=1200)
    ministry = models.CharField(_("bộ"), max_length=60, blank=True)
    field = models.CharField(_("lĩnh vực"), max_length=200, blank=True)
    levels = models.CharField(_("cấp thực hiện"), max_length=100, blank=True)
    audience = models.CharField(_("đối tượng thực hiện"), max_length=600, blank=True)
    decision = models.CharField(_("quyết định công bố"), max_length=100, blank=True)
    results = models.JSONField(_("loại kết quả"), default=list, blank=True)
    laws = models.JSONField(_("căn cứ"), default=list, blank=True)
    folded = models.CharField(max_length=1200, editable=False)

    class Meta:
        verbose_name = _("thủ tục")
        constraints: ClassVar = _dated("procedure", "code")

    def __str__(self) -> str:
        return self.name


class ComponentKind(models.TextChoices):
    """What a line of a published component list is."""

    PAPER = "paper", _("giấy tờ")
    CONDITION = "condition", _("điều kiện, hướng dẫn")
    HEADING = "heading", _("đề mục")


class ScanRule(models.TextChoices):
    """Scan or not, per component (Thông tư 01/2023/TT-VPCP Đ7)."""

    UNDECIDED = "", _("chưa xác định")
    MUST = "must", _("phải số hóa")
    ON_DEMAND = "on_demand", _("số hóa khi có yêu cầu")
    REUSE = "reuse", _("dùng lại nếu đã có")
    SHOW_ONLY = "show_only", _("chỉ xuất trình")
    FORBIDDEN = "forbidden", _("không số hóa")


class Component(Dated):
    """A line of a procedure's component list (thành phần hồ sơ).

    `set`: `published` as cut from the national list, `mapped` decided by hand for the counter; a counter uses the mapped set where there is one.
    `mandatory` None: the text does not say.
    """

    KEY = ("procedure", "set", "number")

    procedure = models.CharField(_("thủ tục"), max_length=30)
    set = models.CharField(_("bộ"), max_length=10, default="mapped")
    number = models.PositiveSmallIntegerField(_("số thứ tự"))
    name = models.CharField(_("tên"), max_length=500)
    kind = models.CharField(_("là"), max_length=10, choices=ComponentKind, default=ComponentKind.PAPER)
    shown = models.BooleanField(_("xuất trình"), default=False)
    originals = models.PositiveSmallIntegerField(_("bản chính"), default=0)
    copies = models.PositiveSmallIntegerField(_("bản sao"), default=0)
    form = models.CharField(_("mẫu"), max_length=200, blank=True)
    document_type = models.CharField(_("loại giấy tờ"), max_length=40, blank=True)
    result_type = models.CharField(_("mã kết quả"), max_length=20, blank=True)
    mandatory = models.BooleanField(_("bắt buộc"), null=True, blank=True)
    scan_rule = models.CharField(_("số hóa"), max_length=10, choices=ScanRule, default=ScanRule.UNDECIDED, blank=True)
    scan_reason = models.CharField(_("lý do"), max_length=300, blank=True)
    validity_months = models.PositiveSmallIntegerField(_("hiệu lực (tháng)"), null=True, blank=True)
    legal_basis = models.CharField(_("căn cứ"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("thành phần hồ sơ")
        constraints: ClassVar = _dated("component", "procedure", "set", "number")
        indexes: ClassVar = [models.Index(fields=["document_type"], name="component_of_type")]

    def __str__(self) -> str:
        return self.name


class Fee(Dated):
    """A fee. `tiers`: per page of the original, `[[up to page, đồng each], …]`, the last tier without end; `most`: the ceiling per copy."""

    KEY = ("code",)

    code = models.CharField(_("mã"), max_length=40)
    name = models.CharField(_("tên"), max_length=300)
    flat = models.PositiveIntegerField(_("đồng"), default=0)
    tiers = models.JSONField(_("bậc theo trang"), default=list, blank=True)
    most = models.PositiveIntegerField(_("tối đa"), null=True, blank=True)
    legal_basis = models.CharField(_("căn cứ"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("phí, lệ phí")
        constraints: ClassVar = _dated("fee", "code")

    def __str__(self) -> str:
        return self.name


class RefusalReason(Dated):
    """Why a paper or request is refused, as told in writing. `area`: certification, capture or reception."""

    KEY = ("code",)

    code = models.CharField(_("mã"), max_length=40)
    area = models.CharField(_("việc"), max_length=30)
    sentence = models.CharField(_("câu"), max_length=500)
    legal_basis = models.CharField(_("căn cứ"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lý do từ chối")
        constraints: ClassVar = _dated("refusal_reason", "code")

    def __str__(self) -> str:
        return self.sentence


class Attestation(Dated):
    """A lời chứng: the text an authority writes under what it certifies, with `{placeholders}`."""

    KEY = ("kind",)

    kind = models.CharField(_("loại"), max_length=40)
    title = models.CharField(_("tiêu đề"), max_length=200)
    text = models.TextField(_("lời chứng"))
    legal_basis = models.CharField(_("căn cứ"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lời chứng")
        constraints: ClassVar = _dated("attestation", "kind")

    def __str__(self) -> str:
        return self.title


class SpecialDay(Dated):
    """A day that is not as its weekday says: a holiday, or a day worked instead."""

    KEY = ("day",)

    day = models.DateField(_("ngày"))
    works = models.BooleanField(_("làm việc"), default=False)
    name = models.CharField(_("tên"), max_length=200)

    class Meta:
        verbose_name = _("ngày lễ, ngày làm bù")
        constraints: ClassVar = _dated("special_day", "day")

    def __str__(self) -> str:
        return self.name


class WorkingHours(Dated):
    """Hours of a weekday (1 = Monday … 7). `last_same_day`: what comes later is due the next working day (NĐ 23/2015 Đ7)."""

    KEY = ("weekday", "opens")

    weekday = models.PositiveSmallIntegerField(_("thứ"))
    opens = models.TimeField(_("mở"))
    closes = models.TimeField(_("đóng"))
    last_same_day = models.TimeField(_("nhận trả trong ngày đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("giờ làm việc")
        verbose_name_plural = _("giờ làm việc")
        constraints: ClassVar = [
            *_dated("working_hours", "weekday", "opens"),
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7, closes__gt=F("opens")), name="working_hours_real"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}: {self.opens}-{self.closes}"


class TrustRoot(Dated):
    """A certificate signatures may end at, known by the SHA-256 of its DER bytes. The bytes themselves lie in the home's `trust/`."""

    KEY = ("sha256",)

    sha256 = models.CharField("SHA-256", max_length=64)
    name = models.CharField(_("tên"), max_length=300)
    family = models.CharField(_("hệ thống"), max_length=30)

    class Meta:
        verbose_name = _("gốc tin cậy")
        constraints: ClassVar = _dated("trust_root", "sha256")

    def __str__(self) -> str:
        return self.name


class CatalogueChange(models.Model):
    """A change of a code table by a person or an import: who, when, why, before and after. Written by `catalogue.editing`."""

    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    table = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    verb = models.CharField(max_length=20)
    why = models.CharField(max_length=500)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["table", "key"], name="catalogue_change_of")]

    def __str__(self) -> str:
        return f"{self.verb} {self.table} {self.key}"
