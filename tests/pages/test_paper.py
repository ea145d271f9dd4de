"""Resolutions: what the file states if it can be true, else the nearest paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.inside.paper import LEAST, MOST, estimate, resolution


@pytest.mark.parametrize(
    ("width", "height", "dpi"),
    [
        (2480, 3508, 300),  # A4
        (3508, 2480, 300),  # A4, landscape
        (1654, 2339, 200),
        (1240, 1754, 150),
        (4961, 7016, 600),
        (3508, 4961, 300),  # A3
        (1748, 2480, 300),  # A5
        (1012, 638, 300),  # identity card
        (2550, 3300, 300),  # letter
        (9933, 14043, 300),  # A0
    ],
)
def test_scans_of_whole_sheets(width: int, height: int, dpi: float) -> None:
    assert estimate(width, height) == pytest.approx(dpi, rel=0.005)


def test_a_photograph_is_never_flattered() -> None:
    assert estimate(3000, 4000) <= 4000 / 11.0


@pytest.mark.parametrize("stated", [(1.0, 1.0), (72.0, 72.0), (96.0, 96.0), (5000.0, 5000.0), (300.0, 20.0)])
def test_what_cannot_be_true_is_estimated(stated: tuple[float, float]) -> None:
    found = resolution(2480, 3508, stated)
    assert found.source == "estimated"
    assert found.dpi == pytest.approx(300, rel=0.005)


def test_what_can_be_true_is_believed() -> None:
    assert (resolution(2480, 3508, (300, 300)).dpi, resolution(2480, 3508, (300, 300)).source) == (300, "file")
    assert resolution(2000, 2000, (250, 250)).dpi == 250  # no paper has this shape, a scanner's crop has
    assert resolution(595, 842, (72, 72)).source == "file"  # a default that fits a sheet is a coarse scan


@pytest.mark.parametrize("width", [600, 794, 850, 1000, 1100])
def test_coarse_sheets_are_not_taken_for_small_ones(width: int) -> None:
    assert estimate(width, round(width * 297 / 210)) < 195


def test_the_coarser_axis_counts() -> None:
    assert resolution(2480, 3508, (300, 150)).dpi == 150


@given(st.integers(1, 40_000), st.integers(1, 40_000))
def test_estimates_are_plausible_and_do_not_depend_on_the_turn(width: int, height: int) -> None:
    assert LEAST <= estimate(width, height) <= MOST
    assert estimate(width, height) == estimate(height, width)
