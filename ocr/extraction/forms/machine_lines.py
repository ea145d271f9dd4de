"""What machine-readable lines say with right check digits, for the forms that have them."""

from collections.abc import Callable, Collection

from ocr.extraction.findings import Value
from ocr.extraction.form import Draft
from ocr.extraction.mrz import read_mrz
from ocr.extraction.text import distance, squash

_APART = 3  # of the letters of a name: so many differ where it is another one


def from_mrz(keys: Collection[str]) -> Callable[[Draft], None]:
    """A part that fills what print did not give and bears witness for the rest; `weighing` compares."""

    def part(draft: Draft) -> None:
        for key, (text, pieces) in (read_mrz(draft.sheet) or {}).items():
            if key == "person.name":
                continue
            if key in keys:
                draft.put(key, Value(text, certain=True), pieces, rule="mrz")
                draft.bear(key, Value(text, certain=True), pieces, how="mrz")
        _name(draft)

    return part


def _name(draft: Draft) -> None:
    """The lines' name is without marks and has no check digit of its own: alike it upholds the print, another one doubts it."""
    said = (read_mrz(draft.sheet) or {}).get("person.name")
    own = draft.findings.get("person.name")
    if said is None or own is None:
        return
    text, pieces = said
    one, other = squash(own.value), squash(text)
    limit = max(len(one), len(other)) // _APART
    if one == other:
        draft.bear("person.name", Value(own.value, certain=True), pieces, how="mrz")
    elif distance(one, other, limit) > limit:
        draft.findings["person.name"] = own.doubted("disagrees_with:mrz")
