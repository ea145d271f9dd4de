"""Where sensitive values stand on a page: boxes of fields, printed labels, and what is left of the words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khoso.kernel.transcript import Box, Line, Transcript, Word
from warehouse.covering import MASK, labelled, may_be_covered, places_of, struck_out


def line(text, *, top=0, gap_before=""):
    """A line of words twenty pixels high, five apart; `gap_before`: a word that stands in a cell of its own."""
    words, x = [], 0
    for word in text.split():
        x += 200 if word == gap_before else 5
        width = sum(5 if letter in "fijlrtI.,:/" else 15 if letter in "mwMWGOQ" else 10 for letter in word)
        words.append(Word(word, Box(x, top, x + width, top + 20), 0.9))
        x += width
    return Line(tuple(words), "t")


def covered(one):
    places = list(labelled([one]))
    return [word.text for struck in struck_out([one], places) for word in struck.words]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Dân tộc: Tày", f"Dân tộc: {MASK}"),
        ("Nguyên nhân chết: do bệnh già yếu", f"Nguyên nhân chết: {MASK}"),
        ("6. Dân tộc: Xơ Đăng Quốc tịch: Việt Nam", f"6. Dân tộc: {MASK} tịch: Việt Nam"),
        ("Dân tộc, quốc tịch: Kinh, Việt Nam", f"Dân tộc, quốc tịch: {MASK}"),
        ("Dân tộc / Ethnicity: Kinh", f"Dân tộc / Ethnicity: {MASK}"),
        ("DÂN TỘC : MÔNG", f"DÂN TỘC : {MASK}"),
        ("Tôn giáo: Không", f"Tôn giáo: {MASK}"),
        ("Dân tộc:Kinh", f"Dân {MASK}"),
        ("Ban Dân tộc tỉnh Lào Cai", "Ban Dân tộc tỉnh Lào Cai"),
        ("công tác dân tộc và tôn giáo", "công tác dân tộc và tôn giáo"),
        ("Dân tộc:", "Dân tộc:"),
    ],
)
def test_values_behind_labels(text, left):
    assert " ".join(covered(line(text))) == left


def test_a_label_read_too_broad_leaves_no_letter_of_the_value_open():
    printed = line("6. Dân tộc: Chăm Quốc tịch: Việt Nam")
    words = list(printed.words)
    label, value = words[2].box, words[3].box
    words[2] = Word(words[2].text, label._replace(x1=value.x0 + 10), 0.9)
    words[3] = Word("hăm", value._replace(x0=value.x0 + 10), 0.9)
    (place,) = labelled([Line(tuple(words), "t")])
    assert label.x1 <= place.x0 + 2 <= value.x0 + 2
    assert place.x1 >= value.x1


def test_what_nobody_read_behind_a_label_is_covered_too():
    labels = line("Dân tộc: Quốc tịch: Việt Nam", gap_before="Quốc")
    (place,) = labelled([labels])
    colon, following = labels.words[1].box, labels.words[2].box
    assert 0 <= place.x0 - colon.x1 <= 3
    assert place.x1 >= following.x0, "handwriting stands between them, perhaps"
    assert next(labelled([line("Dân tộc:")])).x1 > colon.x1 + 100
    late = line("Dân tộc: ùng", gap_before="ùng")
    assert next(labelled([late])).x0 - late.words[1].box.x1 <= 3, "the first letter of what was read may be missing"


def test_a_row_of_a_table_without_colons():
    label, value, below = line("Dân tộc"), line("x Chu-ru", gap_before="Chu-ru"), line("Quốc tịch", top=60)
    cell = Line(value.words[1:], "t")
    assert list(labelled([label, cell, below])) == [cell.words[0].box]


def test_another_cell_is_not_the_value():
    assert covered(line("Dân tộc: Kinh Ngày sinh", gap_before="Ngày"))[-2:] == ["Ngày", "sinh"]


def field(value, *, page=None, box=None, text=None):
    return {"value": value, "text": value if text is None else text, "page": page, "box": box}


def test_places_of_fields():
    pages = {
        1: Transcript(400, 500, 100.0, (line("người Tày ở đây"),), "t"),
        2: Transcript(400, 500, 100.0, (line("Dân tộc: Dao"),), "t"),
    }
    boxed = {
        "person.ethnicity": field("Tày", page=1, box=[1, 2, 3, 4]),
        "person.name": field("MẪU", page=1, box=[9, 9, 9, 9]),
    }
    places, complete = places_of(boxed, pages)
    assert complete
    assert places[1] == (Box(1, 2, 3, 4),)
    assert set(places) == {1, 2}, "and what a label says, though no field has it"
    assert set(places_of(boxed, pages, only=1)[0]) == {1}
    loose, complete = places_of({"person.ethnicity": field("tày")}, pages, only=1)
    assert complete
    assert loose[1] == (pages[1].lines[0].words[1].box,)
    assert places_of({"person.ethnicity": field("Mường")}, pages)[1] is False
    assert places_of({"person.ethnicity": field("")}, {}) == ({}, True)


def test_whether_anything_may_be_covered_is_told_by_fields_and_lines_alone():
    told = {"ethnicity": {"value": "Kinh"}, "title": {"value": "Tờ trình"}}
    assert may_be_covered(told, [])
    assert not may_be_covered({**told, "ethnicity": {"value": " "}}, ["TỜ TRÌNH", "Về việc phê duyệt kế hoạch"])
    assert may_be_covered({}, ["TỜ TRÌNH", "Dân tộc: Kinh"])


def test_a_word_that_only_touches_a_place_stays():
    words = (
        Word("a", Box(0, 0, 100, 20), 0.9),
        Word("b", Box(110, 0, 200, 20), 0.9),
        Word("c", Box(210, 0, 300, 20), 0.9),
    )
    struck = list(struck_out([Line(words, "t")], [Box(95, 0, 205, 20)]))
    assert [word.text for word in struck[0].words] == ["a", MASK, "c"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Dân", "tộc", "tộc:", "tộc:Kinh", "Tôn", "giáo:", ":", "Kinh", "dân", "Nguyên", "nhân", "chết:"]),
            st.integers(0, 300), st.integers(1, 60), st.integers(0, 200), st.integers(1, 40),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_whatever_stands_on_a_page_places_are_boxes_and_words_are_kept_or_struck(drawn):
    words = [Word(text, Box(x, y, x + wide, y + high), 0.9) for text, x, wide, y, high in drawn]
    lines = [Line(tuple(words[:6]), "t"), *([Line(tuple(words[6:]), "t")] if words[6:] else [])]
    places = list(labelled(lines))
    assert may_be_covered({}, [line.text for line in lines]) or not places
    assert all(place.x0 < place.x1 and place.y0 < place.y1 for place in places)
    kept = [word.text for line in struck_out(lines, places) for word in line.words if word.text != MASK]
    whole = [word.text for word in words]
    assert len(kept) <= len(whole)
    assert all(text in whole for text in kept)
