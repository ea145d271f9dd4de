"""Packs public lists into catalogue/data. Run it when a new list is published: `deploy/pack_catalogue.py FOLDER`.

FOLDER holds `provinces/` (units as JSON, the units of June 2025 as CSV with their successors) and `procedures/`
(procedures as JSON lines, result types as TSV), as collected from their publishers; see catalogue/data/NOTICE.
"""

import csv
import io
import json
import lzma
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "catalogue" / "data"
MERGER, DONG_NAI = "2025-07-01", "2026-04-30"
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_BULLET = re.compile(r"^(?:[-+*•–●]+|\(?(?:[a-zđ0-9]{1,2}(?:\.\d)*|[ivx]+)[.)])\s*", re.IGNORECASE)
_CONDITION = re.compile(
    r"^(?:trường hợp|đối với|lưu ý|ghi chú|khi |nếu |việc |thời hạn|người (?:tiếp nhận|yêu cầu|có yêu cầu|đi đăng ký|nộp|khai)"
    r"|cá nhân có quyền|người (?:ủy|uỷ) quyền|mẫu (?:hộ tịch )?điện tử tương tác"
    r"|cơ quan (?:đăng ký|tiếp nhận)|công chức|các trường hợp|trong (?:thời hạn|trường hợp)|bản chụp các giấy tờ gửi|trừ trường hợp"
    r"|giấy tờ do cơ quan có thẩm quyền của nước ngoài|số lượng|không (?:yêu cầu|phải))",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"(?::|bao gồm|gồm|sau đây|như sau)\s*$|^(?:thành phần hồ sơ|hồ sơ gồm|giấy tờ phải (?:nộp|xuất trình)|(?:\d+\s*)?bộ hồ sơ)[\s:.]*$",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"^.{0,80}?(?:phải nộp|phải xuất trình|bao gồm|gồm có|gồm|sau(?: đây)?)[:\s]*(?=[a-z0-9đ]{1,2}[.)]\s?\S)",
    re.IGNORECASE,
)


def main() -> int:
    """Write the packed files."""
    source = Path(sys.argv[1])
    _units(source / "provinces")
    _procedures(source / "procedures")
    return 0


def _write(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    (DATA / name).write_bytes(lzma.compress(text.getvalue().encode(), preset=9 | lzma.PRESET_EXTREME))


def _units(folder: Path) -> None:
    with (folder / "legacy_units_2025-06.csv").open(encoding="utf-8-sig") as file:
        legacy = list(csv.DictReader(file))
    today = json.loads((folder / "units_2026-07-25.json").read_text(encoding="utf-8"))
    rows: set[tuple[str, str, str, str, str, str]] = set()
    links: dict[tuple[str, str, str], bool] = {}
    at_merger = {row["new_commune_code"]: row["new_commune"] for row in legacy}
    provinces_at_merger = {row["new_province_code"]: row["new_province"] for row in legacy}
    sources = defaultdict(set)
    for row in legacy:
        sources[row["new_province_code"]].add(row["old_province_code"])
    for row in legacy:
        old_province, new_province = row["old_province_code"], row["new_province_code"]
        if sources[new_province] == {new_province}:
            rows.add(("province", new_province, row["new_province"], "", "", ""))
        else:
            rows.add(("province", old_province, row["old_province"], "", "", MERGER))
            links["province", old_province, new_province] = True
        rows.add(("district", row["old_district_code"], row["old_district"], old_province, "", MERGER))
        if row["old_commune_code"]:
            rows.add(("commune", row["old_commune_code"], row["old_commune"], row["old_district_code"], "", MERGER))
            new = "06978" if row["new_commune_code"] == "06970" else row["new_commune_code"]
            key = ("commune", row["old_commune_code"], new)
            links[key] = links.get(key, False) or row["is_default"] == "1"
        else:  # an island district without communes became a special zone
            links["district", row["old_district_code"], row["new_commune_code"]] = True
    for province in today:
        code = province["Code"]
        name = _spelled(provinces_at_merger[code], province["FullName"])
        if sources[code] != {code}:
            rows.update(_dated("province", code, provinces_at_merger[code], name, ""))
        for ward in province["Wards"]:
            now = ward["FullName"][0].upper() + ward["FullName"][1:]
            then = at_merger.get(ward["Code"], now)
            rows.update(_dated("commune", ward["Code"], then, _spelled(then, now), code))
    head = ("level", "code", "name", "parent", "valid_from", "valid_to")
    _write("administrative_units.csv.xz", head, sorted(rows))
    _write(
        "successions.csv.xz",
        ("level", "old", "new", "is_default", "valid_from"),
        [(*key, int(default), MERGER) for key, default in sorted(links.items())],
    )


def _dated(level: str, code: str, then: str, now: str, parent: str) -> list[tuple[str, str, str, str, str, str]]:
    if then == now:
        return [(level, code, now, parent, MERGER, "")]
    return [(level, code, then, parent, MERGER, DONG_NAI), (level, code, now, parent, DONG_NAI, "")]


def _spelled(then: str, now: str) -> str:
    """One spelling where only the place of a tone mark differs (Hòa, Hoà)."""
    return then if _toneless(then) == _toneless(now) else now


def _toneless(name: str) -> list[tuple[str, str]]:
    words = [unicodedata.normalize("NFD", word) for word in name.lower().split()]
    return [("".join(c for c in word if c not in _TONES), "".join(c for c in word if c in _TONES)) for word in words]


def _procedures(folder: Path) -> None:
    lines = (folder / "result_types.tsv").read_text(encoding="utf-8").splitlines()
    _write("result_types.csv.xz", ("code", "name"), [line.split("\t", 1) for line in lines if line.strip()])
    packed = []
    with lzma.open(folder / "procedures.jsonl.xz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            packed.append(
                {
                    "code": row["code"],
                    "name": _clean(row["name"]),
                    "ministry": row["ministry"],
                    "field": row["field"],
                    "levels": row["level"],
                    "audience": row["audience"],
                    "decision": row["decision"],
                    "results": list(dict.fromkeys(result["code"] for result in row["results"])),
                    "laws": row["laws"],
                    "components": _components(row["components"]),
                }
            )
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in packed)
    (DATA / "procedures.jsonl.xz").write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


def _components(rows: list[dict[str, object]]) -> list[list[object]]:
    """`[kind, name, shown, originals, copies, form]` each; the same line twice is one; impossible counts are none."""
    out: dict[str, list[object]] = {}
    for row in rows:
        name = _clean(str(row["name"]))
        if not name or name in out:
            continue
        originals, copies = (int(str(row[key])) for key in ("originals", "copies"))
        counts = [0 if count > 20 else count for count in (originals, copies)]  # read from running text
        out[name] = [_kind(name, counts), name, int(row["how"] == "show"), *counts, str(row.get("form") or "")[:200]]
    return list(out.values())


def _kind(name: str, counts: list[int]) -> str:
    if _HEADING.search(name):
        return "heading"
    return "condition" if _CONDITION.match(name) or (name[0].islower() and not any(counts)) else "paper"


def _clean(text: str) -> str:
    text = unicodedata.normalize("NFC", re.sub(r"[\u200b-\u200f\u2060\ufeff\x00-\x1f]", " ", text))
    text = _GLUED.sub("", " ".join(text.split()), count=1)
    while (shorter := _BULLET.sub("", text, count=1)) != text:
        text = shorter
    return text.strip(" ;,.")


if __name__ == "__main__":
    sys.exit(main())
