"""Giấy chứng nhận quyền sử dụng đất: the form of 2024 with its QR code, and that of 2009/2014 with sections I to IV."""

from datetime import date, timedelta

from samples.generator.blocks import Art, Block, Break, F, Form, Gap, Grid, Maybe, Motto, P, Paper, Sign, Title
from samples.generator.people import draw_name, draw_person
from samples.generator.places import bare, lower_first, written
from samples.generator.sheet import RED
from samples.generator.story import Story, dated, signed
from samples.generator.words import area, decimal_words

PINK = Paper(tint=(252, 236, 238), pattern=(226, 120, 140), frame=(190, 50, 70), margin=70)
PINK_OPEN = Paper(tint=(252, 238, 240), pattern=(230, 130, 150), margin=62)

PARCEL_2024: tuple[Block, ...] = (
    P("^2. Thông tin thửa đất:^", indent=0, after=0),
    F("a) Thửa đất số: {parcel.number}; <tờ|Tờ> bản đồ số: {parcel.map_sheet}<.|;>"),
    F("b) Diện tích: {parcel.area_m2} m² (bằng chữ: {parcel.area_m2:words});"),
    F("c) Loại đất: {parcel.purpose};"),
    F("d) Thời hạn sử dụng đất: {parcel.term};"),
    F("đ) Hình thức sử dụng đất: {_form};"),
    F("e) Địa chỉ: {parcel.address};"),
    F("g) Nguồn gốc sử dụng đất: {parcel.origin}."),
    P("^3. Thông tin tài sản gắn liền với đất:^ {_assets}", indent=0, after=0),
)
PARCEL_2009: tuple[Block, ...] = (
    P("^II. Thửa đất, nhà ở và tài sản khác gắn liền với đất^", indent=0, after=0),
    P("^1. Thửa đất:^", indent=0, after=0),
    F("a) Thửa đất số: {parcel.number}, tờ bản đồ số: {parcel.map_sheet}"),
    F("b) Địa chỉ: {parcel.address}"),
    F("c) Diện tích: {parcel.area_m2} m², (bằng chữ: {parcel.area_m2:words})"),
    F("d) Hình thức sử dụng: riêng: {parcel.area_m2} m², chung: Không m²"),
    F("đ) Mục đích sử dụng: {parcel.purpose}"),
    F("e) Thời hạn sử dụng: {parcel.term}"),
    F("g) Nguồn gốc sử dụng: {parcel.origin}"),
    P("^2. Nhà ở:^ {_assets}", indent=0, after=0),
    P("^3. Công trình xây dựng khác:^ -/-", indent=0, after=0),
    P("^4. Rừng sản xuất là rừng trồng:^ -/-", indent=0, after=0),
    P("^5. Cây lâu năm:^ -/-", indent=0, after=0),
    P("^6. Ghi chú:^ {_note}", indent=0),
)
OWNERS: tuple[Block, ...] = (
    F(
        "{_owner0.label}: {owners[0].name}, sinh năm: {_owner0.year}, <CCCD|CMND/CCCD|Số định danh> số: {owners[0].id_number}"
    ),
    F(
        "và {_owner1.label}: {owners[1].name}, sinh năm: {_owner1.year}, <CCCD|CMND/CCCD|Số định danh> số: {owners[1].id_number}"
    ),
    F("Địa chỉ<| thường trú>: {owners[0].address}<.|>"),
)
CHANGES = Grid(
    (
        ("^Nội dung thay đổi và cơ sở pháp lý^", "^Xác nhận của cơ quan có thẩm quyền^"),
        ("{_change}", "{_confirmed}"),
        (" \n \n \n ", " "),
    ),
    (0.62, 0.38),
    0.88,
)
SIGNER = Sign(("{issuer:sign}", "{signer.title}"), "{signer.name}", dated="{issue_date:full}")
TITLE = Title("{title:lines}", (), 1.4, RED)

FORMS = (
    Form(
        "gcn_2024",
        (
            Art("qr", 62, 62, x=64, y=60, caption="{_qr}"),
            Motto(),
            TITLE,
            P("^1. Người sử dụng đất, chủ sở hữu tài sản gắn liền với đất:^", indent=0, after=0),
            *OWNERS,
            *PARCEL_2024,
            Gap(0.5),
            SIGNER,
            Gap(0.5),
            P("^Số phát hành GCN: {serial}^", indent=0),
            Break(),
            P("^4. Sơ đồ thửa đất, tài sản gắn liền với đất:^", indent=0),
            Art("plan", 300, 230),
            P("^5. Ghi chú:^ {_note}", indent=0),
            P("^6. Những thay đổi sau khi cấp Giấy chứng nhận:^", indent=0),
            Gap(0.4),
            CHANGES,
            P("Số vào sổ cấp GCN: ^{register_number}^", indent=0, align="right"),
            P("Mã Giấy chứng nhận: ^{_code}^", indent=0, align="right"),
        ),
        (PINK,),
        era="any",
        weight=2,
        size=0.94,
        fit=2,
    ),
    Form(
        "gcn_2009",
        (
            Motto(),
            Gap(0.6),
            Art("emblem", 62, 62),
            Gap(1.2),
            TITLE,
            P("^I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất^", indent=0),
            *OWNERS,
            Gap(4),
            P("^{serial}^", indent=0, align="right", size=1.3),
            Break(),
            *PARCEL_2009,
            Gap(0.3),
            SIGNER,
            Gap(0.3),
            P("Số vào sổ cấp GCN: ^{register_number}^", indent=0),
            Maybe(
                (
                    Break(),
                    P("^III. Sơ đồ thửa đất, nhà ở và tài sản khác gắn liền với đất^", indent=0),
                    Art("plan", 320, 250),
                    P("^IV. Những thay đổi sau khi cấp giấy chứng nhận^", indent=0),
                    Gap(0.4),
                    CHANGES,
                ),
                0.7,
            ),
        ),
        (PINK, PINK_OPEN),
        era="old",
        weight=2,
        size=0.96,
        fit=3,
    ),
    Form(
        "gcn_mot_trang",
        (
            Motto(),
            TITLE,
            P("^I. Người sử dụng đất, chủ sở hữu nhà ở và tài sản khác gắn liền với đất^", indent=0, after=0),
            *OWNERS,
            *PARCEL_2009,
            SIGNER,
            P("Số vào sổ cấp GCN: ^{register_number}^", indent=0, after=0),
            P("Số phát hành: ^{serial}^", indent=0),
        ),
        (PINK_OPEN,),
        era="old",
        weight=1,
        size=0.9,
        fit=1,
    ),
)
PURPOSES = (
    ("Đất ở tại nông thôn", "Lâu dài"),
    ("Đất ở tại đô thị", "Lâu dài"),
    ("Đất trồng cây lâu năm", ""),
    ("Đất trồng cây hàng năm khác", ""),
    ("Đất chuyên trồng lúa nước", ""),
    ("Đất rừng sản xuất", ""),
)
ORIGINS = (
    "Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
    "Công nhận QSDĐ như giao đất không thu tiền sử dụng đất",
    "Nhà nước giao đất có thu tiền sử dụng đất",
    "Nhận chuyển nhượng đất được Công nhận QSDĐ như giao đất có thu tiền sử dụng đất",
    "Nhận thừa kế đất được Nhà nước giao đất không thu tiền sử dụng đất",
)


def _parcel(story: Story) -> None:
    rng, given = story.rng, story.facts
    given.add("parcel.number", str(rng.randint(1, 1900)))
    sheet = rng.randint(1, 99)
    given.add(
        "parcel.map_sheet", f"{sheet:02d}" if story.maybe(0.3) else str(sheet), str(sheet), others=[f"{sheet:02d}"]
    )
    where = written(rng, story.unit)
    given.add(
        "parcel.address",
        f"{story.pick('Thôn ', 'Tổ dân phố ')}{rng.randint(1, 12)}, {where}" if story.maybe(0.4) else where,
    )
    size = rng.choice((rng.randint(60, 900), rng.randint(800, 24000), rng.randint(601, 29999) / 10))
    given.add("parcel.area_m2", area(size), f"{size:g}", words=f"{decimal_words(size).capitalize()} mét vuông")
    purpose, term = rng.choice(PURPOSES)
    given.add("parcel.purpose", purpose)
    until = date(story.today.year + rng.randint(8, 45), rng.choice((10, 12, 6)), rng.choice((15, 30)))
    others = [f"{until:%d/%m/%Y}", until.isoformat()]
    if term:
        given.add("parcel.term", term)
    else:
        shown = story.pick(
            f"Đến ngày {until:%d/%m/%Y}", f"{until:%d/%m/%Y}", f"Đến {until.day}/{until.month}/{until.year}"
        )
        given.add("parcel.term", shown, others=others)
    given.add("parcel.origin", rng.choice(ORIGINS))
    given.add("_form", story.pick("Sử dụng riêng", "Sử dụng riêng", "Sử dụng chung của vợ và chồng"))
    given.add(
        "_assets",
        story.pick(
            "-/-",
            "-/-",
            f"Nhà ở riêng lẻ; diện tích xây dựng: {rng.randint(50, 160)} m²; số tầng: {rng.randint(1, 3):02d}",
        ),
    )
    given.add(
        "_note",
        story.pick("Không", "-/-", f"Thửa đất có {rng.randint(8, 60)} m² thuộc hành lang bảo vệ an toàn đường bộ."),
    )


def _owners(story: Story) -> None:
    rng, given = story.rng, story.facts
    first = draw_person(rng, today=story.today, ages=(25, 78), unit=story.unit if story.maybe(0.7) else None)
    people = [first]
    if story.maybe(0.5):
        people.append(
            draw_person(rng, today=story.today, ages=(24, 76), sex="female" if first.sex == "male" else "male")
        )
    for number, who in enumerate(people):
        title = "Ông" if who.sex == "male" else "Bà"
        spouse = story.pick("vợ là bà", "vợ: bà") if who.sex == "female" else story.pick("chồng là ông", "chồng: ông")
        given.add(f"_owner{number}.label", spouse if number else title)
        given.add(f"owners[{number}].name", given.cased(who.name))
        given.add(f"owners[{number}].id_number", who.id_number)
        given.add(f"_owner{number}.year", str(who.birth.year))
    given.add("owners[0].address", first.residence)
    for number in range(1, len(people)):
        given.also(f"owners[{number}].address", of="owners[0].address")
    names, ids = [given.cased(who.name) for who in people], [who.id_number for who in people]
    given.also(
        "owner_name",
        of="owners[0].name",
        others=[*names[1:], " và ".join(names), ", ".join(names)] if len(people) > 1 else [],
    )
    given.also(
        "owner_id",
        of="owners[0].id_number",
        others=[*ids[1:], " và ".join(ids), ", ".join(ids)] if len(people) > 1 else [],
    )
    given.optional |= {"owner_name", "owner_id"}


def _issuer(story: Story, form: Form) -> None:
    given, unit, rng = story.facts, story.unit, story.rng
    province = unit.province.upper()
    if form.variant == "gcn_2024":
        lines = [
            "CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI",
            story.pick(f"KHU VỰC {story.pick('I', 'II', 'III', 'IV')}", f"{(unit.district or unit.commune).upper()}"),
        ]
        others = [lines[0], f"VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI {province}"]
        ranks: tuple[tuple[str, ...], ...] = (("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"))
    elif unit.district and story.maybe(0.5):
        lines = ["ỦY BAN NHÂN DÂN", unit.district.upper()]
        others = [f"UBND {lower_first(unit.district)}", f"ỦY BAN NHÂN DÂN {unit.district.upper()}, {province}"]
        ranks = (("CHỦ TỊCH",), ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"))
        lines = [f"TM. {lines[0]}", lines[1]]
    else:
        lines = ["SỞ TÀI NGUYÊN VÀ MÔI TRƯỜNG", province]
        others = [lines[0]]
        ranks = (
            ("GIÁM ĐỐC",),
            ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
            ("TUQ. GIÁM ĐỐC", "GIÁM ĐỐC CHI NHÁNH VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI"),
        )
    shown = " ".join(lines)
    truth = shown.removeprefix("TM. ")
    given.add("issuer", shown, truth, others=[*others, *([shown] if shown != truth else [])], sign="\n".join(lines))
    given.add("_seal", truth)
    signed(story, ranks)
    given.add("_place", bare(unit.province))
    dated(story)
    value = given.values["issue_date"]
    given.values["issue_date"] = type(value)(
        value.shown, value.truth, (), {**value.forms, "full": f"{bare(unit.province)}, {value.forms['dated']}"}
    )
    if story.maybe(0.35):
        buyer = draw_name(rng, "female")
        given.add(
            "_change",
            f"Thế chấp tại Ngân hàng theo hồ sơ số {rng.randint(100, 9999)}.TC.{rng.randint(1, 9):03d}; xác nhận ngày {rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{story.today.year + 1}, người nộp: bà {buyer}.",
        )
        given.add("_confirmed", "Đã xác nhận")


def facts(story: Story, form: Form) -> None:
    """Owners, a parcel, the office that registered it."""
    rng, given = story.rng, story.facts
    if form.variant == "gcn_2024" and story.today < date(2024, 8, 10):
        story.today = date(2024, 8, 10) + timedelta(days=rng.randint(0, 300))
    _owners(story)
    _parcel(story)
    _issuer(story, form)
    letters = f"{rng.choice('ABCDĐ')}{rng.choice('ABCDEGHKLMNPQSTVXY')}"
    digits = f"{rng.randint(1, 9999999):08d}" if form.variant == "gcn_2024" else f"{rng.randint(900000, 999999)}"
    given.add("serial", f"{letters} {digits}", letters + digits)
    book = story.pick("CH", "CS", "VP", "CT")
    register = f"{rng.randint(1, 99999):05d}"
    given.add("register_number", f"{book}{story.pick(' ', '')}{register}", f"{book}{register}")
    given.also("number", of="serial", others=[f"{book}{register}"])
    given.optional.add("number")
    given.add("_code", "".join(str(rng.randint(0, 9)) for _ in range(13)))
    given.add(
        "_qr", f"MẪU|{letters}{digits}|{given.values['parcel.number'].shown}|{given.values['parcel.map_sheet'].shown}"
    )
    first = "GIẤY CHỨNG NHẬN"
    second = "QUYỀN SỬ DỤNG ĐẤT,"
    third = (
        "QUYỀN SỞ HỮU TÀI SẢN GẮN LIỀN VỚI ĐẤT"
        if form.variant == "gcn_2024"
        else "QUYỀN SỞ HỮU NHÀ Ở VÀ TÀI SẢN KHÁC GẮN LIỀN VỚI ĐẤT"
    )
    given.add(
        "title",
        f"{first} {second} {third}",
        others=[first, f"{first} {second.rstrip(',')}"],
        lines=f"{first}\n{second}\n{third}",
    )
