"""Document numbers: `Số: 24 /TTr-UBND` as read → `24/TTr-UBND`, with what is doubtful about it."""

import re

from ocr.extraction.findings import Value
from ocr.extraction.identifiers import KINDS, LOOK_ALIKE_DIGITS
from ocr.extraction.text import distance, fold, squash
from ocr.extraction.vocabulary import words

_LABEL = re.compile(r"^\W*(?:so|s[o06]|s\w(?=\s?[.:;])|s(?=\s?[.:;])|no|number)\s*(?:/\s*no\.?)?\s*[.:;,]*\s*")
_PLAIN = re.compile(r"\d+[A-Za-zĐ]?|[A-ZĐ]{1,4}\d+")
_ALONE = re.compile(r"[A-ZĐ]{0,4}[\d.]+[A-ZĐ]{0,3}")
_END = re.compile(r"[;,]|\s(?:quyen|ngay|ngây|ky hieu)\b|\s{3,}")


def document_number(read: str) -> Value | None:
    """A number with its signs. Letters among the digits, or a number written into a gap before the slash, are doubted."""
    start = _LABEL.match(fold(read))
    body = read[start.end() if start else 0 :]
    end = _END.search(fold(body))
    head, slash, tail = body[: end.start() if end else None].strip(" .:;,-_'\"").partition("/")
    number, misread = _digits(head)
    doubts = ["misread_digits"] if misread else []
    if not slash:
        return Value(number, doubts=tuple(doubts)) if _ALONE.fullmatch(number) else None
    if head.endswith(" ") and not re.match(r"\s?\d{4}\b", tail):
        doubts.append("filled_in")
    signs, changed = _signs(tail)
    mended = frozenset({fold(tail)}) if changed else frozenset[str]()
    return Value(f"{number}/{signs}", mended=mended, doubts=tuple(doubts)) if signs else None


def _digits(head: str) -> tuple[str, bool]:
    """The digits before the slash, perhaps with a letter after them or a sign before (`12a`, `AB123`); whether they were mended."""
    read = re.sub(r"\s+", "", head)
    if len(read) > 4 and not re.search(r"\d", read):
        return "", True
    number = read.translate(LOOK_ALIKE_DIGITS).strip(".-_'\"*")
    if not _PLAIN.fullmatch(number):
        number = re.sub(r"\D", "", number)
    return number, number != read.strip(".-_'\"*") or not number


def _signs(tail: str) -> tuple[str, bool]:
    """What follows the slash, its known abbreviations put right."""
    compact = re.sub(r"\s+", "", tail).strip(".:;,_'\"*").replace("ĐĐ", "Đ")
    compact = re.split(r"[^\w/&.-]", compact)[0].strip("-.")
    parts = re.split(r"([-/.&])", compact)
    spelled = [part if index % 2 or part.isdigit() else _known(part) for index, part in enumerate(parts)]
    return "".join(spelled), spelled != parts


def _known(sign: str) -> str:
    """A sign as its table spells it when only marks or case differ, or one letter of a longer one."""
    entries = [*(short for short in KINDS.values() if short), *words("signs")]
    same = [e for e in entries if squash(e) == squash(sign)]
    if same:
        return sign if sign in same else same[0]
    if len(sign) < 4:
        return sign
    near = [e for e in entries if len(e) >= 4 and distance(squash(e), squash(sign), 1) <= 1]
    return near[0] if len(near) == 1 else sign
