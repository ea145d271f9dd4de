"""Who writes administrative documents: committees, departments, centres, the post, with their letterheads and signers."""

from dataclasses import dataclass

from samples.generator.places import bare
from samples.generator.story import Story


@dataclass(frozen=True)
class Agency:
    """One agency in a story.

    Attributes:
        lines: its name in the letterhead, one or two lines in capitals. over: the superior agency's lines.
        short: its sign in numbers, e.g. UBND. place: địa danh before the date.
        head, deputy: titles of its leaders. body: whom a committee's chair signs for, empty for one-man agencies.
        office: who signs by order (thừa lệnh) of the head, and that one's deputy.
    """

    lines: tuple[str, ...]
    over: tuple[str, ...]
    short: str
    place: str
    head: str
    deputy: str
    body: str = ""
    office: tuple[str, str] = ("CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG")

    @property
    def name(self) -> str:
        return " ".join(self.lines)


DEPARTMENTS = (
    ("SỞ TÀI CHÍNH", "STC"),
    ("SỞ NỘI VỤ", "SNV"),
    ("SỞ XÂY DỰNG", "SXD"),
    ("SỞ TƯ PHÁP", "STP"),
    ("SỞ Y TẾ", "SYT"),
    ("SỞ GIÁO DỤC VÀ ĐÀO TẠO", "SGDĐT"),
    ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", "SKHCN"),
)
BUREAUS_OLD = (
    ("PHÒNG TƯ PHÁP", "TP"),
    ("PHÒNG TÀI NGUYÊN VÀ MÔI TRƯỜNG", "TNMT"),
    ("PHÒNG TÀI CHÍNH - KẾ HOẠCH", "TCKH"),
    ("PHÒNG GIÁO DỤC VÀ ĐÀO TẠO", "PGDĐT"),
    ("PHÒNG NỘI VỤ", "NV"),
)
BUREAUS_NEW = (
    ("PHÒNG KINH TẾ", "KT"),
    ("PHÒNG VĂN HÓA - XÃ HỘI", "VHXH"),
    ("PHÒNG KINH TẾ, HẠ TẦNG VÀ ĐÔ THỊ", "KTHTĐT"),
)


def draw_agency(story: Story, *, council: bool = False) -> Agency:
    """An agency of the story's place; `council` asks for a people's council."""
    commune, province = story.unit.commune.upper(), story.unit.province.upper()
    level, where = commune, bare(story.unit.commune)
    roll = story.rng.random()
    if story.unit.district and roll < 0.3:
        level, where = story.unit.district.upper(), bare(story.unit.district)
    elif roll > 0.75:
        level, where = province, bare(story.unit.province)
    if council:
        return Agency(("HỘI ĐỒNG NHÂN DÂN", level), (), "HĐND", where, "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "HỘI ĐỒNG NHÂN DÂN")
    if story.maybe(0.55):
        over = (f"UBND {story.unit.upper[0].upper()}",) if level == commune and story.maybe(0.25) else ()
        return Agency(("ỦY BAN NHÂN DÂN", level), over, "UBND", where, "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "ỦY BAN NHÂN DÂN")
    return story.rng.choice(_others(story, commune, province))


def _others(story: Story, commune: str, province: str) -> list[Agency]:
    unit = story.unit
    capital = bare(unit.province)
    over_province = story.rng.choice(((f"UBND {province}",), ("ỦY BAN NHÂN DÂN", province)))
    department, sign = story.rng.choice(DEPARTMENTS)
    bureau, bureau_sign = story.rng.choice(BUREAUS_OLD if unit.district else BUREAUS_NEW)
    bureau_over = unit.district.upper() if unit.district else commune
    bureau_place = bare(unit.district or unit.commune)
    director, vice = "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"
    return [
        Agency((department,), over_province, sign, capital, director, vice),
        Agency((bureau,), (f"UBND {bureau_over}",), bureau_sign, bureau_place, "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG"),
        Agency(
            ("TRUNG TÂM", "PHỤC VỤ HÀNH CHÍNH CÔNG"),
            (f"UBND {commune if not unit.district else province}",),
            "TTPVHCC",
            bare(unit.commune) if not unit.district else capital,
            director,
            vice,
        ),
        Agency(
            (f"BƯU ĐIỆN {province}",),
            ("TỔNG CÔNG TY", "BƯU ĐIỆN VIỆT NAM"),
            "BĐ",
            capital,
            director,
            vice,
            office=("TRƯỞNG PHÒNG HÀNH CHÍNH", "PHÓ TRƯỞNG PHÒNG HÀNH CHÍNH"),
        ),
        Agency(
            (f"CÔNG AN {commune}",),
            (f"CÔNG AN {unit.upper[0].upper()}",),
            "CAX" if commune.startswith("XÃ") else "CAP",
            bare(unit.commune),
            "TRƯỞNG CÔNG AN",
            "PHÓ TRƯỞNG CÔNG AN",
        ),
        Agency(
            ("VĂN PHÒNG",),
            ("ỦY BAN NHÂN DÂN", province),
            "VP",
            capital,
            "CHÁNH VĂN PHÒNG",
            "PHÓ CHÁNH VĂN PHÒNG",
            office=("TRƯỞNG PHÒNG HÀNH CHÍNH", "PHÓ TRƯỞNG PHÒNG"),
        ),
        Agency(
            ("CHI NHÁNH VĂN PHÒNG", "ĐĂNG KÝ ĐẤT ĐAI"),
            ("VĂN PHÒNG ĐĂNG KÝ ĐẤT ĐAI", province),
            "CNVPĐK",
            bureau_place,
            director,
            vice,
        ),
    ]
