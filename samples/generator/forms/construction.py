"""Giấy phép xây dựng: for houses and works, of districts, departments and communes."""

from datetime import timedelta

from samples.generator.blocks import Block, Break, F, Form, Gap, Head, Maybe, P, Sign, Signs, Title
from samples.generator.people import draw_name, draw_person
from samples.generator.places import bare, hamlet, lower_first, written
from samples.generator.story import CHAIR, Story, dated, signed, spelled
from samples.generator.words import area

HEAD = Head("{issuer:head}", over="{_over}", below=("Số: {number}",), dated="{issue_date:full}")
GIVEN_TO: tuple[Block, ...] = (
    F("1. Cấp cho<:| chủ đầu tư:> {owners[0].name:titled}"),
    F("<và|Và>: {owners[1].name:titled}"),
    F("<- Địa chỉ|Địa chỉ|Địa chỉ thường trú>: {owners[0].address}"),
)
SIGNER = Signs(
    (None, Sign(("{signer.title}",), "{signer.name}", room=72)),
    ("Nơi nhận:", "- Chủ đầu tư;", "{_copy}", "- Lưu: VT, QLĐT."),
)
BACK: tuple[Block, ...] = (
    Break(),
    Title("CHỦ ĐẦU TƯ PHẢI THỰC HIỆN CÁC NỘI DUNG SAU ĐÂY:", (), 1.0),
    P("1. Phải hoàn toàn chịu trách nhiệm trước pháp luật nếu xâm phạm các quyền hợp pháp của các chủ sở hữu liền kề."),
    P("2. Phải thực hiện đúng các quy định của pháp luật về đất đai, về đầu tư xây dựng và Giấy phép xây dựng này."),
    P(
        "3. Phải thông báo cho cơ quan cấp phép xây dựng đến kiểm tra khi định vị công trình, xây móng và công trình ngầm."
    ),
    P(
        "4. Xuất trình Giấy phép xây dựng cho cơ quan có thẩm quyền khi được yêu cầu và treo biển báo tại địa điểm xây dựng."
    ),
    P(
        "5. Khi điều chỉnh thiết kế làm thay đổi nội dung Giấy phép xây dựng thì phải đề nghị điều chỉnh giấy phép xây dựng."
    ),
    Title("ĐIỀU CHỈNH/GIA HẠN GIẤY PHÉP", (), 1.0),
    F("1. Nội dung điều chỉnh/gia hạn: {.}"),
    F("2. Thời gian có hiệu lực của giấy phép: {.}"),
    Gap(1),
    P("^CƠ QUAN CẤP GIẤY PHÉP XÂY DỰNG^", align="right"),
)
START = P(
    "<4|5>. Giấy phép <này |>có hiệu lực khởi công xây dựng trong thời hạn 12 tháng kể từ ngày cấp; quá thời hạn trên "
    "phải đề nghị gia hạn giấy phép xây dựng."
)

FORMS = (
    Form(
        "gpxd_nha_o",
        (
            HEAD,
            Title("{title}", ("<(Sử dụng cho công trình/nhà ở riêng lẻ)|(Sử dụng cho nhà ở riêng lẻ)>",), 1.3),
            *GIVEN_TO,
            F("2. Được phép xây dựng <công trình theo những nội dung sau|các công trình theo những nội dung sau>:"),
            F("- Tên công trình: {works.name}"),
            P("- Theo thiết kế do {_designer} lập.", indent=0, after=0),
            F("- <Vị trí xây dựng|Địa điểm>: {works.parcel}; địa điểm: {works.address}"),
            F("- Cốt nền xây dựng công trình: {_level}"),
            F("- Mật độ xây dựng: {_density}%; hệ số sử dụng đất: {_ratio}"),
            F("- Chỉ giới đường đỏ, chỉ giới xây dựng: {_line}"),
            F("- Diện tích xây dựng (tầng 1): {_ground} m²"),
            F("- Tổng diện tích sàn<| (kể cả tầng lửng, mái)>: {works.area_m2} m²"),
            F("- Chiều cao công trình: {_height} m; số tầng: {works.floors}"),
            P("3. Giấy tờ về đất đai: {_land}"),
            START,
            Gap(0.4),
            SIGNER,
            Maybe(BACK, 0.6),
        ),
        weight=3,
    ),
    Form(
        "gpxd_cong_trinh",
        (
            HEAD,
            Title("{title}", ("(Sử dụng cho công trình không theo tuyến)",), 1.3),
            *GIVEN_TO,
            F("2. Được phép xây dựng công trình: {works.name}"),
            F("Trên lô đất: {works.parcel}, diện tích {_lot} m²"),
            F("Tại: {works.address}"),
            F("Tổng diện tích sàn xây dựng: {works.area_m2} m²"),
            F("Số tầng: {works.floors}; chiều cao công trình: {_height} m"),
            F("Diện tích xây dựng tầng trệt: {_ground} m²"),
            F("Màu sắc công trình: {_colour}"),
            P("3. Giấy tờ về quyền sử dụng đất: {_land}"),
            P("4. Ghi nhận các công trình đã khởi công: Không."),
            START,
            Gap(0.4),
            SIGNER,
        ),
        weight=1.5,
    ),
    Form(
        "gpxd_can_cu",
        (
            HEAD,
            Title("{title}", (), 1.35),
            P("^{_authority}^", align="center"),
            P("~Căn cứ Luật Xây dựng và các văn bản hướng dẫn thi hành;~"),
            P("~Xét đơn đề nghị cấp giấy phép xây dựng của {_plain},~"),
            P("^CẤP GIẤY PHÉP XÂY DỰNG^", align="center"),
            F("Cho {owners[0].name:titled}"),
            F("Địa chỉ liên hệ: {owners[0].address}"),
            F("Được xây dựng: {works.name}"),
            F("Quy mô: {works.floors} tầng; tổng diện tích sàn {works.area_m2} m²; chiều cao {_height} m"),
            F("{works.parcel}"),
            F("Địa điểm xây dựng: {works.address}"),
            P("Giấy phép này có giá trị khởi công trong thời hạn 12 tháng, đến hết {expiry:zero}."),
            Gap(0.4),
            SIGNER,
        ),
        weight=1,
    ),
)
WORKS = (
    "Nhà ở riêng lẻ",
    "Nhà ở gia đình",
    "Nhà ở liên kế có sân vườn",
    "Nhà ở kết hợp kinh doanh",
    "Nhà kho",
    "Nhà biệt thự",
    "Khách sạn mini",
)


def facts(story: Story, form: Form) -> None:
    """Builders, works, the authority."""
    rng, given, unit = story.rng, story.facts, story.unit
    first = draw_person(rng, today=story.today, ages=(25, 70), unit=unit)
    people = [first]
    if form.variant != "gpxd_can_cu" and story.maybe(0.35):
        people.append(
            draw_person(rng, today=story.today, ages=(25, 68), sex="female" if first.sex == "male" else "male")
        )
    for number, who in enumerate(people):
        title = who.mister.capitalize() if story.maybe(0.5) else who.mister
        given.add(f"owners[{number}].name", given.cased(who.name), titled=f"{title} {given.cased(who.name)}")
    given.add("_plain", f"{first.mister} {first.name}")
    given.add("owners[0].address", first.residence)
    if len(people) > 1:
        given.also("owners[1].address", of="owners[0].address")
        given.optional.add("owners[1].address")
    names = [given.cased(who.name) for who in people]
    given.also(
        "owner_name",
        of="owners[0].name",
        others=[*names[1:], " và ".join(names), ", ".join(names)] if len(names) > 1 else [],
    )
    given.optional.add("owner_name")
    _works(story)
    _authority(story)
    given.add("number", f"{rng.randint(1, 900)}/{story.pick('GPXD', 'GPXD', 'GPXD-UBND')}")
    given.day("expiry", story.today + timedelta(days=365))
    given.add("title", "GIẤY PHÉP XÂY DỰNG")


def _works(story: Story) -> None:
    rng, given = story.rng, story.facts
    given.add("works.name", rng.choice(WORKS))
    place = written(rng, story.unit)
    given.add("works.address", f"{hamlet(rng, story.unit)}, {place}" if story.maybe(0.6) else place)
    parcel, sheet = rng.randint(1, 1500), rng.randint(1, 90)
    text = story.pick(
        f"Thửa đất số {parcel}, tờ bản đồ số {sheet}",
        f"Thửa đất số: {parcel}, tờ bản đồ số: {sheet}",
        f"Lô đất số {parcel}, tờ bản đồ {sheet}",
    )
    given.add(
        "works.parcel",
        text,
        others=[str(parcel), f"thửa {parcel}, tờ bản đồ {sheet}", f"Thửa đất số {parcel}, tờ bản đồ số {sheet}"],
    )
    floors = rng.choice((1, 1, 2, 2, 3, 4, 5))
    ground = rng.randint(400, 1800) / 10
    total = round(ground * floors * rng.uniform(0.9, 1.0), 1)
    shown = f"{floors:02d}" if story.maybe(0.6) else str(floors)
    given.add("works.floors", shown, str(floors), others=[f"{floors:02d}"])
    given.add("works.area_m2", area(total), f"{total:g}", others=[f"{ground:g}"])
    given.add("_ground", area(ground))
    given.add("_lot", area(ground * 1.6))
    given.add("_height", f"{floors * 3.6 + 1:.1f}".replace(".", ","))
    given.add("_density", str(rng.randint(45, 90)))
    given.add("_ratio", f"{floors * 0.7:.1f}".replace(".", ","))
    given.add("_level", story.pick("cao hơn vỉa hè 0,3m", "+0,45m so với cốt sân", "theo cốt đường hiện hữu"))
    given.add("_line", story.pick("lùi 0,0m so với ranh lộ giới", "cách tim đường 9,0 m", "theo bản vẽ kèm theo"))
    given.add("_colour", story.pick("theo thiết kế", "trắng - xám"))
    given.add(
        "_designer", f"Công ty TNHH Tư vấn Thiết kế Xây dựng Mẫu {rng.choice(('An Khang', 'Việt Tín', 'Sơn Hà'))}"
    )
    serial = f"{rng.choice('ABCDĐ')}{rng.choice('BCXVT')} {rng.randint(900000, 999999)}"
    given.add(
        "_land",
        f"Giấy chứng nhận quyền sử dụng đất số {serial} do {story.pick('Sở Tài nguyên và Môi trường', 'UBND')} {lower_first(story.unit.upper[0])} cấp ngày {rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(2010, 2022)}.",
    )


def _authority(story: Story) -> None:
    given, unit = story.facts, story.unit
    if story.maybe(0.15):
        department = "SỞ XÂY DỰNG"
        given.add(
            "issuer",
            department,
            others=[f"{department} {unit.province.upper()}", f"UBND {unit.province.upper()} {department}"],
            head=department,
        )
        given.add("_over", f"UBND {unit.province.upper()}")
        given.add("_authority", f"GIÁM ĐỐC {department}")
        given.add("_seal", department)
        where = bare(unit.province)
        signed(story, (("GIÁM ĐỐC",), ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")))
    else:
        level = unit.district or unit.commune
        name = f"ỦY BAN NHÂN DÂN {level.upper()}"
        others = [
            f"UBND {lower_first(level)}",
            f"Ủy ban nhân dân {lower_first(level)}",
            f"{name}, {unit.province.upper()}",
        ]
        given.add(
            "issuer", spelled(story, name), others=others, head=spelled(story, f"ỦY BAN NHÂN DÂN\n{level.upper()}")
        )
        given.add("_authority", f"CHỦ TỊCH {name}")
        given.add("_seal", name)
        where = bare(level)
        signed(story, CHAIR, together="TM. ỦY BAN NHÂN DÂN" if story.maybe(0.7) else "")
    given.add("_copy", f"- Đội Quản lý trật tự đô thị ({draw_name(story.rng, 'male').split()[-1]});")
    dated(story)
    value = given.values["issue_date"]
    given.values["issue_date"] = type(value)(
        value.shown, value.truth, (), {**value.forms, "full": f"{where}, {value.forms['dated']}"}
    )
