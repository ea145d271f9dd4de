"""Fields weighed against each other: what agrees makes both surer, what contradicts makes both doubtful.

A contradiction tells only that one of two is wrong, so both go before the person, who sees at a glance which.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache

from ocr.extraction import vocabulary
from ocr.extraction.codes import FORGERY, listed, overruled, read_card, weigh_listed
from ocr.extraction.dates import as_date, year_of
from ocr.extraction.findings import UNSURE_BELOW, Finding
from ocr.extraction.form import Draft
from ocr.extraction.hand import entered_pieces, is_entered_later, is_filled_by_hand
from ocr.extraction.identifiers import KINDS, id_says, kind_of_number, register_number_doubt
from ocr.extraction.plausible import doubt_implausible
from ocr.extraction.repeats import respelled
from ocr.extraction.sheet import Segment
from ocr.extraction.text import distance, fold, letters, squash
from ocr.extraction.unclaimed import doubt_cut_off, doubt_rival_date
from ocr.extraction.vocabulary import is_unusual_name

_PRINTED = frozenset(
    {"title", "kind", "issuer", "superior_issuer", "place", "signer.title", "signer.authority", "signer.name", "level"}
)
_BY_MACHINE = frozenset({"passport", "citizen_id"})
"""Made by machines in one place for the whole country (TT 31/2023, TT 17/2024/TT-BCA): nobody fills them in."""
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)

Findings = dict[str, Finding]
Check = Callable[[Draft, Findings], None]


def weigh(draft: Draft) -> Findings:
    """The findings after all checks, with the owner derived; what was read only to serve others is left out."""
    findings = dict(draft.findings)
    for check in _CHECKS:
        check(draft, findings)
    if draft.form.slug not in _BY_MACHINE and is_filled_by_hand(draft.sheet, draft.labelled):
        _doubt_hand(draft, findings)
    out = {key: finding for key, finding in findings.items() if not key.startswith("@")}
    _derive_owner(draft, out)
    return out


def _doubt_hand(draft: Draft, findings: Findings) -> None:
    """On a form filled in by hand every value goes before a person, but the print around them.

    An office printed over the form is print, one that answers its question (`Nơi đăng ký: …`) is not.
    """
    answers = {id(piece) for value in draft.labelled for piece in value.pieces}
    for key, finding in list(findings.items()):
        is_answer = key not in _PRINTED or (key == "issuer" and any(id(piece) in answers for piece in finding.pieces))
        if finding.source == "ocr" and is_answer:
            findings[key] = finding.doubted("handwritten")


def _entered_later(draft: Draft, findings: Findings) -> None:
    """Number and day in a letterhead are often entered after printing, by hand or stamp (NĐ 30/2020 Đ15: at registration)."""
    if not is_entered_later(draft.head, usual=draft.form.slug == "administrative_document"):
        return
    theirs = {id(piece) for piece in entered_pieces(draft.head)}
    for key in ("number", "issue_date", "registration_date"):
        finding = findings.get(key)
        if finding and any(piece.apart and id(piece) in theirs for piece in finding.pieces):
            findings[key] = finding.doubted("handwritten")


def _unpadded_day(draft: Draft, findings: Findings) -> None:
    """A letter writes days below 10 with a zero (NĐ 30/2020, phụ lục I): `ngày 5` has most likely lost a figure."""
    date_ = findings.get("issue_date")
    if draft.form.slug == "administrative_document" and date_ and re.search(r"\bngay\s+\d\s+thang", fold(date_.text)):
        findings["issue_date"] = date_.doubted("bad_format")


def _doubt(findings: Findings, one: str, other: str) -> None:
    """Two fields contradict each other."""
    for key, against in ((one, other), (other, one)):
        if key in findings:
            findings[key] = findings[key].doubted(f"disagrees_with:{against}")


def _uphold(findings: Findings, key: str, witness: str, share: float) -> None:
    findings[key] = findings[key].upheld_by(witness, share)


def _codes(draft: Draft, findings: Findings) -> None:
    """Codes go before print (DOMAIN §3); where print contradicts them, somebody must look."""
    card = read_card(draft.sheet.codes) if draft.form.knows("person.old_id_number") else {}
    for key, said in card.items():
        findings[key] = overruled(key, findings.get(key), said, rule=draft.rule(f"{key}.qr"))
    if "person.id_number" in card:
        number = card["person.id_number"]
        findings["number"] = overruled("number", findings.get("number"), number, rule=draft.rule("number.qr"))
    if not card:
        findings.update(weigh_listed(findings, list(listed(draft.sheet.codes))))


_WORDS = ".words"
_MRZ = "mrz"


def _witnesses(draft: Draft, findings: Findings) -> None:
    """Numbers repeated in words and machine-readable lines."""
    for key, witness in draft.witnesses:
        own = findings.get(key)
        if own is None:
            if draft.form.knows(key) and witness.rule.endswith(f"{_WORDS}@{draft.form.version}"):
                findings[key] = replace(witness, key=key, sure=witness.sure * 0.97)
            continue
        if len(own.value) < len(witness.value) and witness.value.startswith(own.value) and _is_date(key):
            # The day was unreadable in figures; the words have it.
            findings[key] = replace(own, value=witness.value, pieces=witness.pieces, doubts=(), sure=max(own.sure, 0.9))
            continue
        if _same_value(own.value, witness.value):
            if own.pieces != witness.pieces:
                kept = tuple(d for d in own.doubts if d != "misread_digits")
                findings[key] = replace(own, doubts=kept).upheld_by(witness.rule, 0.05)
            continue
        by = witness.rule.rpartition(".")[2].partition("@")[0]
        if by == _MRZ and own.source == "ocr":
            # Check digits vouch for these lines: print that was read surely and says otherwise was changed.
            misread = own.sure < UNSURE_BELOW or bool(own.doubts)
            findings[key] = replace(own, value=witness.value).doubted(f"disagrees_with:{by}" if misread else FORGERY)
        elif by == _MRZ and own.source == "code":
            findings[key] = own.doubted(FORGERY)  # both have check digits: one of the two was put there
        else:
            findings[key] = own.doubted(f"disagrees_with:{by}")


def _same_value(one: str, other: str) -> bool:
    try:
        return float(one) == float(other)
    except ValueError:
        return letters(one) == letters(other)  # `VIỆT NAM`, `Việt Nam`


def _people(_: Draft, findings: Findings) -> None:
    """A personal id carries sex and year of birth (NĐ 137/2015 Đ7); `Thị` in a name is a woman's."""
    for who in {key.rpartition(".")[0] for key in findings if key.endswith(".id_number")}:
        said = id_says(findings[f"{who}.id_number"].value)
        if said:
            _against_id(findings, who, *said)
            if _SEX_OF.get(who, said[0]) != said[0]:
                _doubt_person(findings, who)
    for key in [k for k in findings if k.endswith(".sex")]:
        name = findings.get(key.replace(".sex", ".name"))
        if name and findings[key].value == "male" and " thị " in f" {name.value.casefold()} ":
            _doubt(findings, key, name.key)


_SEX_OF = {"wife": "female", "mother": "female", "husband": "male", "father": "male"}


def _doubt_person(findings: Findings, who: str) -> None:
    """The id of a man in the wife's place: two columns were mixed up, so nothing said of her can be trusted."""
    number = f"{who}.id_number"
    for key in [key for key in findings if key.startswith(f"{who}.") and key != number]:
        _doubt(findings, number, key)


def _against_id(findings: Findings, who: str, sex: str, year: int) -> None:
    number = f"{who}.id_number"
    for key in (f"{who}.birth_date", f"{who}.birth_year"):
        if key in findings:
            if year_of(findings[key].value) != year:
                _doubt(findings, number, key)
            else:
                _uphold(findings, key, "id_number", 0.5)
                _uphold(findings, number, key, 0.6)
    key = f"{who}.sex"
    if key in findings:
        if findings[key].value != sex:
            _doubt(findings, number, key)
        else:
            _uphold(findings, key, "id_number", 0.3)


def _kind(draft: Draft, findings: Findings) -> None:
    """The abbreviation in a number is that of the kind in the title (NĐ 30/2020, phụ lục III); a letter off, it was misread."""
    number, kind = findings.get("number"), findings.get("kind")
    if number is None or kind is None or kind.value not in KINDS:
        return
    short = KINDS[kind.value]
    match = re.fullmatch(r"(\w*(?:/\d{4})?/)([^-/]+)(.*)", number.value)
    if not match:
        return
    if short and match[2] != short and distance(fold(match[2]), fold(short), 1) <= 1:
        findings["number"] = replace(number, value=match[1] + short + match[3])
    told = kind_of_number(findings["number"].value)
    if (short and told != kind.value and fold(match[2]) != fold(short)) or (not short and told is not None):
        _doubt(findings, "number", "kind")
    elif not short and match[2] in vocabulary.words("signs"):
        for key in ("kind", "title"):  # a công văn has no title: its number, of an office and no kind, says so too
            if key in findings:
                _uphold(findings, key, "number", 0.2)


def _order_of_dates(_: Draft, findings: Findings) -> None:
    """What comes first in life comes first on paper; no date lies outside any living memory."""
    for key, finding in list(findings.items()):
        day = as_date(finding.value) if _is_date(key) else None
        if (day and not _EARLIEST <= day <= _LATEST) or any(_is_no_day(*m) for m in _DAY.findall(finding.value)):
            findings[key] = finding.doubted("implausible")
    for earlier, later in _ordered_pairs(findings):
        before, after = as_date(findings[earlier].value), as_date(findings[later].value)
        same_day = before == after and "issue_date" in (earlier, later) and earlier != "death.date"
        if before and after and (before > after or same_day):
            _doubt(findings, earlier, later)  # no paper expires on its day, no owner is born on it


_DAY = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(\d{4})(?!\d)")


def _is_no_day(day: str, month: str, year: str) -> bool:
    """`39/06/2048` within a text: a figure was misread."""
    return as_date(f"{year}-{month:0>2}-{day:0>2}") is None


def _is_date(key: str) -> bool:
    return bool(re.search(r"(?:date|expiry|first_registered|last_changed)$", key))


def _ordered_pairs(findings: Findings) -> Iterator[tuple[str, str]]:
    issued = [k for k in ("issue_date", "registration_date", "exam_date", "business.last_changed") if k in findings]
    for birth in [k for k in findings if k.endswith("birth_date")]:
        for later in (*issued, "death.date"):
            if later in findings:
                yield birth, later
    pairs = (
        ("issue_date", "expiry"),
        ("death.date", "registration_date"),
        ("death.date", "issue_date"),
        ("business.first_registered", "business.last_changed"),
    )
    yield from (pair for pair in pairs if pair[0] in findings and pair[1] in findings)


def _register_number(_: Draft, findings: Findings) -> None:
    """`506/2025` was entered in 2025."""
    number = findings.get("number")
    if number is None:
        return
    for key in ("registration_date", "issue_date"):
        if key in findings:
            year = year_of(findings[key].value)
            if register_number_doubt(number.value, year):
                _doubt(findings, "number", key)
            elif re.fullmatch(r"\d+/\d{4}", number.value):
                _uphold(findings, key, "number", 0.6)
            return


def _plausible(_: Draft, findings: Findings) -> None:
    doubt_implausible(findings)


def _deputy(_: Draft, findings: Findings) -> None:
    """Who signs `KT.` (for) a head is a deputy (NĐ 30/2020 Đ13)."""
    title, authority = findings.get("signer.title"), findings.get("signer.authority")
    if (
        title
        and authority
        and re.search(r"\bKT\.", authority.value)
        and not fold(title.value).startswith(("pho", "quyen", "thu truong"))
    ):
        findings["signer.title"] = title.doubted("disagrees_with:signer.authority")


def _numbered_unit(_: Draft, findings: Findings) -> None:
    """`Bảo Lâm` in the head of `XÃ BẢO LÂM 5`: the unit's number was passed over."""
    place = findings.get("place")
    for key in ("issuer", "superior_issuer"):
        said = squash(findings[key].value) if key in findings else ""
        if place and not place.value[-1:].isdigit() and re.search(rf"{re.escape(squash(place.value))}\d", said):
            findings["place"] = place.doubted(f"disagrees_with:{key}")


def _unclaimed(draft: Draft, findings: Findings) -> None:
    doubt_cut_off(draft, findings)
    doubt_rival_date(draft, findings)


def _signed_in_capitals(draft: Draft, findings: Findings) -> None:
    """The name below a letter is in small letters (NĐ 30/2020, phụ lục I): capitals are a line of the seal."""
    name = findings.get("signer.name")
    if draft.form.slug == "administrative_document" and name and name.value.isupper():
        findings["signer.name"] = name.doubted("bad_format")


def _repeated(draft: Draft, findings: Findings) -> None:
    """Names, places and numbers printed twice: alike they uphold each other, with other marks one of them is misread."""
    lines = [(segment, letters(segment.text), segment.key) for segment in draft.sheet.segments]
    for key, finding in list(findings.items()):
        plain = squash(finding.value)
        if len(plain) < 5 or finding.source != "ocr":
            continue
        own = {id(piece) for piece in finding.pieces}
        spelled = letters(finding.value)
        for segment, text, bare in lines:
            if plain not in bare or any(id(piece) in own for piece in segment.pieces):
                continue
            if _is_name(key) and _goes_on(plain, segment):
                if "<" in segment.text:
                    findings[key] = findings[key].doubted(f"disagrees_with:{_MRZ}")
                break  # the other print is of a longer name: one of the two lost a word
            if spelled in text:
                _uphold(findings, key, "repeated", 0.2)
            elif text.isascii():  # an English half repeats names without marks
                _uphold(findings, key, "transliterated", 0.6)
            elif _is_name(key) and not _is_misread(finding.value, segment):
                findings[key] = findings[key].doubted("disagrees_with:repeated")
            break
    _same_text(findings)


def _goes_on(name: str, segment: Segment) -> bool:
    """Whether a name in a line goes on with a word names have: `NGUYỄN ĐỨC` on a card, `NGUYEN<<DUC<NAM<<` in its last line."""
    words, so_far = [word for word in re.split(r"[<\s]+", segment.text) if word], ""
    for number, word in enumerate(words):
        so_far = so_far + squash(word) if name.startswith(so_far + squash(word)) else ""
        if so_far == name and number + 1 < len(words):
            after = words[number + 1]
            open_end = word[-1:].isalpha() and (after.isupper() or (after.istitle() and not word.isupper()))
            return open_end and len(after) > 1 and squash(after) in _name_words()
    return False


@cache
def _name_words() -> frozenset[str]:
    return frozenset(squash(word) for word in vocabulary.words("name_syllables"))


def _is_misread(name: str, segment: Segment) -> bool:
    """Whether the other print of a name has words no name has (`NGUYÊN`) or that the reader doubts, where this one has none."""
    words = [squash(word) for word in name.split()]
    others = [piece for piece in segment.pieces if piece.key in words]
    unlike = [p for p in others if letters(p.text) not in {letters(word) for word in name.split()}]
    return all(p.confidence < 0.9 or is_unusual_name(p.text.strip(" .,;"), first=p.key == words[0]) for p in unlike)


def _is_name(key: str) -> bool:
    return key.endswith((".name", ".head"))


def _same_text(findings: Findings) -> None:
    """Fields read in different places that say the same (residence of mother and father, issuer and place of registration)."""
    by_value: dict[str, list[str]] = {}
    for key, finding in findings.items():
        if len(finding.value) >= 5:
            by_value.setdefault(letters(finding.value), []).append(key)
    for keys in by_value.values():
        places = {id(findings[key].pieces[0]) for key in keys if findings[key].pieces}
        if len(places) > 1:
            for key in keys:
                _uphold(findings, key, "repeated", 0.2)


def _twins(_: Draft, findings: Findings) -> None:
    """A value given to two fields from one place (`serial` is the `number` too) is doubted in both or neither."""
    by_place: dict[tuple[str, int], list[str]] = {}
    for key, finding in findings.items():
        if finding.pieces:
            by_place.setdefault((finding.value, id(finding.pieces[0])), []).append(key)
    for keys in by_place.values():
        doubts = tuple(dict.fromkeys(doubt for key in keys for doubt in findings[key].doubts))
        for key in keys:
            findings[key] = findings[key].doubted(*doubts)


def _derive_owner(draft: Draft, findings: Findings) -> None:
    """The owner is the main person of the form; name and id of the same one (INTERFACE §3)."""
    for name_key, id_key in draft.form.owner:
        if name_key not in findings:
            continue
        findings.setdefault("owner_name", replace(findings[name_key], key="owner_name", source="derived"))
        if id_key in findings:
            findings.setdefault("owner_id", replace(findings[id_key], key="owner_id", source="derived"))
        return


_CHECKS: tuple[Check, ...] = (
    respelled,
    _codes,
    _kind,
    _witnesses,
    _people,
    _order_of_dates,
    _register_number,
    _plausible,
    _deputy,
    _numbered_unit,
    _unclaimed,
    _signed_in_capitals,
    _repeated,
    _entered_later,
    _unpadded_day,
    _twins,
)
