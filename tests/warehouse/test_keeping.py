"""How long filed papers are locked."""

from datetime import timedelta

from warehouse.filing import Keeping


def test_a_type_has_its_own_years_and_all_others_the_common_ones(now):
    keeping = Keeping(20, {"land_certificate": 70})
    assert keeping.until("land_certificate", now) >= now.replace(year=now.year + 70)
    assert (
        now.replace(year=now.year + 20)
        <= keeping.until("diploma", now)
        < now.replace(year=now.year + 20) + timedelta(days=30)
    )
