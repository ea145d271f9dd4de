"""Giấy chứng nhận đăng ký doanh nghiệp (several kinds of company), chi nhánh, and hộ kinh doanh before and after 7/2025."""

from datetime import date, timedelta

from samples.generator.blocks import Block, F, Form, Gap, Head, Maybe, P, Paper, R, Sign, Signs, Table, Title
from samples.generator.people import draw_day, draw_name, draw_person, draw_phone, draw_tax_code
from samples.generator.places import bare, draw_unit, hamlet, lower_first, written
from samples.generator.pools import pool
from samples.generator.story import Story, dated, signed
from samples.generator.words import grouped, number_words, zero_date

PAPER = (Paper(), Paper(tint=(250, 247, 236), pattern=(225, 190, 110), frame=(180, 120, 40), margin=70))
HEAD = Head("{issuer:head}", over="{_over}")

REPRESENTATIVE: tuple[Block, ...] = (
    R(("* Họ<, chữ đệm| >và tên: {representative.name}", "Giới tính: {_sex}"), (0, 0.68)),
    F("Chức danh: {representative.title}"),
    R(
        (
            "<Sinh ngày|Ngày, tháng, năm sinh>: {representative.birth_date}",
            "Dân tộc: {_ethnicity}",
            "Quốc tịch: Việt Nam",
        ),
        (0, 0.42, 0.68),
    ),
    F("Loại giấy tờ <pháp lý của cá nhân|chứng thực cá nhân>: {_paper}"),
    F("Số giấy tờ <pháp lý của cá nhân|chứng thực cá nhân>: {representative.id_number}"),
    R(("Ngày cấp: {_paper_day}", "Nơi cấp: {_paper_by}"), (0, 0.36)),
    F("Địa chỉ thường trú: {_residence}"),
    F("Địa chỉ liên lạc: {_residence}"),
)
DATES: tuple[Block, ...] = (
    P("^Mã số doanh nghiệp: {business.code}^", align="center", indent=0, after=0),
    P("~Đăng ký lần đầu: {business.first_registered:zero}~", align="center", indent=0, after=0),
    P("~Đăng ký thay đổi lần thứ: {business.change_count}, {business.last_changed:zero}~", align="center", indent=0),
)


def _company(number: tuple[str, str, str, str]) -> tuple[Block, ...]:
    first, second, third, fourth = number
    return (
        P(f"^{first}. Tên công ty^", indent=0, after=0),
        F("Tên công ty viết bằng tiếng Việt: {business.name}"),
        F("Tên công ty viết bằng tiếng nước ngoài: {business.foreign_name}"),
        F("Tên công ty viết tắt: {business.short_name}"),
        P(f"^{second}. Địa chỉ trụ sở chính^", indent=0, after=0),
        F("{business.address}"),
        R(("Điện thoại: {_phone}", "<Fax: |Email: {_mail}>")),
        P(f"^{third}. Vốn điều lệ<|:>^", indent=0, after=0),
        F("Bằng số: {business.capital_vnd} đồng"),
        F("Bằng chữ: {business.capital_vnd:words}"),
        Maybe((F("Mệnh giá cổ phần: 10.000 đồng"),), 0.3),
        P(f"^{fourth}. Người đại diện theo pháp luật của công ty^", indent=0, after=0),
        *REPRESENTATIVE,
    )


SIGNER = Sign(("{signer.title}",), "{signer.name}")
TITLE = Title("{title}", ("{_kind}",), 1.2)
MEMBERS: tuple[Block, ...] = (
    P("^5. Danh sách thành viên góp vốn^", indent=0, after=0.8),
    Table(
        ("STT", "Tên thành viên", "Giá trị phần vốn góp (VNĐ)", "Tỷ lệ (%)"),
        (0.08, 0.42, 0.34, 0.16),
        ("#", "{_share[i].name}", "{_share[i].money}", "{_share[i].rate}"),
    ),
)
HOUSEHOLD: tuple[Block, ...] = (
    F("1. Tên hộ kinh doanh: {business.name}"),
    F("2. <Địa chỉ trụ sở hộ kinh doanh|Địa điểm kinh doanh>: {business.address}"),
    R(("Điện thoại: {_phone}", "Email: {_mail}")),
    F("3. Ngành, nghề kinh doanh: {_trade}"),
    F("4. Vốn kinh doanh: {business.capital_vnd} đồng ({business.capital_vnd:words})"),
)
HEAD_OF_HOUSEHOLD: tuple[Block, ...] = (
    F("5. <Họ và tên chủ hộ kinh doanh|Họ và tên đại diện hộ kinh doanh|Chủ hộ kinh doanh>: {representative.name}"),
    R(("Giới tính: {_sex}", "Sinh ngày: {representative.birth_date}")),
    R(("Dân tộc: {_ethnicity}", "Quốc tịch: Việt Nam")),
    F("<Số định danh cá nhân|Số CCCD|Số giấy tờ pháp lý của cá nhân>: {representative.id_number}"),
    F("Nơi <thường trú|đăng ký hộ khẩu thường trú>: {_residence}"),
    F("Chỗ ở hiện tại: {_residence}"),
)

FORMS = (
    Form(
        "dn_tnhh1tv",
        (HEAD, TITLE, *DATES, *_company(("1", "2", "3", "4")), Gap(0.4), SIGNER),
        PAPER,
        weight=2,
        size=0.94,
        fit=1,
    ),
    Form(
        "dn_tnhh2tv",
        (HEAD, TITLE, *DATES, *_company(("1", "2", "3", "4")), *MEMBERS, SIGNER),
        PAPER,
        weight=1,
        size=0.94,
    ),
    Form(
        "dn_cp",
        (HEAD, TITLE, *DATES, *_company(("I", "II", "III", "IV")), Gap(0.4), SIGNER),
        PAPER,
        weight=1,
        size=0.94,
    ),
    Form(
        "dntn",
        (
            HEAD,
            TITLE,
            *DATES,
            P("^1. Tên doanh nghiệp^", indent=0, after=0),
            F("Tên doanh nghiệp viết bằng tiếng Việt: {business.name}"),
            F("Tên doanh nghiệp viết bằng tiếng nước ngoài: {business.foreign_name}"),
            F("Tên doanh nghiệp viết tắt: {business.short_name}"),
            P("^2. Địa chỉ trụ sở chính^", indent=0, after=0),
            F("{business.address}"),
            R(("Điện thoại: {_phone}", "Email: {_mail}")),
            F("3. Vốn đầu tư: {business.capital_vnd} đồng ({business.capital_vnd:words})"),
            P("^4. Chủ doanh nghiệp^", indent=0, after=0),
            *REPRESENTATIVE[:1],
            *REPRESENTATIVE[2:],
            Gap(0.4),
            SIGNER,
        ),
        PAPER,
        weight=0.6,
        size=0.95,
        fit=1,
    ),
    Form(
        "chi_nhanh",
        (
            HEAD,
            Title("{title}", (), 1.15),
            P("^Mã số chi nhánh: {business.code}^", align="center", indent=0, after=0),
            *DATES[1:],
            F("1. Tên chi nhánh: {business.name}"),
            F("Tên chi nhánh viết tắt: {business.short_name}"),
            F("2. Địa chỉ: {business.address}"),
            F("3. Thông tin về người đứng đầu:"),
            *REPRESENTATIVE,
            F("4. Hoạt động theo ủy quyền của doanh nghiệp"),
            F("Tên doanh nghiệp: {_parent}"),
            SIGNER,
        ),
        PAPER,
        weight=0.6,
        size=0.96,
        fit=1,
    ),
    Form(
        "hkd_cu",
        (
            Head("{issuer:head}", over="{_over}", below=("Số: {number}",)),
            TITLE,
            P("Đăng ký lần đầu, {business.first_registered:zero}", align="center", indent=0, after=0),
            P(
                "Đăng ký thay đổi lần thứ {business.change_count}, {business.last_changed:zero}",
                align="center",
                indent=0,
            ),
            *HOUSEHOLD,
            *HEAD_OF_HOUSEHOLD,
            Gap(0.6),
            SIGNER,
        ),
        PAPER,
        era="old",
        weight=1.5,
        hand=0.1,
        fit=1,
    ),
    Form(
        "hkd_moi",
        (
            Head("{issuer:head}", over="{_over}", dated="{issue_date:full}"),
            TITLE,
            P("^Mã số hộ kinh doanh: {business.code}^", align="center", indent=0, after=0),
            P("~Mã số đăng ký hộ kinh doanh: {_old_code}~", align="center", indent=0, after=0),
            *DATES[1:],
            *HOUSEHOLD,
            *HEAD_OF_HOUSEHOLD,
            Gap(0.6),
            Signs((None, SIGNER), ("Nơi nhận:", "- Chủ hộ kinh doanh;", "- Thuế cơ sở;", "- Lưu: VT, KT.")),
        ),
        PAPER,
        era="new",
        weight=1.5,
        fit=1,
    ),
)
KINDS = {
    "dn_tnhh1tv": (
        "CÔNG TY TNHH MỘT THÀNH VIÊN",
        "CÔNG TY TRÁCH NHIỆM HỮU HẠN MỘT THÀNH VIÊN",
        "ONE MEMBER COMPANY LIMITED",
    ),
    "dn_tnhh2tv": ("CÔNG TY TNHH", "CÔNG TY TRÁCH NHIỆM HỮU HẠN HAI THÀNH VIÊN TRỞ LÊN", "COMPANY LIMITED"),
    "dn_cp": ("CÔNG TY CỔ PHẦN", "CÔNG TY CỔ PHẦN", "JOINT STOCK COMPANY"),
    "dntn": ("DOANH NGHIỆP TƯ NHÂN", "DOANH NGHIỆP TƯ NHÂN", "PRIVATE ENTERPRISE"),
    "chi_nhanh": ("CHI NHÁNH CÔNG TY TNHH", "", "BRANCH"),
}
TRADES = {
    "THƯƠNG MẠI DỊCH VỤ": "TRADING SERVICE",
    "NÔNG SẢN SẠCH": "CLEAN FARM PRODUCE",
    "XÂY DỰNG": "CONSTRUCTION",
    "VẬN TẢI": "TRANSPORT",
    "DU LỊCH": "TOURISM",
    "CÀ PHÊ VÀ CHÈ": "COFFEE AND TEA",
    "HOA TƯƠI": "FRESH FLOWERS",
    "TƯ VẤN THIẾT KẾ": "DESIGN CONSULTING",
}
OWN = {
    "MẪU AN KHANG": "MAU AN KHANG",
    "MẪU SƠN HÀ": "MAU SON HA",
    "MẪU TÂM PHÁT": "MAU TAM PHAT",
    "MẪU XANH ĐÀ LẠT": "MAU XANH DA LAT",
    "MẪU VIỆT TÍN": "MAU VIET TIN",
    "MẪU HƯNG THỊNH": "MAU HUNG THINH",
}
HOUSEHOLD_TRADES = "Bán lẻ lương thực, thực phẩm|Cắt tóc, gội đầu|Dịch vụ ăn uống|Sửa chữa mô tô, xe máy|Bán lẻ hàng may mặc|Dịch vụ lưu trú ngắn ngày|Mua bán cà phê nhân"


def _names(story: Story, form: Form) -> None:
    given, rng = story.facts, story.rng
    trade, english = rng.choice(sorted(TRADES.items()))
    own, plain = rng.choice(sorted(OWN.items()))
    if form.variant.startswith("hkd"):
        owner = draw_name(rng, story.pick("male", "female"))
        shop = story.pick(
            f"HỘ KINH DOANH {owner.upper()}",
            f"Cửa hàng tạp hóa Mẫu {owner.split()[-1]}",
            f"QUÁN CÀ PHÊ MẪU {rng.choice(pool('places', 'hamlets')).upper()}",
            f"Cơ sở {trade.lower()} Mẫu",
        )
        given.add("business.name", shop)
        return
    start, long_kind, english_kind = KINDS[form.variant]
    given.add("business.name", f"{start} {trade} {own}" if story.maybe(0.8) else f"{start} {own}")
    given.add("_kind", long_kind)
    if story.maybe(0.7):
        given.add("business.foreign_name", f"{plain} {english} {english_kind}")
    if story.maybe(0.6):
        given.add(
            "business.short_name",
            story.pick(f"{plain} CO., LTD" if form.variant != "dn_cp" else f"{plain} JSC", plain, f"{own} {trade[:2]}"),
        )
    given.add("_parent", f"CÔNG TY TNHH {trade} {own}")


def _head(story: Story, form: Form) -> None:
    given, unit = story.facts, story.unit
    province = unit.province.upper()
    if form.variant.startswith("hkd"):
        if unit.district:
            over, office, rank = (
                f"ỦY BAN NHÂN DÂN {unit.district.upper()}",
                "PHÒNG TÀI CHÍNH - KẾ HOẠCH",
                "TRƯỞNG PHÒNG",
            )
        else:
            over, office, rank = (
                f"ỦY BAN NHÂN DÂN {unit.commune.upper()}",
                story.pick("PHÒNG KINH TẾ", "PHÒNG KINH TẾ, HẠ TẦNG VÀ ĐÔ THỊ"),
                "TRƯỞNG PHÒNG",
            )
    else:
        over = f"SỞ {'KẾ HOẠCH VÀ ĐẦU TƯ' if story.today < date(2025, 3, 1) else 'TÀI CHÍNH'} {province}"
        office, rank = "PHÒNG ĐĂNG KÝ KINH DOANH", "TRƯỞNG PHÒNG"
    given.add(
        "issuer",
        office,
        others=sorted({f"{over} {office}", f"{office} - {over}", f"{office} {over}", over}),
        head=office,
    )
    given.add("_over", over)
    given.add("_seal", office)
    given.add("_place", bare(unit.upper[0]))
    signed(story, ((rank,), (f"KT. {rank}", f"PHÓ {rank}")))


def _codes(story: Story, form: Form) -> None:
    rng, given, unit = story.rng, story.facts, story.unit
    person = given.values["representative.id_number"].truth
    if form.variant == "hkd_cu":
        number = f"{unit.code[1:]}{rng.choice('ABCDEG')}8{rng.randint(0, 999999):06d}"
        given.add("number", number)
        given.also("business.code", of="number")
        return
    code = draw_tax_code(rng)
    if form.variant == "chi_nhanh":
        code = f"{code}-{rng.randint(1, 19):03d}"
    if form.variant == "hkd_moi":
        code = person if story.maybe(0.6) else code
        given.add("_old_code", f"{unit.code[1:]}{rng.choice('ABCDEG')}8{rng.randint(0, 999999):06d}")
    given.add("business.code", code)
    given.also("number", of="business.code")
    given.optional.add("number")


def facts(story: Story, form: Form) -> None:
    """A company or household, its head, its days of registration."""
    rng, given = story.rng, story.facts
    _names(story, form)
    who = draw_person(rng, today=story.today, ages=(24, 66))
    given.person("representative", who)
    given.add("representative.name", who.name.upper() if story.maybe(0.8) else who.name)
    given.add(
        "representative.title",
        story.pick("Giám đốc", "Giám đốc", "Tổng giám đốc", "Chủ tịch Hội đồng quản trị", "Người đứng đầu chi nhánh")
        if form.variant != "dn_tnhh1tv"
        else story.pick("Giám đốc", "Chủ tịch công ty", "Chủ tịch công ty kiêm Giám đốc"),
    )
    for key, text in (
        ("_sex", who.sex_word),
        ("_ethnicity", who.ethnicity),
        ("_residence", f"{who.residence}, Việt Nam"),
        ("_phone", draw_phone(rng)),
    ):
        given.add(key, text)
    given.add("_mail", f"mau{rng.randint(10, 999)}@example.com")
    given.add("_paper", story.pick("Thẻ căn cước công dân", "Căn cước công dân", "Thẻ căn cước"))
    given.add("_paper_day", f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2016, 2024)}")
    given.add("_paper_by", "Cục Cảnh sát quản lý hành chính về trật tự xã hội")
    place = draw_unit(rng, old=story.old) if story.maybe(0.2) else story.unit
    given.add(
        "business.address",
        f"{written(rng, place, first=hamlet(rng, place))}, Việt Nam"
        if story.maybe(0.8)
        else written(rng, place, first=hamlet(rng, place)),
    )
    capital = (
        rng.choice((5, 8, 20, 50, 100, 300, 500, 900, 1500, 2000, 6800, 10000, 25000))
        * (1_000_000 if not form.variant.startswith("hkd") else 250_000)
        * rng.choice((1, 1, 2))
    )
    given.add(
        "business.capital_vnd", grouped(capital), str(capital), words=f"{number_words(capital).capitalize()} đồng"
    )
    given.add("_trade", rng.choice(HOUSEHOLD_TRADES.split("|")))
    _dates(story, form)
    _head(story, form)
    _codes(story, form)
    _shares(story, capital)
    given.also("owner_name", of="business.name")
    given.also("owner_id", of="number" if form.variant == "hkd_cu" else "business.code")
    given.optional |= {"owner_name", "owner_id"}
    subject = (
        "HỘ KINH DOANH"
        if form.variant.startswith("hkd")
        else "HOẠT ĐỘNG CHI NHÁNH"
        if form.variant == "chi_nhanh"
        else "DOANH NGHIỆP"
    )
    title = f"GIẤY CHỨNG NHẬN ĐĂNG KÝ {subject}"
    kind = given.values.get("_kind")
    given.add("title", title, others=[f"{title} {kind.shown}"] if kind else [])


def _dates(story: Story, form: Form) -> None:
    rng, given, last = story.rng, story.facts, story.today
    changed = story.maybe(0.65)
    first = draw_day(rng, date(2008, 1, 2), last - timedelta(days=60)) if changed else last
    given.day("business.first_registered", first)
    if changed:
        count = rng.randint(1, 14)
        given.add(
            "business.change_count",
            f"{count:02d}" if story.maybe(0.3) else str(count),
            str(count),
            others=[f"{count:02d}"],
        )
        given.day("business.last_changed", last)
    if form.variant == "hkd_moi":
        dated(story)
    else:
        given.also(
            "issue_date",
            of="business.last_changed" if changed else "business.first_registered",
            others=[first.isoformat()] if changed else [],
        )
        given.optional.add("issue_date")
    given.add("_zero", zero_date(last))


def _shares(story: Story, capital: int) -> None:
    rng, given = story.rng, story.facts
    count = rng.choice((2, 2, 3))
    rates = {2: (60, 40), 3: (50, 30, 20)}[count]
    for number, rate in enumerate(rates):
        given.add(f"_share[{number}].name", draw_name(rng, story.pick("male", "female")).upper())
        given.add(f"_share[{number}].money", grouped(capital * rate // 100))
        given.add(f"_share[{number}].rate", f"{rate},000")
    given.add("_province", lower_first(story.unit.province))
