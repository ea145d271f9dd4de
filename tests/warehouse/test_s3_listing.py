"""How the S3 store puts together what a server lists in pages; needs no server."""

from random import Random

import pytest
from minio.datatypes import Object

from warehouse.adapters.s3 import PAGE, grouped


def listed(entries):
    """As a server would: by pages of key order, within a page versions first, markers after."""
    for start in range(0, len(entries), PAGE):
        page = entries[start : start + PAGE]
        yield from sorted(page, key=lambda item: item.is_delete_marker)


@pytest.mark.parametrize("seed", range(4))
def test_every_key_comes_once_in_order_with_all_that_is_its_own(seed):
    random = Random(seed)  # noqa: S311 - not for secrets
    entries, wanted = [], {}
    for number in range(9000):
        key = f"{number:06d}"
        wanted[key] = random.choice([1, 1, 1, 1, 2, 3, 7, 2500 if number % 3000 == 1 else 1])
        entries += [
            Object("bucket", key, version_id=f"{at}", is_delete_marker=random.random() < 0.3)
            for at in range(wanted[key])
        ]
    found = [(key, len(place)) for key, place in grouped(listed(entries))]
    assert found == sorted(wanted.items())


def test_it_holds_back_no_more_than_a_few_pages():
    taken = 0

    def source():
        nonlocal taken
        for number in range(20_000):
            taken += 1
            yield Object("bucket", f"{number:06d}")

    for at, _ in enumerate(grouped(source())):
        assert taken - at <= 4 * PAGE
