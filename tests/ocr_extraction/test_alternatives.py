"""The other reader's word is kept, becomes a value beside the value, and is offered one key away."""

from dataclasses import replace

from khoso.kernel.transcript import Transcript, Word
from ocr.extraction import extract
from ocr.ports import Field
from ocr.showing import others_of
from tests.ocr_extraction.conftest import MOTTO, Typeset


def disputed(page: Transcript, words: dict[str, str]) -> Transcript:
    """The page, some words read otherwise by the other reader."""

    def one(word: Word) -> Word:
        return replace(word, other=words.get(word.text, ""))

    return replace(page, lines=tuple(replace(line, words=tuple(map(one, line.words))) for line in page.lines))


def read(typeset: Typeset, words: dict[str, str]) -> dict[str, Field]:
    rows = [*MOTTO, "^TRÍCH LỤC KHAI SINH", "Họ, chữ đệm, tên: TRẦN LÊ BẢO NGỌC", "Ngày, tháng, năm sinh: 12/05/2015"]
    return dict(extract([disputed(typeset(rows), words)]).fields)


def test_a_disputed_word_gives_a_value_beside_the_value(typeset: Typeset) -> None:
    fields = read(typeset, {"NGỌC": "NGOC", "12/05/2015": "12/06/2015", "sinh:": "sính:", "KHAI": "KHAl"})
    assert fields["person.name"].alternatives == ("TRẦN LÊ BẢO NGOC",)
    assert fields["person.birth_date"].alternatives == ("2015-06-12",)
    assert fields["title"].alternatives == ()


def test_marks_around_a_word_are_no_dispute_and_nonsense_no_value(typeset: Typeset) -> None:
    fields = read(typeset, {"NGỌC": "NGỌC.", "12/05/2015": "1Z/O§/2015"})
    assert fields["person.name"].alternatives == ()
    assert fields["person.birth_date"].alternatives == ()


def test_what_is_kept_comes_back_and_is_offered(typeset: Typeset) -> None:
    page = disputed(typeset(["TRẦN BẢO"]), {"BẢO": "BÁO"})
    assert Transcript.from_json(page.to_json()) == page
    field = read(typeset, {"NGỌC": "NGOC"})["person.name"]
    stored = field.to_json()
    assert Field.from_json(stored) == field
    assert others_of("person.name", stored) == ["TRẦN LÊ BẢO NGOC"]
    del stored["alternatives"]  # as records were written before
    assert (Field.from_json(stored).alternatives, others_of("person.name", stored)) == ((), [])
