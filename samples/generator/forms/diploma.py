"""Bằng tốt nghiệp and chứng chỉ: bilingual university degrees, school-leaving diplomas, certificates."""

import unicodedata
from datetime import date, timedelta

from samples.generator.blocks import Art, Block, Cols, F, Form, Gap, Motto, P, Paper, R, Sign, Signs, Title
from samples.generator.people import draw_person
from samples.generator.places import bare, draw_unit, lower_first
from samples.generator.sheet import RED
from samples.generator.story import Story, dated, signed

WIDE = Paper(841.89, 595.28, tint=(252, 246, 224), pattern=(230, 195, 110), frame=(190, 140, 40), margin=70)
WIDE_BLUE = Paper(841.89, 595.28, tint=(240, 246, 252), pattern=(130, 170, 215), frame=(60, 110, 170), margin=70)
TALL = Paper(tint=(252, 246, 226), pattern=(230, 190, 110), frame=(180, 60, 50), margin=74)

ENGLISH_SIDE: tuple[Block, ...] = (
    P("^SOCIALIST REPUBLIC OF VIET NAM^", align="center", indent=0, after=0, size=0.92),
    P("^Independence - Freedom - Happiness^", align="center", indent=0),
    P("^THE RECTOR OF^", align="center", indent=0, after=0),
    P("^{_school_en}^", align="center", indent=0),
    P("~has conferred~", align="center", indent=0, after=0),
    Title("{_title_en}", ("{_major_en}",), 1.35, RED),
    F("Upon: {_name_en}"),
    F("Date of birth: {_birth_en}"),
    F("Year of graduation: {year}"),
    F("Degree classification: {_grade_en}"),
    F("Mode of study: Full-time"),
    Gap(2),
    F("Serial number: {serial}"),
    F("Reg. No.: {register_number}"),
)
VIETNAMESE_SIDE: tuple[Block, ...] = (
    P("^CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM^", align="center", indent=0, after=0, size=0.92),
    P("^Độc lập - Tự do - Hạnh phúc^", align="center", indent=0),
    P("^HIỆU TRƯỞNG^", align="center", indent=0, after=0),
    P("^{issuer}^", align="center", indent=0),
    P("~cấp~", align="center", indent=0, after=0),
    Title("{title}", ("{major}",), 1.35, RED),
    F("Cho: {_mister} {person.name}"),
    F("Ngày sinh: {person.birth_date}"),
    F("Năm tốt nghiệp: {year}"),
    F("Xếp loại tốt nghiệp: {grade}"),
    F("Hình thức đào tạo: Chính quy"),
    Signs((Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}", room=56),)),
    F("Số hiệu: {serial}"),
    F("Số vào sổ <cấp bằng|gốc cấp bằng>: {register_number}"),
)

FORMS = (
    Form("dai_hoc_song_ngu", (Cols(ENGLISH_SIDE, VIETNAMESE_SIDE),), (WIDE, WIDE_BLUE), weight=2, size=0.98),
    Form(
        "dai_hoc",
        (
            Motto(),
            Art("emblem", 44, 44),
            Gap(0.3),
            P("^HIỆU TRƯỞNG {issuer}^", align="center", indent=0),
            P("cấp", align="center", indent=0, after=0),
            Title("{title}", ("<Ngành|Ngành đào tạo>: {major}",), 1.8, RED),
            F("Cho: {_mister} {person.name}"),
            R(("Sinh ngày: {person.birth_date}", "Tại: {person.birth_place}")),
            F("Xếp loại tốt nghiệp: {grade}"),
            F("Năm tốt nghiệp: {year}"),
            Gap(0.6),
            Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}"),
            Gap(0.6),
            F("Số hiệu: {serial}"),
            F("Số vào sổ gốc cấp bằng: {register_number}"),
        ),
        (TALL, WIDE),
        weight=1,
        size=0.95,
        fit=1,
    ),
    Form(
        "thpt",
        (
            Motto(),
            P("^{_head} {issuer}^", align="center", indent=0, after=0),
            P("cấp", align="center", indent=0, after=0),
            Title("{title}", (), 1.8, RED),
            F("<Cho|Cấp cho|Cấp cho học sinh>: {person.name}"),
            R(("<Ngày sinh|Ngày, tháng, năm sinh>: {person.birth_date}", "Giới tính: {person.sex}"), (0, 0.65)),
            F("Nơi sinh: {person.birth_place}"),
            F("Học sinh trường: {_school}"),
            P("{_exam}: <Năm|năm> {year}", align="left", indent=0, after=0),
            F("Xếp loại tốt nghiệp: {grade}"),
            Gap(0.4),
            Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}"),
            Gap(0.4),
            R(("Số hiệu: {serial}", "Số vào sổ cấp bằng: {register_number}")),
        ),
        (WIDE_BLUE, TALL, WIDE),
        weight=2,
        size=0.95,
        fit=1,
    ),
    Form(
        "chung_chi",
        (
            Motto(),
            P("^{issuer}^", align="center", indent=0, after=0),
            Title("{title}", ("<Chuyên đề|Trình độ|Nội dung>: {major}",), 1.8, RED),
            F("Cấp cho <ông (bà)|học viên|Ông/Bà>: {person.name}"),
            R(("Sinh ngày: {person.birth_date}", "Nơi sinh: {person.birth_place}")),
            F("Đã hoàn thành khóa {_course}"),
            F("<Xếp loại|Đạt loại>: {grade}"),
            Gap(0.6),
            Sign(("{signer.title}",), "{signer.name}", dated="{issue_date:full}"),
            F("Số hiệu: {serial}"),
            F("Số vào sổ cấp chứng chỉ: {register_number}"),
        ),
        (TALL, WIDE_BLUE, Paper()),
        weight=1,
        hand=0.15,
        fit=1,
    ),
)
DEGREES = {
    "BẰNG CỬ NHÂN": ("Cử nhân", "THE DEGREE OF BACHELOR"),
    "BẰNG KỸ SƯ": ("Kỹ sư", "THE DEGREE OF ENGINEER"),
    "BẰNG THẠC SĨ": ("Thạc sĩ", "THE DEGREE OF MASTER"),
    "BẰNG TỐT NGHIỆP CAO ĐẲNG": ("Cao đẳng", "THE DIPLOMA OF COLLEGE"),
    "BẰNG TỐT NGHIỆP TRUNG CẤP": ("Trung cấp", "THE DIPLOMA OF INTERMEDIATE"),
}
MAJORS = {
    "Kế toán": "Accounting",
    "Nông học": "Agronomy",
    "Công nghệ thông tin": "Information Technology",
    "Luật": "Law",
    "Quản trị kinh doanh": "Business Administration",
    "Sư phạm Ngữ văn": "Literature Teacher Education",
    "Kỹ thuật xây dựng": "Civil Engineering",
    "Quản lý đất đai": "Land Administration",
}
UNIVERSITIES = {
    "TRƯỜNG ĐẠI HỌC MẪU ĐÀ LẠT": "MAU DALAT UNIVERSITY",
    "TRƯỜNG ĐẠI HỌC MẪU TÂY NGUYÊN": "MAU TAY NGUYEN UNIVERSITY",
    "TRƯỜNG ĐẠI HỌC KINH TẾ MẪU": "MAU UNIVERSITY OF ECONOMICS",
    "HỌC VIỆN HÀNH CHÍNH MẪU": "MAU ACADEMY OF PUBLIC ADMINISTRATION",
}
COLLEGES = {
    "TRƯỜNG CAO ĐẲNG MẪU LÂM ĐỒNG": "MAU LAM DONG COLLEGE",
    "TRƯỜNG CAO ĐẲNG KINH TẾ KỸ THUẬT MẪU": "MAU COLLEGE OF ECONOMICS AND TECHNOLOGY",
}
GRADES = {
    "Xuất sắc": "Excellent",
    "Giỏi": "Very good",
    "Khá": "Good",
    "Trung bình khá": "Above average",
    "Trung bình": "Ordinary",
}
COURSES = (
    "Ứng dụng công nghệ thông tin cơ bản",
    "Tin học trình độ B",
    "Tiếng Anh bậc 3",
    "Bồi dưỡng nghiệp vụ hành chính",
    "Nghiệp vụ số hóa tài liệu",
)


def _ascii(text: str) -> str:
    flat = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(char for char in flat if not unicodedata.combining(char))


def facts(story: Story, form: Form) -> None:
    """A graduate, a school, a year."""
    rng, given = story.rng, story.facts
    who = draw_person(rng, today=story.today, ages=(18, 20) if form.variant == "thpt" else (22, 40))
    given.person("person", who)
    given.also("owner_name", of="person.name")
    born = draw_unit(rng, old=story.old)
    given.add(
        "person.birth_place",
        story.pick(
            lower_first(born.province),
            bare(born.province),
            f"{lower_first(born.upper[0])}, {lower_first(born.province)}" if born.district else bare(born.province),
        ),
    )
    given.add("_mister", who.mister.capitalize())
    given.add("_name_en", f"{'Mr' if who.sex == 'male' else 'Ms'} {_ascii(who.name)}")
    given.add("_birth_en", f"{who.birth.day} {date(2000, who.birth.month, 1):%B} {who.birth.year}")
    given.add("year", str(story.today.year))
    grade = rng.choice(sorted(GRADES))
    given.add("grade", grade)
    given.add("_grade_en", GRADES[grade])
    _degree(story, form)
    story.today = max(story.today, who.birth + timedelta(days=18 * 365))
    given.values["year"] = type(given.values["year"])(str(story.today.year), str(story.today.year))
    digits = f"{rng.randint(0, 999999):06d}"
    serial = story.pick(f"{rng.choice('ABC')}{digits}", f"QM {digits}", f"{rng.choice('AB')} {digits}")
    given.add("serial", serial, serial.replace(" ", ""))
    register = story.pick(
        f"{rng.randint(1, 2000)}/{'ĐHCQ-' if form.variant.startswith('dai_hoc') else ''}{story.today.year}",
        f"{rng.randint(1, 3000):04d}/{story.today.year}",
        f"{rng.randint(1, 999)}-K{rng.randint(20, 48)}",
    )
    given.add("register_number", register)
    given.also("number", of="serial", others=[register])
    given.optional |= {"number", "level"}


def _school(story: Story) -> tuple[str, str, str, list[str], list[str]]:
    """Title, level, issuer and their alternatives of a school-leaving diploma."""
    given, unit = story.facts, story.unit
    given.add("grade", story.pick("Giỏi", "Khá", "Trung bình"))
    name = story.pick("Trần Phú", "Bùi Thị Xuân", "Đơn Dương", "Di Linh", "Nguyễn Du")
    if unit.district and story.maybe(0.3):
        given.add("_school", f"THCS Mẫu {name}")
        given.add("_exam", "Năm học tốt nghiệp")
        given.add("_head", "TRƯỞNG", rank="TRƯỞNG PHÒNG")
        office = "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO"
        issuer = f"{office} {unit.district.upper()}"
        return (
            "BẰNG TỐT NGHIỆP TRUNG HỌC CƠ SỞ",
            "Trung học cơ sở",
            issuer,
            [office, f"TRƯỞNG {issuer}"],
            ["THCS"],
        )
    given.add("_school", f"THPT Mẫu {name}")
    given.add("_exam", story.pick("Kỳ thi tốt nghiệp", "Kỳ thi trung học phổ thông quốc gia", "Khóa ngày"))
    given.add("_head", "GIÁM ĐỐC", rank="GIÁM ĐỐC")
    office = "SỞ GIÁO DỤC VÀ ĐÀO TẠO"
    issuer = f"{office} {unit.province.upper()}"
    others = [office, f"GIÁM ĐỐC {issuer}", f"{office} {bare(unit.province).upper()}"]
    return "BẰNG TỐT NGHIỆP TRUNG HỌC PHỔ THÔNG", "Trung học phổ thông", issuer, others, ["THPT"]


def _degree(story: Story, form: Form) -> None:
    rng, given, unit = story.rng, story.facts, story.unit
    major = rng.choice(sorted(MAJORS))
    level_others = ["Đại học"]
    ranks: tuple[tuple[str, ...], ...]
    if form.variant == "thpt":
        title, level, issuer, others, level_others = _school(story)
        chief = given.values["_head"].forms["rank"]
        ranks = ((chief,), (f"KT. {chief}", f"PHÓ {chief}"))
    elif form.variant == "chung_chi":
        title, level, ranks = "CHỨNG CHỈ", "Chứng chỉ", (("GIÁM ĐỐC",), ("HIỆU TRƯỞNG",))
        issuer, major = f"TRUNG TÂM NGOẠI NGỮ - TIN HỌC MẪU {bare(unit.province).upper()}", rng.choice(COURSES)
        others, level_others = [f"GIÁM ĐỐC {issuer}"], ["CHỨNG CHỈ"]
    else:
        title = rng.choice(sorted(DEGREES))
        level, english = DEGREES[title]
        issuer = rng.choice(sorted(COLLEGES if "TỐT NGHIỆP" in title else UNIVERSITIES))
        others = [f"HIỆU TRƯỞNG {issuer}", {**UNIVERSITIES, **COLLEGES}[issuer]]
        ranks = (("HIỆU TRƯỞNG",), ("KT. HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG"))
        given.add("_title_en", english)
        given.add("_school_en", {**UNIVERSITIES, **COLLEGES}[issuer])
        given.add("_major_en", MAJORS[major])
    given.add("title", title, others=[given.values["_title_en"].shown] if "_title_en" in given.values else [])
    given.also("level", of="title", truth=level, others=[title, *level_others])
    given.add("major", major)
    given.add("issuer", issuer, others=others)
    given.add("_seal", issuer)
    given.add("_place", bare(unit.province))
    given.add(
        "_course",
        f"từ ngày {rng.randint(1, 28):02d}/3/{story.today.year} đến ngày {rng.randint(1, 28):02d}/6/{story.today.year}",
    )
    signed(
        story,
        ranks,
        grade=story.pick("", "PGS.TS.", "TS.", "GS.TS.") if "ĐẠI HỌC" in issuer or "HỌC VIỆN" in issuer else "",
    )
    dated(story)
    value = given.values["issue_date"]
    given.values["issue_date"] = type(value)(
        value.shown, value.truth, (), {**value.forms, "full": f"{bare(unit.province)}, {value.forms['dated']}"}
    )
