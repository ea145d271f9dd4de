"""The visible marks: what they say, in words (Thông tư 01/2023/TT-VPCP Điều 7–9; Nghị định 137/2024/NĐ-CP Điều 4).

The wording is a template, since the law says what a mark must tell and not how. Times are ISO 8601 in Vietnam's offset.
"""

from dataclasses import dataclass
from datetime import datetime

from khoso.kernel.clock import rfc3339
from signing.ports import Mark, Place


@dataclass(frozen=True, slots=True)
class Wording:
    """Templates of the marks' lines. `%(person)s` is the full name and, after a comma, the unit if there is one."""

    conversion: tuple[str, ...] = (
        "BẢN ĐIỆN TỬ CHUYỂN ĐỔI TỪ VĂN BẢN GIẤY",
        "Người thực hiện: %(person)s",
        "Thời gian: %(time)s",
    )
    agency: tuple[str, ...] = ("%(agency)s", "%(time)s")


DEFAULT_WORDING = Wording()


def conversion_mark(person_name: str, unit_name: str, when: datetime, *, wording: Wording = DEFAULT_WORDING) -> Mark:
    """The ký hiệu riêng of a paper→electronic conversion: words, who, when. It is the scanner's signature too."""
    person = ", ".join(part for part in (person_name.strip(), unit_name.strip()) if part)
    return _mark(Place.SCANNER, wording.conversion, {"person": person, "time": rfc3339(when)})


def agency_mark(agency_name: str, when: datetime, *, wording: Wording = DEFAULT_WORDING) -> Mark:
    """The agency's block: its name and the time, nothing else, no image."""
    return _mark(Place.AGENCY, wording.agency, {"agency": agency_name.strip(), "time": rfc3339(when)})


def _mark(place: Place, templates: tuple[str, ...], values: dict[str, str]) -> Mark:
    return Mark(place, tuple(template % values for template in templates))
