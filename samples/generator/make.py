"""One document from a seed: its sheets, its scans, its files and its truth."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from samples.generator import fifth, files, fourth, scan, second, sixth, third
from samples.generator.art import seal
from samples.generator.blocks import Form
from samples.generator.forms import (
    applications,
    attorney,
    birth,
    business,
    cards,
    construction,
    death,
    diploma,
    health,
    land,
    letters,
    marital,
    marriage,
    notices,
    residence,
)
from samples.generator.interface import known
from samples.generator.press import Press
from samples.generator.raster import render
from samples.generator.scan import Scan
from samples.generator.sealed import VIETNAM
from samples.generator.sealed import seal as sign_as
from samples.generator.sheet import MARK, Picture, Sheet
from samples.generator.story import Story, draw_story
from samples.generator.theme import draw_theme, restyle


@dataclass(frozen=True)
class Kind:
    """A document type: its layouts and the function that draws its facts."""

    forms: tuple[Form, ...]
    facts: Callable[[Story, Form], None]

    def layouts(self, name: str, which: str) -> tuple[Form, ...]:
        """The layouts of a set: `a` the usual ones; none where a set has none of the type."""
        return self.forms if which == "a" else APART[which].get(name, ())


KINDS: dict[str, Kind] = {
    "administrative_document": Kind(letters.FORMS, letters.facts),
    "birth_certificate": Kind(birth.FORMS, birth.facts),
    "marriage_certificate": Kind(marriage.FORMS, marriage.facts),
    "death_extract": Kind(death.FORMS, death.facts),
    "marital_status": Kind(marital.FORMS, marital.facts),
    "citizen_id": Kind(cards.IDS, cards.facts),
    "driving_licence": Kind(cards.LICENCES, cards.licence),
    "residence_confirmation": Kind(residence.FORMS, residence.facts),
    "land_certificate": Kind(land.FORMS, land.facts),
    "business_registration": Kind(business.FORMS, business.facts),
    "construction_permit": Kind(construction.FORMS, construction.facts),
    "diploma": Kind(diploma.FORMS, diploma.facts),
    "health_certificate": Kind(health.FORMS, health.facts),
    "application_form": Kind(applications.FORMS, applications.facts),
    "power_of_attorney": Kind(attorney.FORMS, attorney.facts),
    "contract": Kind(attorney.CONTRACTS, attorney.facts),
    "birth_notice": Kind(notices.BIRTH, notices.birth),
    "death_notice": Kind(notices.DEATH, notices.death),
    "criminal_record": Kind(notices.RECORD, notices.record),
}
ONE_FORM: dict[str, Kind] = {"passport": Kind(cards.PASSPORTS, cards.passport)}
"""Types drawn when asked for by name, and in the sets that have layouts of them: one form is in use in the whole country."""
APART: dict[str, dict[str, tuple[Form, ...]]] = {
    "b": second.FORMS,
    "c": third.FORMS,
    "d": fourth.FORMS,
    "e": fifth.FORMS,
    "f": sixth.FORMS,
}
"""Sets of layouts kept apart. `b` and `c` have all types, `d` and `e` those that were read worst, `f` letters of offices at length;
extractors are written with `b` and `d` in view and measured on `c`, `e` and `f` (mistakes on `c` were looked at once, of the types `d` has)."""
FORMATS = ("pdf", "jpeg", "png", "tiff", "folder", "text", "signed")


@dataclass(frozen=True)
class Printed:
    """A document as it left the printer."""

    document_type: str
    form: Form
    sheets: tuple[Sheet, ...]
    truth: dict[str, Any]
    seed: int
    layout: str = "a"


def print_document(document_type: str, seed: int, *, variant: str = "", layout: str = "a") -> Printed:
    """Draw a layout of a set (or the named one), a story and its facts, and print them. The same seed gives the same paper."""
    rng = random.Random(f"{document_type}/{seed}")
    kind = KINDS.get(document_type) or ONE_FORM[document_type]
    layouts = kind.layouts(document_type, layout) or (kind.forms if document_type in ONE_FORM else ())
    forms = [form for form in layouts if not variant or form.variant == variant]
    if not forms:
        raise KeyError(f"{document_type} has no layout {variant!r}")
    form = rng.choices(forms, [form.weight for form in forms])[0]
    theme = draw_theme(rng, hand=form.hand, plain=form.plain)
    if layout != "a":
        theme = restyle(rng, theme, plain=form.plain)
    story = draw_story(rng, theme, era=form.era)
    kind.facts(story, replace(form, variant=form.like or form.variant))
    if form.more:
        form.more(story)
    press = _press(form, story, rng.getrandbits(64))
    fields, others = story.facts.truth(press.wording.printed)
    fields = {key: value for key, value in fields.items() if known(document_type, key)}
    truth = {
        "document_type": document_type,
        "variant": form.variant,
        "handwritten": sorted(set(fields) & press.wording.by_hand),
        "fields": fields,
        "optional": sorted(story.facts.optional & set(fields)),
        "alternatives": {key: value for key, value in others.items() if key in fields},
        "page_text": [sheet.lines for sheet in press.sheets],
    }
    return Printed(document_type, form, tuple(press.sheets), truth, seed, layout)


SMALLER = (0.95, 0.9, 0.85, 0.8, 0.75)
LARGER = (1.16, 1.08)
FEW_LINES = 14  # a signature block with its list of recipients, the page number and the mark


def _press(form: Form, story: Story, seed: int) -> Press:
    """Printed at its size; a framed form larger while its sheet has room, any smaller while it runs over its sheets."""

    def at(scale: float) -> Press:
        return Press(form, story.facts, story.theme, random.Random(seed), scale=scale)

    press = at(1.0)
    framed = press.paper.frame is not None
    allowed = form.fit or (1 if framed else 0)
    if not allowed:
        return _tidied(press, at) if story.maybe(0.8) else press
    if framed and allowed == 1 and len(press.sheets) == 1:
        larger = (at(scale) for scale in LARGER)
        return next((other for other in larger if len(other.sheets) == 1), press)
    for scale in SMALLER:
        if len(press.sheets) <= allowed:
            break
        press = at(scale)
    return press


def _tidied(press: Press, at: Callable[[float], Press]) -> Press:
    """Set a little smaller where that keeps a signature from standing alone on its sheet, as a careful typist does."""
    if len(press.sheets) < 2 or len(press.sheets[-1].lines) > FEW_LINES:
        return press
    smaller = (at(scale) for scale in (0.97, 0.94, 0.91, 0.88))
    return next((other for other in smaller if len(other.sheets) < len(press.sheets)), press)


def with_blank_back(printed: Printed) -> Printed:
    """The same with the empty back of its last sheet scanned too."""
    last = printed.sheets[-1]
    truth = {**printed.truth, "page_text": [*printed.truth["page_text"], []]}
    return replace(printed, sheets=(*printed.sheets, Sheet(last.width, last.height)), truth=truth)


def with_stamped_back(printed: Printed) -> Printed:
    """The same with the back of its last sheet scanned too, on which nothing but a seal stands: it is not blank."""
    rng = random.Random(f"{printed.document_type}/{printed.seed}/back")
    last, side = printed.sheets[-1], rng.uniform(86, 110)
    paint = partial(seal, seed=printed.seed, ring=f"{MARK} * {MARK} * ")
    left, top = rng.uniform(0.1, 0.7) * (last.width - side), rng.uniform(0.1, 0.7) * (last.height - side)
    back = Sheet(last.width, last.height, [Picture(left, top, side, side, paint)])
    return replace(
        printed, sheets=(*printed.sheets, back), truth={**printed.truth, "page_text": [*printed.truth["page_text"], []]}
    )


BACKS: dict[str, Callable[[Printed], Printed]] = {"blank": with_blank_back, "stamped": with_stamped_back}


def draw_scans(printed: Printed, severity: str, *, dpi: int = 300, turn: bool | None = None) -> list[Scan]:
    """How each page is scanned. In documents of several pages one may lie turned; `turn` forces or forbids it."""
    rng = random.Random(f"{printed.document_type}/{printed.seed}/scan")
    scans = [scan.draw_scan(rng, severity, dpi=dpi) for _ in printed.sheets]
    first = scans[0]  # one stack of paper, one scanner
    scans = [
        replace(how, paper=first.paper, holes=first.holes, grey=first.grey, staple=how.staple and not n)
        for n, how in enumerate(scans)
    ]
    if turn is None:
        turn = severity != "clean" and len(scans) > 1 and rng.random() < 0.2
    if turn:
        scans[-1] = replace(scans[-1], rotation=rng.choice((90, 180, 270)))
    return scans


def scan_pages(printed: Printed, scans: list[Scan]) -> list[Image.Image]:
    """The pages as the scanner delivers them."""
    clean = [
        render(sheet, how.dpi, seed=printed.seed + number)
        for number, (sheet, how) in enumerate(zip(printed.sheets, scans, strict=True))
    ]
    pages = []
    for number, (page, how) in enumerate(zip(clean, scans, strict=True)):
        if printed.sheets[number].blank:
            how = replace(how, show_through=min(max(how.show_through, 0.02), 0.035))  # noqa: PLW2901
        behind = clean[number - 1] if number % 2 else clean[(number + 1) % len(clean)]
        pages.append(scan.scanned(page, how, behind=behind))
    return pages


def write(printed: Printed, folder: Path, name: str, *, form: str, scans: list[Scan]) -> dict[str, Any]:
    """Write a document in a format of `FORMATS`; returns its line of the truth."""
    truth: dict[str, Any] = {"file": "", **printed.truth}
    if form in {"text", "signed"}:
        truth["file"] = f"{name}.pdf"
        files.write_text(folder / truth["file"], printed.sheets, title=printed.truth["fields"].get("title", ""))
        if form == "signed":
            _seal(folder / truth["file"], printed.truth["fields"])
        return truth
    pages = scan_pages(printed, scans)
    truth["scan"] = [how.facts() for how in scans]
    if form == "tiff":
        truth["file"] = f"{name}.tif"
        files.write_tiff(folder / truth["file"], pages, dpi=scans[0].dpi, quality=scans[0].jpeg)
    elif form == "png":
        truth["file"] = f"{name}.png"
        files.write_png(folder / truth["file"], pages[0], dpi=scans[0].dpi)
    else:
        truth["file"] = _write_jpegs(folder, name, form, pages, scans)
    return truth


def _seal(path: Path, fields: dict[str, str]) -> None:
    moment = datetime.combine(date.fromisoformat(fields["issue_date"]), time(16, 5, 9), tzinfo=VIETNAM)
    path.write_bytes(sign_as(path.read_bytes(), agency=fields["issuer"], moment=moment))


def _write_jpegs(folder: Path, name: str, form: str, pages: list[Image.Image], scans: list[Scan]) -> str:
    coded = [scan.jpeg(page, how) for page, how in zip(pages, scans, strict=True)]
    if form == "jpeg":
        (folder / f"{name}.jpg").write_bytes(coded[0])
        return f"{name}.jpg"
    if form == "folder":
        (folder / name).mkdir(exist_ok=True)
        for number, data in enumerate(coded, 1):
            (folder / name / f"trang {number}.jpg").write_bytes(data)
        return name
    files.write_scans(folder / f"{name}.pdf", coded, dpi=[how.dpi for how in scans])
    return f"{name}.pdf"
