"""What an index holds beside what the catalogue expects."""

from search.comparing import Comparison


def test_differences_by_kind():
    with Comparison() as seen:
        seen.expect([("a", 1), ("b", 2), ("gone", 1)], before=True)
        seen.hold([("a", 1), ("b", 1), ("d", 4), ("ghost", 7), ("gone", 1)])
        seen.expect([("a", 1), ("b", 2), ("c", 1), ("d", 3)])
        assert (seen.held(), seen.wanted()) == (5, 4)
        assert list(seen.differing()) == [("b", 2, 1), ("c", 1, None), ("d", 3, 4)]
        assert list(seen.lacking()) == [("b",), ("c",)]
        assert list(seen.unexpected()) == [("ghost", 7)]
        assert sorted(seen.quiet()) == [("a", 1), ("b", 2)]
        assert sorted(seen.quiet_held()) == [("a", 1), ("b", 1)]
        assert len(list(seen.everything())) == 5
