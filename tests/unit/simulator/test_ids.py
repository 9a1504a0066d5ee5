from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from simulator.ids import Ids, derive
from simulator.store import MemoryStore

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def ids(seed: bytes = b"seed") -> Ids:
    return Ids(seed, MemoryStore().space("t"))


def test_a_uuid_has_version_4_and_the_rfc_variant() -> None:
    source = ids()
    made = [source.uuid4() for _ in range(1000)]

    assert all(UUID4.fullmatch(one) for one in made)
    assert len(set(made)) == len(made)
    assert {one[19] for one in made} == set("89ab")


def test_the_same_seed_gives_the_same_ids_in_the_same_order() -> None:
    one, other = ids(), ids()

    assert [one.uuid4() for _ in range(5)] == [other.uuid4() for _ in range(5)]
    assert [one.token("order", 12) for _ in range(5)] == [other.token("order", 12) for _ in range(5)]
    assert [one.integer("n", 10**6) for _ in range(5)] == [other.integer("n", 10**6) for _ in range(5)]


def test_another_seed_gives_other_ids() -> None:
    one, other = ids(b"one"), ids(b"other")

    assert one.uuid4() != other.uuid4()
    assert one.token("order", 12) != other.token("order", 12)


def test_two_over_one_space_never_give_the_same_id() -> None:
    space = MemoryStore().space("t")
    one, other = Ids(b"seed", space), Ids(b"seed", space)
    made = [source.uuid4() for _ in range(50) for source in (one, other)]

    assert len(set(made)) == 100


def test_eight_threads_never_get_the_same_id() -> None:
    source = ids()
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: source.uuid4(), range(2000)))

    assert len(set(made)) == 2000


@pytest.mark.parametrize("length", [1, 12, 64, 65, 200])
def test_a_token_has_the_length_asked_for_and_no_look_alikes(length: int) -> None:
    token = ids().token("order", length)

    assert len(token) == length
    assert not set(token) & set("IO01")
    assert token.isascii()
    assert token == token.upper()


def test_a_label_ending_in_a_digit_is_not_mistaken_for_a_number() -> None:
    source = ids()
    twelfth = [source.token("key", 20) for _ in range(12)][-1]
    second = [source.token("key1", 20) for _ in range(2)][-1]

    assert twelfth != second


def test_integers_stay_below_their_bound() -> None:
    source = ids()

    assert {source.integer("n", 3) for _ in range(200)} == {0, 1, 2}


def test_derived_text_depends_on_key_label_and_nothing_else() -> None:
    assert derive(b"k", "label", 20) == derive(b"k", "label", 20)
    assert derive(b"k", "label", 30)[:20] == derive(b"k", "label", 20)
    assert len({derive(b"k", "label", 20), derive(b"k", "other", 20), derive(b"j", "label", 20)}) == 3


def test_a_serial_counts_on_and_comes_back_only_when_all_were_given() -> None:
    source = ids()
    made = [source.serial("order", 10) for _ in range(11)]

    assert sorted(made[:10]) == list(range(10))
    assert all((later - earlier) % 10 == 1 for earlier, later in pairwise(made))


def test_the_serials_of_two_seeds_and_two_labels_lie_apart() -> None:
    numbers = {
        ids(b"one").serial("order", 10**11),
        ids(b"two").serial("order", 10**11),
        ids(b"one").serial("b", 10**11),
    }

    assert len(numbers) == 3
