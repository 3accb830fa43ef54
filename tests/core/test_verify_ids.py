from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.core.verify_ids import Ids


@given(st.lists(st.integers(0, 40), max_size=80))
def test_each_later_entry_with_an_id_that_stood_before_is_named_in_order(numbers):
    ids, expected, seen = Ids(), [], set()
    for index, number in enumerate(numbers):
        id = UUID(int=number * 7919).bytes
        ids.add(id, index)
        if id in seen:
            expected.append((index, id))
        seen.add(id)
    assert list(ids.twice()) == expected
