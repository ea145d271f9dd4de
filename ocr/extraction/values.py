"""Kinds of values: a printed text comes in; the value INTERFACE wants, with what vocabularies and formats say of it, goes out.

A kind returns None when the text holds no such value: the field is then absent, never empty.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from ocr.extraction import vocabulary
from ocr.extraction.dates import find_date
from ocr.extraction.findings import Value, bare
from ocr.extraction.identifiers import LOOK_ALIKE_DIGITS, find_personal_id, personal_id_doubt, tax_code_doubt
from ocr.extraction.numerals import date_in_words, number_in_words
from ocr.extraction.places import PlaceRead, read_place
from ocr.extraction.syllables import is_word
from ocr.extraction.text import distance, fold, letters, squash, tidy

Kind = Callable[[str], Value | None]

_HONORIFIC = re.compile(
    r"^(?:[-+*•]\s*)?(?:(?:và\s)?(?:vợ|chồng)(?:\slà)?\s*:?\s*)?(?:hộ\s)?(?:ông\s*/\s*bà|ông\s*\(bà\)|\(?ông\)?|\(?bà\)?|mr|ms|mrs|cháu|anh/chị|anh|chị)\s*[.:]?\s+(?=\w)"
)  # over the text as printed, for «Châu» and «Võ» are names
_AFTER_NAME = re.compile(
    r"[,;(]|\s(?:sinh|năm|ngày|giới|cccd|cmnd|dân tộc|quốc tịch|và|có|là|chức|cấp|tại|do|nơi|điện thoại|số)\s|\s(?:sinh|cccd|cmnd)\b|\d",
    re.IGNORECASE,
)
_RANKS = re.compile(
    r"^(?:(?:pgs|gs|ts|ths|bs|bscki|bsckii|cki|ckii|ds|cn|ks|luat su|dai ta|thuong ta|trung ta|thieu ta|dai uy|thuong uy|trung uy|thieu uy|thieu tuong|trung tuong)[.,/]*\s*)+(?=\w)"
)


_STRAY_DOT = re.compile(r"(?<=[^\W\d_]{3})\.\s?(?=[^\W\d_])")  # `Phú. Thủy`: a speck, no abbreviation


def text(read: str) -> Value | None:
    """Any text, tidied."""
    value = tidy(read)
    return Value(value) if squash(value) else None


def date_kind(read: str) -> Value | None:
    """A date of any precision; a day that should be there and is unreadable is a doubt."""
    found = find_date(read)
    if found is None:
        return None
    rest = read[: found.start] + read[found.end :]
    partial = len(found.value) < 10 and ("ngay" in fold(rest) or any(c.isdigit() for c in rest))
    doubts = (*(("misread_digits",) if found.mended else ()), *(("incomplete",) if partial else ()))
    return Value(found.value, (found.start, found.end), doubts=doubts)


def full_date(read: str) -> Value | None:
    """A date with its day."""
    value = date_kind(read)
    return value if value and len(value.value) == 10 else None


def year(read: str) -> Value | None:
    """A year, also out of a full date."""
    found = find_date(read)
    if found is None:
        return None
    return Value(found.value[:4], (found.start, found.end), doubts=("misread_digits",) if found.mended else ())


def date_words(read: str) -> Value | None:
    """A date written in words."""
    value = date_in_words(read)
    return Value(value.isoformat()) if value else None


def number_words(read: str) -> Value | None:
    """A number written in words."""
    value = number_in_words(read)
    return Value(_plain(value)) if value is not None else None


def sex(read: str) -> Value | None:
    """`male` or `female`; both printed (boxes to tick) cannot be told from text."""
    words = re.findall(r"[a-z]+", fold(read))
    male = any(w in {"nam", "male"} or (len(w) == 3 and distance(w, "nam", 1) <= 1 and w[0] == "n") for w in words[:4])
    female = any(w in {"nu", "female", "nir", "nit"} for w in words[:4])
    if male and female:
        ticked = re.search(r"(nam|nu)\s*[\[(]?[x✓✔☑☒v]", fold(read))
        return Value("male" if ticked and ticked[1] == "nam" else "female", doubts=("tick_box",)) if ticked else None
    if not male and not female:
        return None
    span = next(m.span() for m in re.finditer(r"\w+", read))
    return Value("male" if male else "female", span, certain=squash(read) in {"nam", "nu"})


def personal_id(read: str) -> Value | None:
    """A personal number of 12 or 9 digits."""
    found = find_personal_id(read)
    if found is None:
        run = re.search(r"(?<!\w)\d[\d .]{7,16}\d(?!\w)", read)  # wrong length: shown, doubted
        if run is None:
            return None
        return Value(re.sub(r"\D", "", run[0]), run.span(), doubts=("bad_format",))
    doubt = personal_id_doubt(found.value)
    return Value(
        found.value,
        (found.start, found.end),
        doubts=(*(("misread_digits",) if found.mended else ()), *((doubt,) if doubt else ())),
    )


def tax_code(read: str) -> Value | None:
    """A tax or enterprise code, or an old licence number of a household business (`41A8012345`)."""
    match = re.search(r"(?<!\w)(\d[\d .]{8,14}\d(?:\s?-\s?\d{3})?)(?!\w)", read)
    if match:
        value = re.sub(r"[ .]", "", match[1])
        doubt = tax_code_doubt(value)
        return Value(value, match.span(1), doubts=(doubt,) if doubt else ())
    match = re.search(r"(?<!\w)(\d{2}[A-ZĐ]\.?\d{6,8}(?:/HKD)?|[0-9A-ZĐ]{2,4}[\d./-]{4,}\w*)(?!\w)", read)
    return Value(match[1], match.span(1)) if match else None


def name(read: str) -> Value | None:
    """A person's name without `ông`, `bà` and rank before it and what is said after it; a known family name is put right."""
    value = tidy(read)
    match = _HONORIFIC.match(value.casefold())
    if match and value[:2].isupper() and value[match.end() :].isupper() and len(value.split()) > 2:
        match = None  # `ÔNG THU SEN` in capitals throughout: the family name Ông
    if match and fold(match[0].strip()) in {"ong", "ba"} and _is_family_name_itself(value[match.end() :]):
        match = None
    found = signed_name(value[match.end() :] if match else value)
    if match and found and found.mended:  # `Ông Đình Bảo Tâm`: Mr Đinh Bảo Tâm, or Đình Bảo Tâm of the family Ông
        return replace(found, doubts=(*found.doubts, "bad_format"))
    return found


def _is_family_name_itself(rest: str) -> bool:
    """Whether `Ông` before these words is a family name: they begin with none (`Ông Ngọc Hoài Nhung`), nor with a people's sign."""
    words = rest.split()
    if len(words) < 2 or len(words[0]) < 2 or "'" in words[0]:
        return False
    return vocabulary.family_name(words[0]) is None and is_word(words[0])


def signed_name(read: str) -> Value | None:
    """A name as it stands under a signature or in a table: `Ông` is a family name there."""
    value = re.sub(r"(?<=[^\W\d_])\.(?=[^\W\d_])", " ", tidy(read)) if not _RANKS.match(fold(read)) else tidy(read)
    match = _RANKS.match(fold(value))
    start = match.end() if match else 0
    cut = _AFTER_NAME.search(value + " ", start)
    words = _without_edges([w.strip('.,;:*"') for w in value[start : cut.start() if cut else None].split()])
    words = words[: _end_of_capitals(words)]
    if not words or sum(c.isalpha() for w in words for c in w) < 3 or len(words) > 8:
        return None
    return _spelled_name(words)


_QUESTIONS = frozenset("Ngày Giới Quốc Dân Sinh Nơi Năm Quê".split())  # noqa: SIM905


def _end_of_capitals(words: Sequence[str]) -> int:
    """How many words are the name: one in capitals ends where words in small letters begin (`HOÀNG THỊ HƯƠNG Ngày`)."""
    return next(
        (
            i
            for i, w in enumerate(words)
            if i >= 2
            and (w in _QUESTIONS or (w.istitle() and len(w) > 2 and is_word(w)))
            and all(x.isupper() for x in words[:i])
        ),
        len(words),
    )


def _spelled_name(words: list[str]) -> Value:
    family = vocabulary.family_name(words[0]) if len(words) > 1 else None
    mended = frozenset({bare(words[0])}) if family and family[1] else frozenset[str]()
    known = {bare(w) for w in words[1:-1] if bare(w) in {"thị", "văn"}}
    if family:
        words = [family[0], *words[1:]]
        known |= {bare(words[0])} - mended
    unusual = frozenset(
        bare(w) for i, w in enumerate(words) if len(words) > 1 and vocabulary.is_unusual_name(w, first=i == 0)
    )
    odd = any(not re.fullmatch(r"[^\W\d_]+(?:['-][^\W\d_]+)*'?", w) or w[0].islower() for w in words)
    return Value(
        " ".join(words), known=frozenset(known), mended=mended, unusual=unusual, doubts=("bad_format",) if odd else ()
    )


def _without_edges(words: list[str]) -> list[str]:
    """Words that cannot begin or end a name: lower-case words and single stray letters."""
    while words and (not words[0] or words[0][0].islower()):
        words = words[1:]
    while words and (
        not words[-1]
        or words[-1][0].islower()
        or (len(words[-1]) == 1 and len(words) > 2 and words[-1] not in "ÝYỶỲỸÁẢÂÂN")
    ):
        words = words[:-1]
    return words


_DEED = re.compile(
    r"\s(?=(?:được (?:thay|quyền|toàn quyền|ủy quyền|đại diện)|để (?:thay|làm|thực hiện|đại diện)|thay mặt|đại diện cho)\s)"
)  # what who lives there may do


def place(read: str) -> Value | None:
    """An address: unit names checked against the known ones."""
    value = tidy(read)
    if squash(value) != "tainha":  # where somebody died, as forms have it
        value = re.sub(r"^(?:tại|ở)\b\s*:?\s*", "", value)
    value = re.sub(r"[\s,]*\((?:sau đây|dưới đây|gọi tắt|bên )[^)]*\)?.*$", "", value, flags=re.IGNORECASE)
    value = _DEED.split(value)[0]
    value = _STRAY_DOT.sub(" ", re.sub(r"\b([Tt])[oốồôỗộ](?=\s\d)", r"\1ổ", value))
    if not squash(value):
        return None
    spelled, known = _with_phrases(value, vocabulary.words("address_words"))
    found = read_place(spelled)
    rest = _after_province(found)
    if rest:
        value, found = value[: -len(rest)], read_place(found.text[: -len(rest)].rstrip(" ,;.-"))
    known |= {bare(w) for start, end in found.known for w in found.text[start:end].split()}
    doubts = ("strange_place",) if found.strange and not found.known else ()
    return _compared(value, found.text, known, doubts)


_NO_PLACE = frozenset("được thay có là để và hiện nay đã chưa theo từ cam xin làm cho tại với".split())  # noqa: SIM905


def _after_province(found: PlaceRead) -> str:
    """What follows the province without a stop before it: words of the next heading, leaders read as letters."""
    end = max((end for _, end in found.known), default=len(found.text)) if found.province else len(found.text)
    rest = found.text[end:]
    if re.match(r",\s[a-zà-ỹđ]", rest) and "vietnam" not in squash(rest):
        return rest  # `…, tỉnh Bình Thuận, hiện tại chưa đăng ký kết hôn với ai`
    if not re.match(r"\s\w", rest) or "vietnam" in squash(rest):
        return ""
    if rest.split()[0] in _NO_PLACE:
        return rest
    sentence = rest.lstrip()[:1].isupper() and re.search(
        r"\b(?:tinh|thanh pho|tp\.?) \S+(?: \S+){0,3}$", fold(found.text[:end])
    )
    return rest if sentence or len(rest.split()) < 6 else ""


def organisation(read: str) -> Value | None:
    """The name of an office: its fixed words and its place checked."""
    value = _STRAY_DOT.sub(" ", tidy(read))
    if not squash(value):
        return None
    spelled, known = _with_phrases(value, vocabulary.words("phrases"))
    found = read_place(spelled)
    known |= {bare(w) for start, end in found.known for w in found.text[start:end].split()}
    return _compared(value, found.text, known, ())


def _with_phrases(value: str, phrases: Iterable[str]) -> tuple[str, set[str]]:
    """Fixed phrases put right where a letter or a mark was misread, and the words that belong to them."""
    words, known = value.split(), set()
    taken: set[int] = set()
    for phrase in sorted(phrases, key=len, reverse=True):
        count = len(phrase.split())
        for start in range(len(words) - count + 1):
            window = range(start, start + count)
            if taken.intersection(window):
                continue
            here = " ".join(words[i].strip(",;") for i in window)
            if distance(squash(here), squash(phrase), len(squash(phrase)) // 8) <= len(squash(phrase)) // 8:
                spelled = here if letters(here) == letters(phrase) else vocabulary.in_case_of(here, phrase)
                tail = words[start + count - 1][len(words[start + count - 1].rstrip(",;")) :]
                words[start : start + count] = _first_as_read(here, spelled).split()
                words[start + count - 1] += tail
                taken.update(window)
                known |= {bare(w) for w in spelled.split()}
    return " ".join(words), known


def _first_as_read(here: str, spelled: str) -> str:
    return (spelled[0].lower() if here[:1].islower() else spelled[0].upper()) + spelled[1:]


def _compared(read: str, mended_text: str, known: Iterable[str], doubts: tuple[str, ...]) -> Value:
    """What was read and what became of it, word by word."""
    before, after = [bare(w) for w in read.split()], {bare(w) for w in mended_text.split()}
    return Value(
        mended_text, known=frozenset(known), mended=frozenset(w for w in before if w not in after), doubts=doubts
    )


def people(read: str) -> Value | None:
    """An ethnic group; one that is not in the list of 54 is kept and doubted."""
    value = re.sub(r"\s*-\s*", "-", tidy(read).split(",")[0])  # `Chu - ru`
    return _from_list(value, vocabulary.words("peoples"))


def nation(read: str) -> Value | None:
    """A nationality as a country's name."""
    value = re.sub(r"^(?:nationality|citizenship)\W*", "", tidy(read), flags=re.IGNORECASE)
    if squash(value).startswith("vietnam") or squash(value) == "viet":
        spelled = value if letters(value) == letters("Việt Nam") else vocabulary.in_case_of(value, "Việt Nam")
        return Value(spelled, certain=True)
    return _from_list(value, vocabulary.words("nations"))


def relation(read: str) -> Value | None:
    """A relation to the head of a household; the last line of the heading (`Quan hệ với chủ hộ`) may stand before the first one."""
    value, relations = tidy(read), vocabulary.words("relations")
    rest = re.sub(r"^chủ hộ\s+", "", value, flags=re.IGNORECASE)
    near = _from_list(rest, relations) if rest != value else None
    return near if near and near.certain else _from_list(value, relations)


def title(read: str) -> Value | None:
    """An office held, as signed: `PHÓ CHỦ TỊCH`."""
    return _from_list(tidy(read), vocabulary.words("titles"))


def position(read: str) -> Value | None:
    """An office held as a form names it; what follows a known office is part of it (`Giám đốc điều hành`, `… kiêm Tổng giám đốc`)."""
    value = tidy(read)
    if not squash(value):
        return None
    listed = title(value)
    if listed is None or not listed.certain or squash(listed.value) == squash(value):
        return listed
    rest = value.split()[len(listed.value.split()) :]
    read_well = all(is_word(word.strip(",;()")) for word in rest) and all(word[:1].isalpha() for word in rest)
    return Value(value) if read_well else listed


def _from_list(value: str, entries: Iterable[str]) -> Value | None:
    if not squash(value):
        return None
    entries = tuple(entries)
    near = vocabulary.nearest(value, entries)
    words = value.split()
    for count in range(len(words) - 1, 0, -1) if near is None else ():  # words of the next column, leaders as letters
        short = " ".join(words[:count])
        near = vocabulary.nearest(short, entries)
        if near and not near[1]:
            value = short
            break
        near = None
    if near is None:
        return Value(value)
    as_read = not near[1] and len(re.split(r"[\s-]+", near[0])) == len(re.split(r"[\s-]+", value))  # `Cơ Ho`
    spelled = value if as_read else vocabulary.in_case_of(value, near[0])
    if squash(spelled) != squash(value):
        return Value(spelled, mended=frozenset(bare(word) for word in value.split()))  # `CHÁNH VĂN` is near `CHÁNH ÁN`
    return Value(spelled, certain=True)


def money(read: str) -> Value | None:
    """An amount in đồng, digits alone: `2.000.000.000 đồng` → 2000000000."""
    match = re.search(r"(?<!\w)\d{1,3}(?:[., ]\d{3})+(?!\d)|(?<!\w)\d{4,15}(?!\d)", read)
    if not match:
        return None
    digits = re.sub(r"\D", "", match[0])
    scale = re.match(r"\s*(ty|trieu)\b", fold(read[match.end() :]))
    return Value(str(int(digits) * {"ty": 10**9, "trieu": 10**6}[scale[1]] if scale else int(digits)), match.span())


_SQUARE_METRES = re.compile(r"\s?m(?:2|²|\?|et vuong|ét vuông)?(?!\w)")


def area(read: str) -> Value | None:
    """Square metres as a plain decimal: `2.049,8 m²` → 2049.8; of several numbers the one with the unit (`tầng 1: 96,5 m²`)."""
    numbers = list(
        re.finditer(
            r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+(?:,\d+)?(?:,\s\d{1,2}(?=\s?m))?|\d+(?:[.,]\d+)?(?:,\s\d{1,2}(?=\s?m))?)(?![\d])",
            read,
        )
    )
    if not numbers:
        return None
    match = next((n for n in numbers if _SQUARE_METRES.match(read[n.end() :])), numbers[0])
    number = match[1].replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", number):
        number = number.replace(".", "")
    return Value(_plain(Decimal(number.replace(",", "."))), match.span(1))


def count(read: str) -> Value | None:
    """A whole number without leading zeros."""
    match = re.search(r"(?<![\w.,])(\d{1,4})(?![\d])", read)
    return Value(str(int(match[1])), match.span(1)) if match else None


def phone(read: str) -> Value | None:
    """A telephone number, digits alone."""
    match = re.search(r"(?<!\w)(\+?[\dOo][\dOoIl?S .-]{7,14}[\dOoIl?S])(?!\w)", read)
    if not match or sum(c.isdigit() for c in match[1]) < 6:
        return None
    text = (
        re.sub(r"(?<=\d{9}) \d$", "", match[1]) if re.match(r"\s?\.", read[match.end() :]) else match[1]
    )  # `6. Email`
    digits = re.sub(r"\D", "", text.translate(LOOK_ALIKE_DIGITS))
    mended = digits != re.sub(r"\D", "", text)
    doubts = (
        *(("misread_digits",) if mended else ()),
        *(() if re.fullmatch(r"0\d{9,10}|84\d{9,10}", digits) else ("bad_format",)),
    )
    return Value(digits, match.span(1), doubts=doubts)


def code(read: str) -> Value | None:
    """A serial or number without spaces."""
    value = re.sub(r"\s+", "", tidy(read))
    return Value(value) if squash(value) else None


def _plain(value: Decimal) -> str:
    shown = format(value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
