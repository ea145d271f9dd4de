"""Administrative documents, second set: the rarer kinds of NĐ 30/2020, older letterheads, numbers with the year."""

from collections.abc import Callable
from dataclasses import replace

from samples.generator.blocks import Block, Form, Gap, Head, P, Sign, Signs, Stamp, Title
from samples.generator.story import Story
from samples.generator.words import long_date

HEAD = Head(
    "{issuer:head}", over="{superior_issuer:head}", below=("Số: {number}",), dated="{issue_date:full}", ratio=0.45
)
ABOUT = Head(
    "{issuer:head}",
    over="{superior_issuer:head}",
    below=("Số: {number}", "~{summary:narrow}~"),
    dated="~{issue_date:full}~",
    ratio=0.43,
)
SIGNED = Signs(
    (None, Sign(("{signer.authority}", "{signer.title}"), "{signer.name}", room=64)),
    ("Nơi nhận:", *(f"{{_copy{i}}}" for i in range(6))),
)
ALONE = Sign(("{signer.authority}", "{signer.title}"), "{signer.name}", room=64)
BODY = tuple(P(f"{{_p{i}}}") for i in range(16))
SUBJECTS = {
    "QUY CHẾ": ("QC", "Phối hợp tiếp nhận và trả kết quả giải quyết thủ tục hành chính"),
    "QUY ĐỊNH": ("QyĐ", "Về quản lý, sử dụng chữ ký số chuyên dùng công vụ"),
    "THÔNG CÁO": ("TC", "Về kết quả kỳ họp chuyên đề năm {year}"),
    "ĐỀ ÁN": ("ĐA", "Sắp xếp, tổ chức lại Bộ phận Một cửa giai đoạn {year} - {later}"),
    "DỰ ÁN": ("DA", "Số hóa sổ hộ tịch và hồ sơ địa chính giai đoạn {year} - {later}"),
    "BẢN GHI NHỚ": ("BGN", "Về việc phối hợp cung cấp dịch vụ bưu chính công ích"),
    "BẢN THỎA THUẬN": ("BTT", "Về việc chia sẻ dữ liệu số hóa giữa các bên"),
    "GIẤY NGHỈ PHÉP": ("GNP", ""),
    "PHIẾU GỬI": ("PG", ""),
    "PHIẾU CHUYỂN": ("PC", "Về việc chuyển đơn kiến nghị của công dân"),
    "PHIẾU BÁO": ("PB", "Về việc bổ sung hồ sơ"),
}


def _of_kind(*kinds: str) -> Callable[[Story], None]:
    """Give the document another kind: its title, the sign in its number, what it is about."""

    def more(story: Story) -> None:
        given, year = story.facts, story.today.year
        kind = story.rng.choice(kinds)
        short, about = SUBJECTS[kind]
        number = given.values["number"]
        serial, _, rest = number.shown.partition("/")
        agency = rest.partition("-")[2] or "UBND"
        value = f"{serial}/{short}-{agency}"
        given.values["number"] = replace(number, shown=value, truth=value, others=())
        given.values["kind"] = replace(given.values["kind"], shown=kind, truth=kind)
        given.also("title", of="kind")
        given.values.pop("summary", None)
        subject = about.format(year=year, later=year + 5)
        given.add("summary", subject, others=[subject.removeprefix("Về việc ").removeprefix("Về ")])

    return more


def _with_year(story: Story) -> None:
    """`12/2019/QĐ-UBND`: decisions that are legal rules carry their year."""
    given = story.facts
    number = given.values["number"]
    serial, _, rest = number.shown.partition("/")
    if not rest[:4].isdigit():
        value = f"{serial}/{story.today.year}/{rest}"
        given.values["number"] = replace(number, shown=value, truth=value, others=())
    given.add("_when", long_date(story.today))


def _plain(variant: str, *blocks: Block, kinds: tuple[str, ...], weight: float) -> Form:
    return Form(variant, blocks, weight=weight, like="thong_bao", more=_of_kind(*kinds))


LETTERS = (
    Form(
        "b_quyet_dinh_nam",
        (
            HEAD,
            Stamp("{urgency}", align="right"),
            Title("{kind}", ("{summary}",), 1.05),
            P("^{_authority}^", align="center"),
            *(P(f"~{{_base{i}}}~") for i in range(7)),
            P("^{_decides}^", align="center"),
            *(P(f"^Điều {i}:^ {{_article{i}}}") for i in range(1, 9)),
            SIGNED,
        ),
        like="quyet_dinh",
        more=_with_year,
        weight=1.5,
    ),
    Form(
        "b_cong_van_nghieng",
        (
            ABOUT,
            Gap(0.4),
            P("Kính gửi: {_to}", align="center", indent=0),
            Gap(0.3),
            *BODY,
            SIGNED,
        ),
        like="cong_van",
        weight=1.5,
    ),
    _plain(
        "b_quy",
        HEAD,
        Title("{kind}", ("{summary}",), 1.1),
        *BODY,
        ALONE,
        kinds=("QUY CHẾ", "QUY ĐỊNH", "ĐỀ ÁN", "DỰ ÁN"),
        weight=1.5,
    ),
    _plain(
        "b_ban",
        HEAD,
        Title("{kind}", ("{summary}",), 1.1, rule=True),
        *BODY,
        SIGNED,
        kinds=("BẢN GHI NHỚ", "BẢN THỎA THUẬN", "THÔNG CÁO"),
        weight=1.2,
    ),
    _plain(
        "b_phieu_giay",
        HEAD,
        Title("{kind}", ("{summary}",), 1.15),
        P("Kính gửi: {_to}", align="center", indent=0),
        *BODY[:4],
        SIGNED,
        kinds=("PHIẾU GỬI", "PHIẾU CHUYỂN", "PHIẾU BÁO", "GIẤY NGHỈ PHÉP"),
        weight=1.2,
    ),
    Form(
        "b_thong_bao",
        (
            HEAD,
            Stamp("{urgency}"),
            Title("{kind}", ("^{summary}^",), 1.25),
            P("Kính gửi: {_to}", align="center", indent=0),
            *BODY,
            ALONE,
        ),
        like="thong_bao",
        weight=1,
    ),
)
