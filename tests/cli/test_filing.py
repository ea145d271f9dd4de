"""What `khoso file` tells a person of a document that rests."""

from khoso.cli.filing import _print
from khoso.cli.output import Output

WAITING = {
    "file": "giay.pdf",
    "state": "TO_CONFIRM",
    "document": "6f1c",
    "document_type": "birth_certificate",
    "fields": {"number": {"value": "607/2017"}},
    "doubtful": ["number", "mother.name"],
}


def test_doubtful_fields_have_the_clerks_words_and_the_names_that_confirm_takes(capsys):
    _print(Output(json=False), WAITING)
    line = capsys.readouterr().out
    assert "cần xem: Số, ký hiệu (number); Mẹ: họ tên (mother.name)" in line
