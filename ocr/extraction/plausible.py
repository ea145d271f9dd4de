"""What a good value of a field never looks like: fields come in; those cut short, run over or out of this world go out doubted.

These checks know no label and no form. They catch what was read from the wrong place: a label swallowed with its value,
an address without its province, a single word as a name, an office that was no more on the day.
"""

import re
from collections.abc import Callable
from datetime import date

from ocr.extraction import vocabulary
from ocr.extraction.dates import as_date
from ocr.extraction.findings import Finding
from ocr.extraction.letterhead import begins_like_office
from ocr.extraction.places import read_place, strangeness
from ocr.extraction.syllables import is_word
from ocr.extraction.text import fold, squash

Findings = dict[str, Finding]

_SHORT = re.compile(
    r"(?:\.name|\.head|residence|home_town|birth_place|\.address|ethnicity|nationality|relation|grade|level|major|\.permanent"
    r"|\.temporary|\.current|death\.place|^issuer|^place|^kind)$"
)
_ADDRESS = re.compile(r"(?:residence|home_town|\.permanent|\.temporary|\.current|^(?!works).*\.address)$")
_BIRTH_HOUSE = re.compile(r"(?:benh vien|trung tam y te|tram y te|nha ho sinh|phong kham)\s\S")
_PERSON = re.compile(
    r"^(?:person|mother|father|wife|husband|declarant|applicant|representative|household|members.*|parties.*|signer)\.(?:name|head)$"
)
_LABEL_INSIDE = re.compile(
    r"[^\W\d_]{2,}\s?:(?!\d)|\b(?:sinh nam|gioi tinh|dan toc|quoc tich|ngay cap|noi cap|cap ngay)\b"
)
_GRADES = (
    "Xuất sắc",
    "Giỏi",
    "Khá",
    "Trung bình khá",
    "Trung bình",
    "Yếu",
    "Đạt",
    "Đạt yêu cầu",
    "Tốt",
    "Hoàn thành",
    "Loại ưu",
    "Ưu",
)
_RANKS = {f"{size} {rank}" for size in ("thieu", "trung", "thuong", "dai") for rank in ("uy", "ta")}
_AREAS = {"parcel.area_m2": (4, 5_000_000), "works.area_m2": (4, 1_000_000)}

_HALF_TITLE = re.compile(r"^(?:pho|(?:pho |quyen )?(?:truong|chanh|tong|hieu|vien))$|\b(?:cua|va|cac)$")

_WANTS_MORE = re.compile(
    r"(?:^(?:để )?làm(?: thủ(?: tục)?)?|\b(?:(?:tục|để|xin|^) ?đăng(?: ký(?: kết)?)?|xin|để|bổ|thế|chuyển|tặng|của|và|cho|tại|với))$"
)
"""Ends of a purpose that want an object: `Làm thủ tục đăng ký`."""
_HALF_ORIGIN = re.compile(
    r"\b(?:(?:nha nuoc|duoc) (?:giao|cho|cong)|cong nhan(?: q| qsd| qsdd| quyen(?: su(?: dung(?: dat)?)?)?)?|nhu(?: giao)?"
    r"|giao dat(?: (?:co|khong)(?: thu(?: tien(?: su(?: dung)?)?)?)?)?|thue(?: dat)?|tra(?: tien)?)$"
)
"""Ends of an origin of use that the legal formulas (Thông tư 23/2014/TT-BTNMT, Điều 18) never have."""
_HALF_OFFICE = re.compile(r"\b(?:cuc canh sat|(?:dai hoc|cao dang|hoc vien|phong|so) kinh)$")
_LONE_NUMBER = re.compile(r"\d{1,3}, (?:xa|phuong|thi tran|huyen) ")  # of which street, hamlet or group?
_DATE_INSIDE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")

_HALF_SCHOOL = re.compile(r"^(?:bang )?(?:tot nghiep )?trung hoc$")

_READ_SURELY = {"health_class": 0.93}
"""Values of which a stroke more or less makes another one: least sureness."""

DISTRICTS_ENDED = date(2025, 7, 1)
"""Since then there are no districts, their committees and offices, and no towns (thị trấn): Luật 72/2025/QH15."""
_ENDED = re.compile(r"\b(?:huyện|quận|thị xã|thị trấn)\s")  # with their marks: `quản lý` is none
_ENDED_OFFICE = re.compile(
    r"\bso (?:ke hoach va dau tu|tai nguyen va moi truong|giao thong van tai|thong tin va truyen thong"
    r"|lao dong)\b"
)


def doubt_implausible(findings: Findings) -> None:
    """Doubt, in place, what cannot be right as it stands."""
    for key, finding in list(findings.items()):
        if finding.source != "ocr":
            continue
        if finding.certain:  # a title as its form spells it, or an entry of a list, may still have lost its end
            if _schooling(key, finding.value):
                findings[key] = finding.doubted("incomplete")
            continue
        doubt = next(filter(None, (check(key, finding.value) for check in _CHECKS)), None)
        if key in _READ_SURELY and finding.sure < _READ_SURELY[key]:
            doubt = "low_confidence"
        if doubt:
            findings[key] = finding.doubted(doubt)
    _office_of_its_time(findings)


def _swallowed_label(key: str, value: str) -> str | None:
    return "bad_format" if _SHORT.search(key) and _LABEL_INSIDE.search(fold(value)) else None


def _name(key: str, value: str) -> str | None:
    """A name has a family name, one of those people bear, and a given name; a rank or degree may stand before both."""
    if not _PERSON.search(key):
        return None
    words = [word for word in value.split() if not word.endswith(".")]
    if len(words) == 1 and re.fullmatch(r"[A-ZĐ]'[^\W\d]+", words[0]):
        return None  # K'Brơi: peoples of the Central Highlands bear the family's sign and the given name as one word
    if len(words) < 2:
        return "incomplete"
    ranked = fold(" ".join(words[:2])) in _RANKS
    if len(words) == 2 and words[1].casefold() == "thị":
        return "incomplete"
    first = words[2] if ranked and len(words) > 2 else words[0]
    return None if vocabulary.family_name(first.split("'")[0] + ("'" if "'" in first else "")) else "bad_format"


def _office(key: str, value: str) -> str | None:
    """An office is named from its first word on: `QUY NHƠN` is the end of one."""
    if key not in {"issuer", "superior_issuer"}:
        return None
    if not begins_like_office(value) or _HALF_OFFICE.search(fold(value)):
        return "incomplete"
    return "strange_place" if strangeness(value) == 1.0 else None


def _signed_as(key: str, value: str) -> str | None:
    """Whose deputy, head of what: `PHÓ TRƯỞNG` has lost its next line."""
    return "incomplete" if key == "signer.title" and _HALF_TITLE.search(fold(value)) else None


def _schooling(key: str, value: str) -> str | None:
    """A diploma is of lower or upper secondary school: `TRUNG HỌC` alone has lost its next words."""
    return "incomplete" if key in {"level", "title"} and _HALF_SCHOOL.search(fold(value)) else None


def _goes_on(key: str, value: str) -> str | None:
    """A purpose that has lost its object, an origin of use its formula's end."""
    said = value.rstrip(" .,;:-")
    if key == "purpose":
        return "incomplete" if _WANTS_MORE.search(said.casefold()) else None
    return "incomplete" if key == "parcel.origin" and _HALF_ORIGIN.search(fold(said)) else None


def _ran_over(key: str, value: str) -> str | None:
    """The term or the sex of the next column, a label's end before a purpose."""
    if key == "parcel.purpose" and _DATE_INSIDE.search(value):
        return "bad_format"
    if key == "representative.title" and value.endswith((" Nam", " Nữ")) and not value.endswith("Việt Nam"):
        return "bad_format"
    return "bad_format" if key == "purpose" and re.search(r"[^\W\d_]{2,}\s?:\s", value) else None


def _no_words(key: str, value: str) -> str | None:
    """`CHỦ TỊCH LNPHUO`: a stamp's letters, read into the title it covers."""
    if key != "signer.title":
        return None
    odd = any(word.isalpha() and len(word) > 3 and not is_word(word) for word in value.split())
    return "bad_format" if odd else None


def _near_place(key: str, value: str) -> str | None:
    """`Đống Nai`: the unit of this name bears other marks."""
    return "strange_place" if key == "place" and strangeness(value, whole=True) == 0.5 else None


def _run_together(key: str, value: str) -> str | None:
    """No syllable has eight letters: `NHVĂNPHÒNG` is several words, or none."""
    if key not in {"issuer", "superior_issuer", "signer.title", "signer.authority"}:
        return None
    return "bad_format" if any(len(word) > 7 and word.isalpha() for word in value.split()) else None


def _place(key: str, value: str) -> str | None:
    """An address names a known unit, and one province only; of a birth place at least a known unit."""
    if key.endswith(".birth_place"):
        return None if read_place(value).known or _BIRTH_HOUSE.match(fold(value)) else "strange_place"
    if not _ADDRESS.search(key):
        return None
    if len(re.findall(r"\btinh\s", fold(value))) > 1:
        return "strange_place"
    if _LONE_NUMBER.match(fold(value)):
        return "incomplete"
    found = read_place(value)
    return None if found.province and found.known else "incomplete"


def _listed(key: str, value: str) -> str | None:
    """Peoples, nations and grades come from short lists."""
    for end, entries in (
        ("ethnicity", vocabulary.words("peoples")),
        ("nationality", vocabulary.words("nations")),
        ("grade", _GRADES),
    ):
        if key.endswith(end):
            return None if squash(value) in {squash(entry) for entry in entries} else "bad_format"
    return None


def _size(key: str, value: str) -> str | None:
    least, most = _AREAS.get(key, (0, 0))
    return "implausible" if most and not least <= float(value) <= most else None


def _conclusion(key: str, value: str) -> str | None:
    """A conclusion on health speaks of it."""
    if key != "conclusion":
        return None
    return None if re.search(r"suc khoe|dieu kien|benh|tat\b|khong|can thi|binh thuong", fold(value)) else "incomplete"


def _code(key: str, value: str) -> str | None:
    """Serials of certificates begin with letters, digits alone have lost them; parcels have numbers."""
    if key in {"works.parcel", "parcel.number", "parcel.map_sheet"} and not any(char.isdigit() for char in value):
        return "bad_format"
    return "bad_format" if key == "serial" and value.isdigit() else None


def _count(key: str, value: str) -> str | None:
    return "implausible" if key == "works.floors" and not 1 <= int(value) <= 90 else None


def _office_of_its_time(findings: Findings) -> None:
    """Who issued a paper must have existed on its day."""
    issuer = findings.get("issuer")
    for key in ("issue_date", "registration_date"):
        day = as_date(findings[key].value) if key in findings else None
        if issuer and day and day >= DISTRICTS_ENDED and _is_of_former_times(issuer.value):
            findings[key] = findings[key].doubted("disagrees_with:issuer")
            findings["issuer"] = issuer.doubted(f"disagrees_with:{key}")
            return


def _is_of_former_times(office: str) -> bool:
    return bool(_ENDED.search(f"{office.casefold()} ") or _ENDED_OFFICE.search(f"{fold(office)} "))


_CHECKS: tuple[Callable[[str, str], str | None], ...] = (
    _swallowed_label,
    _name,
    _office,
    _signed_as,
    _schooling,
    _goes_on,
    _ran_over,
    _no_words,
    _near_place,
    _run_together,
    _place,
    _listed,
    _size,
    _code,
    _conclusion,
    _count,
)
