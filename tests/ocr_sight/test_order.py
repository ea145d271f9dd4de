"""The order in which a person reads the lines of a page."""

from ocr.sight.order import Spot, arranged, blocks


def spot(number: int, x0: float, x1: float, base: float, rise: float = 20) -> Spot:
    return Spot(number, x0, x1, base - rise, base)


def numbers(spots) -> list[int]:
    return [spot.number for spot in arranged(spots)]


def test_downwards_whatever_order_they_come_in():
    assert numbers([spot(i, 0, 500, 40 * i) for i in (4, 1, 3, 2)]) == [1, 2, 3, 4]


def test_the_two_heads_of_a_letter_are_read_one_after_the_other():
    left = [spot(1, 0, 300, 40), spot(2, 50, 250, 70)]
    right = [spot(3, 400, 900, 42), spot(4, 450, 850, 74)]
    body = [spot(5, 0, 900, 160), spot(6, 0, 900, 200)]
    assert numbers([*body, *right, *left]) in ([1, 2, 3, 4, 5, 6], [1, 3, 2, 4, 5, 6])


def test_rows_of_a_table_stay_rows():
    rows = [
        spot(10 * row + column, 300 * column, 300 * column + 120, 40 * row)
        for row in (1, 2, 3, 4, 5)
        for column in (0, 1, 2)
    ]
    assert numbers(rows) == sorted(spot.number for spot in rows)


def test_columns_of_running_text_are_read_down():
    left = [spot(i, 0, 450, 40 * i) for i in range(1, 9)]
    right = [spot(20 + i, 520, 980, 40 * i + 2) for i in range(1, 9)]
    assert numbers([*right, *left]) == [*range(1, 9), *range(21, 29)]


def test_blocks_end_at_gaps_and_changes_of_size():
    ordered = [spot(1, 0, 500, 40), spot(2, 0, 500, 80), spot(3, 0, 500, 240), spot(4, 0, 500, 300, rise=45)]
    assert blocks(ordered) == [0, 0, 1, 2]
    assert blocks([]) == []
