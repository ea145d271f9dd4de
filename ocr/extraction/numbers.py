"""Document numbers: `Số: 24 /TTr-UBND` as read → `24/TTr-UBND`, with what is doubtful about it."""

import re

from ocr.extraction.findings import Value
from ocr.extraction.identifiers import KINDS
from ocr.extraction.text import distance, fold, squash
from ocr.extraction.vocabulary import words

_LABEL = re.compile(r"^\W*(?:so|s[o06]|no|number)\s*(?:/\s*no\.?)?\s*[.:;,]*\s*")
_END = re.compile(r"[;,]|\s(?:quyen|ngay|ngây|ky hieu)\b|\s{3,}")
_MISREAD = str.maketrans({"O": "0", "o": "0", "Q": "0", "D": "0", "I": "1", "l": "1", "|": "1", "!": "1", "Z": "2", "z": "2", "S": "5", "s": "5", "B": "8", "?": "7", "†": "7"})  # fmt: skip


def document_number(read: str) -> Value | None:
    """A number with its signs. Letters among the digits, or a number written into a gap before the slash, are doubted."""
    start = _LABEL.match(fold(read))
    body = read[start.end() if start else 0 :]
    end = _END.search(fold(body))
    body = body[: end.start() if end else None].strip(" .:;,-_'\"")
    head, slash, tail = body.partition("/")
    digits = re.sub(r"\s+", "", head).translate(_MISREAD).strip(".-_'\"*")
    doubts: list[str] = []
    if digits != re.sub(r"\s+", "", head):
        doubts.append("misread_digits")
    number = (
        re.sub(r"\D", "", digits)
        if re.search(r"\d", digits) and not re.fullmatch(r"\d+[A-Za-zĐ]?|[A-ZĐ]{1,4}\d+", digits)
        else digits
    )
    if number != digits or not re.search(r"\d", number):
        doubts.append("misread_digits")
    if not slash:
        return (
            Value(number, doubts=tuple(dict.fromkeys(doubts)))
            if re.fullmatch(r"[A-ZĐ]{0,4}[\d.]+[A-ZĐ]{0,3}", number)
            else None
        )
    signs, changed = _signs(tail)
    if head.endswith(" ") and not re.match(r"\s?\d{4}\b", tail):
        doubts.append("filled_in")
    if not signs:
        return None
    return Value(
        f"{number}/{signs}",
        mended=frozenset({fold(tail)}) if changed else frozenset(),
        doubts=tuple(dict.fromkeys(doubts)),
    )


def _signs(tail: str) -> tuple[str, bool]:
    """What follows the slash, its known abbreviations put right."""
    compact = re.sub(r"\s+", "", tail).strip(".:;,_'\"*")
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
