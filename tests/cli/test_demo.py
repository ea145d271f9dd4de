"""The table of `khoso demo`."""

from khoso.cli.demo import to_see


def test_a_line_names_the_first_fields_to_be_seen_and_counts_the_others():
    assert to_see([]) == "—"
    assert to_see(["number"]) == "Số, ký hiệu"
    assert to_see(["number", "title"]) == "Số, ký hiệu; Tên giấy tờ"
    assert to_see(["number", "title", "issuer", "summary"]) == "Số, ký hiệu; Tên giấy tờ; … (+2)"
