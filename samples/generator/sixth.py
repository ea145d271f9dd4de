"""The sixth set of layouts (`--layout f`): letters of offices with long subjects and bodies, as offices of provinces write them.

Subjects of one to five lines, joined from phrases of many walks of office, and bodies with headings and colons of their own: what
the other sets' short ones cannot tell of how surely long text is read. No rule was written with single mistakes on them in view.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from samples.generator.blocks import Block, Form, Gap, Head, Maybe, P, Sign, Signs, Stamp, Title
from samples.generator.forms.letters import KIND_OF, entries, slots_of
from samples.generator.story import Story

DATA = Path(__file__).parent / "data" / "subjects.toml"
_NUMBER = "<Số: {number}|Số: {number}|Số: {number:digits!} {number:rest}>"
_DATED = "<{issue_date:full}|{issue_date:full}|{_place}, ngày {issue_date:d!} tháng {issue_date:m} năm {issue_date:y}>"
_LINES = 24  # paragraphs of a body


def _head(*below: str, ratio: float) -> Head:
    return Head("{issuer:head}", over="{superior_issuer:head}", below=(_NUMBER, *below), dated=_DATED, ratio=ratio)


SIGN = Sign(("{signer.authority}", "{signer.title}"), "{signer.name}", room=70)
SIGNED = Signs((None, SIGN), ("~Nơi nhận:~", *(f"{{_copy{i}}}" for i in range(8))))
BODY = tuple(P(f"{{_p{i}}}") for i in range(_LINES))
DECISION: tuple[Block, ...] = (
    P("^{_authority}^", align="center"),
    *(P(f"~{{_base{i}}}~") for i in range(7)),
    P("^{_decides}^", align="center"),
    *(P(f"^Điều {i}.^ {{_article{i}}}") for i in range(1, 9)),
)


@cache
def _phrases() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def _at_length(story: Story) -> None:
    """Another subject, mostly longer than a line, and a longer body with headings."""
    given, rng = story.facts, story.rng
    phrases = {name: entries(text) for name, text in _phrases().items()}

    def drawn(template: str) -> str:
        slots = slots_of(story)
        slots["province"] = story.unit.province.removeprefix("tỉnh ").removeprefix("thành phố ")
        for name, choices in phrases.items():
            slots[name] = rng.choice(choices)
        slots["act2"], slots["thing2"] = rng.choice(phrases["act"]), rng.choice(phrases["thing"])
        for name in (*phrases, "act2", "thing2"):
            if name not in {"shapes", "reports", "headings", "more"}:
                slots[name] = slots[name].format_map(slots)
        return template.format_map(slots)

    old = given.values["summary"].shown
    told = rng.random() < 0.2 and not old.startswith("V/v")
    bare = drawn(rng.choice(phrases["reports" if told else "shapes"]))
    begins = "V/v " if old.startswith("V/v") else "Về việc " if not told and rng.random() < 0.8 else ""
    subject = begins + bare if begins else bare[:1].upper() + bare[1:]
    given.values.pop("summary")
    given.add("summary", subject, others=[bare] if begins else [], narrow=subject)
    if "_p0" in given.values:
        lines = [given.values[key].shown for key in sorted(given.values, key=_place) if key.startswith("_p")]
        first, last = lines[0], lines[-1]
        middle = lines[1:-1]
        for _ in range(rng.choice((2, 4, 6, 9, 12))):
            kind = rng.choice(("headings", "more", "more"))
            middle.insert(rng.randint(0, len(middle)), drawn(rng.choice(phrases[kind])))
        for number, line in enumerate([first, *middle[: _LINES - 2], last]):
            given.values.pop(f"_p{number}", None)
            given.add(f"_p{number}", line)


def _place(key: str) -> tuple[int, str]:
    return len(key), key


def _titled(style: str, *, mark: str, ratio: float, to: bool, rule: bool, size: float) -> tuple[Form, ...]:
    head = (_head(ratio=ratio), Maybe((Stamp("{urgency}"),), 0.8))
    title = Title("{kind}", (f"{mark}{{summary}}{mark}",), size, rule=rule)
    addressed = (P("Kính gửi: {_to}", align="center"), Gap(0.3)) if to else ()
    plain = [like for like in KIND_OF if like not in {"cong_van", "thu_cong", "quyet_dinh_danh_sach"}]
    return tuple(
        Form(
            f"f_{style}_{like}",
            (*head, title, *(DECISION if like in {"quyet_dinh", "nghi_quyet"} else (*addressed, *BODY)), SIGNED),
            like=like,
            more=_at_length,
            weight={"quyet_dinh": 3, "to_trinh": 3, "thong_bao": 3, "bao_cao": 2, "ke_hoach": 2, "chi_thi": 1.5}.get(
                like, 0.35
            ),
        )
        for like in plain
    )


LETTERS = (
    *_titled("dam", mark="^", ratio=0.45, to=False, rule=True, size=1.1),
    *_titled("thuong", mark="", ratio=0.42, to=True, rule=False, size=1.2),
    *(
        Form(
            f"f_cong_van_{style}",
            (
                _head(f"{mark}{{summary:narrow}}{mark}", ratio=ratio),
                Maybe((Stamp("{urgency}"),), 0.8),
                Gap(0.4),
                P("Kính gửi: {_to}", align="center", indent=0),
                *BODY,
                SIGNED,
            ),
            like="cong_van",
            more=_at_length,
            weight=6,
        )
        for style, mark, ratio in (("thuong", "", 0.44), ("nghieng", "~", 0.41))
    ),
)
FORMS = {"administrative_document": LETTERS}
