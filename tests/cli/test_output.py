"""Tables for people: whole where there is room, cut to the terminal where there is not."""

import io

import pytest

from khoso.cli.output import Output, fitting


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


ROWS = [
    ("birth_certificate_gks_2020.pdf", "Giấy khai sinh", "owner_id, owner_name, signer.name, issue_date"),
    ("a.pdf", "—", "—"),
]


def printed(stream: io.StringIO, monkeypatch, columns: int = 60) -> list[str]:
    monkeypatch.setattr("sys.stdout", stream)
    monkeypatch.setenv("COLUMNS", str(columns))
    Output(json=False).table(("giấy tờ", "loại", "cần xem"), ROWS)
    return stream.getvalue().splitlines()


def test_a_file_or_pipe_gets_every_cell_whole(monkeypatch):
    lines = printed(io.StringIO(), monkeypatch)
    assert ROWS[0][2] in lines[2]


def test_a_terminal_keeps_each_row_on_its_line(monkeypatch):
    lines = printed(Terminal(), monkeypatch)
    assert max(map(len, lines)) <= 60
    assert lines[2].endswith("…")
    assert "Giấy khai sinh" in lines[2], "what fits is not cut"


@pytest.mark.parametrize(
    ("widths", "room", "fitted"),
    [
        ([10, 5], 40, [10, 5]),
        ([30, 10], 30, [18, 10]),
        ([20, 20, 4], 30, [11, 11, 4]),
        ([9, 9, 9], 5, [8, 8, 8]),
        ([], 5, []),
    ],
)
def test_the_widest_columns_give_way(widths, room, fitted):
    assert fitting(widths, room) == fitted
