from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

import pytest

from simulator.rules import MOST_TIMES, RuleBook, delivery_rule, parse_rule
from simulator.scenarios import ScenarioError
from simulator.store import MemoryStore, Space

OPERATION = "BankCardVerification"


@pytest.fixture
def space() -> Space:
    return MemoryStore().space("t")


@pytest.fixture
def book(space: Space) -> RuleBook:
    return RuleBook(space)


def document(**members: Any) -> dict[str, Any]:
    return {"provider": "tencent", "operation": OPERATION, "then": {"result": "-17"}, **members}


def fired(book: RuleBook, *, operation: str = OPERATION, **fields: str) -> str | None:
    rule = book.fire("tencent", operation, fields)
    return None if rule is None else rule.id


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        pytest.param(None, "", id="null"),
        pytest.param([], "", id="a list"),
        pytest.param({"then": {"delay": 1}}, "/provider", id="no provider"),
        pytest.param({"provider": "tencent"}, "/then", id="no then"),
        pytest.param(document(wehn={}), "/wehn", id="misspelt"),
        pytest.param(document(**{"a/b": 1}), "/a~1b", id="misspelt with a slash"),
        pytest.param({1: 2, "x": 3}, "/1", id="a number as a name"),
        pytest.param(document(order=1), "/order", id="a member of our own"),
        pytest.param(document(times=0), "/times", id="never"),
        pytest.param(document(times=1.0), "/times", id="a fraction"),
        pytest.param(document(times=True), "/times", id="a boolean"),
        pytest.param(document(times=MOST_TIMES + 1), "/times", id="more often than can be counted"),
        pytest.param(document(id=""), "/id", id="an empty name"),
        pytest.param(document(id=None), "/id", id="a null name"),
        pytest.param(document(id=7), "/id", id="a number for a name"),
        pytest.param(document(id="x" * 65), "/id", id="a name without end"),
        pytest.param(document(id="a/b"), "/id", id="a name that no address can carry"),
        pytest.param(document(id="one\n"), "/id", id="a name on two lines"),
        pytest.param(document(operation="nothing"), "/operation", id="an unknown operation"),
        pytest.param(document(operation=[]), "/operation", id="a list of operations"),
        pytest.param(document(when=[]), "/when", id="conditions as a list"),
        pytest.param(document(when={"IdCard": 1}), "/when/IdCard", id="a condition as a number"),
        pytest.param(document(when={"a/b": 1}), "/when/a~1b", id="a condition with a slash"),
        pytest.param(document(when={1: "x"}), "/when/1", id="a parameter that is no text"),
        pytest.param(document(when={"IdCard": {}}), "/when/IdCard", id="an empty matcher"),
        pytest.param(document(when={"IdCard": {"like": "x"}}), "/when/IdCard", id="an unknown matcher"),
        pytest.param(
            document(when={"IdCard": {"prefix": "1", "suffix": "2"}}), "/when/IdCard", id="two matchers in one"
        ),
        pytest.param(document(when={"IdCard": {"prefix": 1}}), "/when/IdCard", id="a prefix as a number"),
        pytest.param(document(then={"result": "-99"}), "/then/result", id="an unknown result"),
    ],
)
def test_what_is_not_a_rule_is_refused_with_its_place(book: RuleBook, given: Any, pointer: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        book.add(given)

    assert refused.value.pointer == pointer
    assert book.documents() == []


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(document(when={"Name": "\ud800"}), id="a lone surrogate"),
        pytest.param(document(then={"progression": {"after_polls": 2**70}}), id="a number beyond 64 bits"),
    ],
)
def test_what_json_cannot_say_is_refused(book: RuleBook, given: dict[str, Any]) -> None:
    with pytest.raises(ScenarioError):
        book.add(given)

    assert book.documents() == []


def test_a_rule_without_operation_concerns_every_one(book: RuleBook) -> None:
    book.add({"provider": "tencent", "then": {"delay": 1}})

    assert fired(book, operation=OPERATION) == fired(book, operation="BankCard2EVerification") == "rule-1"


def test_a_rule_concerns_its_own_operation_and_provider_only(book: RuleBook) -> None:
    book.add(document())

    assert fired(book, operation="BankCard2EVerification") is None
    assert book.fire("upi", OPERATION, {}) is None
    assert fired(book) == "rule-1"


@pytest.mark.parametrize(
    ("when", "value", "fits"),
    [
        pytest.param("abc", "abc", True, id="equal"),
        pytest.param("abc", "abcd", False, id="longer"),
        pytest.param({"equals": "abc"}, "abc", True, id="equals spelt out"),
        pytest.param({"prefix": "ab"}, "abc", True, id="prefix"),
        pytest.param({"prefix": "bc"}, "abc", False, id="no prefix"),
        pytest.param({"suffix": "bc"}, "abc", True, id="suffix"),
        pytest.param({"suffix": "ab"}, "abc", False, id="no suffix"),
        pytest.param({"contains": "b"}, "abc", True, id="contains"),
        pytest.param({"contains": "x"}, "abc", False, id="does not contain"),
        pytest.param("", "", True, id="empty"),
    ],
)
def test_a_condition_compares_text(book: RuleBook, when: Any, value: str, fits: bool) -> None:
    book.add(document(when={"Name": when}))

    assert (fired(book, Name=value) is not None) is fits


def test_all_conditions_must_hold_and_a_missing_parameter_holds_none(book: RuleBook) -> None:
    book.add(document(when={"Name": "a", "IdCard": {"prefix": "1"}}))

    assert fired(book, Name="a", IdCard="12") == "rule-1"
    assert fired(book, Name="a", IdCard="2") is None
    assert fired(book, Name="a") is None
    assert fired(book, IdCard="1") is None


def test_the_first_rule_added_decides_indexed_or_not(book: RuleBook) -> None:
    book.add(document(id="open", when={"Name": {"prefix": "a"}}))
    book.add(document(id="exact", when={"Name": "ab"}))
    book.add(document(id="later", when={"IdCard": "1"}))

    assert fired(book, Name="ab", IdCard="1") == "open"
    book.remove("open")
    assert fired(book, Name="ab", IdCard="1") == "exact"
    assert fired(book, Name="x", IdCard="1") == "later"


def test_a_used_up_rule_gives_way_to_the_next(book: RuleBook) -> None:
    book.add(document(id="twice", times=2))
    book.add(document(id="once", times=1))
    book.add(document(id="rest"))

    assert [fired(book) for _ in range(5)] == ["twice", "twice", "once", "rest", "rest"]


def test_documents_come_back_as_given_with_their_count(book: RuleBook) -> None:
    given = document(id="twice", times=2, when={"Name": {"prefix": "a"}})
    book.add(given)
    book.add(document())
    for _ in range(3):
        fired(book, Name="ab")

    assert book.documents() == [{**given, "fired": 2}, {**document(), "id": "rule-2", "fired": 1}]


def test_a_rule_added_again_under_its_name_fires_anew(book: RuleBook) -> None:
    book.add(document(id="one", times=1))
    assert (fired(book), fired(book)) == ("one", None)
    assert book.remove("one")
    book.add(document(id="one", times=1))

    assert [one["fired"] for one in book.documents()] == [0]
    assert (fired(book), fired(book)) == ("one", None)


def test_a_name_is_given_once(book: RuleBook) -> None:
    book.add(document(id="one"))
    with pytest.raises(ScenarioError) as refused:
        book.add(document(id="one"))

    assert refused.value.pointer == "/id"
    assert len(book.documents()) == 1


def test_a_name_that_looks_like_ours_does_not_stop_an_unnamed_rule(book: RuleBook) -> None:
    book.add(document(id="rule-2"))

    assert book.add(document()).id == "rule-3"


def test_removing_tells_whether_there_was_one(book: RuleBook) -> None:
    book.add(document(id="one"))

    assert (book.remove("one"), book.remove("one")) == (True, False)
    assert fired(book) is None


def test_clearing_removes_all(book: RuleBook) -> None:
    for _ in range(3):
        book.add(document())
    assert fired(book) == "rule-1"
    book.clear()

    assert (book.documents(), fired(book)) == ([], None)


def test_rules_that_take_the_place_of_others_fire_anew_and_in_their_order(book: RuleBook) -> None:
    book.add_many([document(id="a", times=1), document(id="rule-5")])
    assert fired(book) == "a"
    swapped = book.swap([document(id="rule-4", times=1), document(times=1), document(id="a", times=1)])

    assert [rule.id for rule in swapped] == ["rule-4", "rule-5", "a"]
    assert [(one["id"], one["fired"]) for one in book.documents()] == [("rule-4", 0), ("rule-5", 0), ("a", 0)]
    assert [fired(book) for _ in range(4)] == ["rule-4", "rule-5", "a", None]


def test_an_unnamed_rule_never_gets_a_name_that_another_brings(book: RuleBook) -> None:
    swapped = book.swap([document(), document(id="rule-1")])

    assert [rule.id for rule in swapped] == ["rule-2", "rule-1"]


def test_no_call_finds_a_tenant_without_rules_while_they_are_swapped(book: RuleBook) -> None:
    documents = [document(id=name) for name in "abc"]
    book.swap(documents)
    stop = threading.Event()

    def look() -> set[str | None]:
        seen = {fired(book)}
        while not stop.is_set():
            seen.add(fired(book))
        return seen

    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(look)
        for _ in range(200):
            book.swap(documents)
        stop.set()

    assert looking.result() == {"a"}


def test_many_rules_are_added_in_order(book: RuleBook) -> None:
    added = book.add_many([document(id="a", times=1), document(), document(id="c")])

    assert [rule.id for rule in added] == ["a", "rule-2", "c"]
    assert [fired(book), fired(book)] == ["a", "rule-2"]


@pytest.mark.parametrize(
    ("documents", "pointer"),
    [
        pytest.param([document(), document(times=0)], "/1/times", id="the second is none"),
        pytest.param([document(), 1], "/1", id="the second is a number"),
        pytest.param([document(id="a"), document(id="a")], "/1/id", id="two of one name"),
        pytest.param([document(), document(id="there")], "/1/id", id="a name that is taken"),
        pytest.param([document(), document(when={"Name": "\ud800"})], "/1", id="not JSON"),
    ],
)
def test_of_many_rules_none_is_added_when_one_is_refused(book: RuleBook, documents: list[Any], pointer: str) -> None:
    book.add(document(id="there"))
    with pytest.raises(ScenarioError) as refused:
        book.add_many(documents)

    assert refused.value.pointer == pointer
    assert [one["id"] for one in book.documents()] == ["there"]


def test_many_rules_are_taken_back_when_a_name_is_taken_meanwhile(book: RuleBook, space: Space) -> None:
    class Meddling(RuleBook):
        def add(self, document: Any) -> Any:
            if document.get("id") == "b":
                super().add({**document, "times": 9})
            return super().add(document)

    with pytest.raises(ScenarioError) as refused:
        Meddling(space).add_many([document(id="a"), document(id="b")])

    assert refused.value.pointer == "/1/id"
    assert [(one["id"], one["times"]) for one in book.documents()] == [("b", 9)]


def test_two_books_over_one_space_see_each_others_rules_at_once(space: Space) -> None:
    one, other = RuleBook(space), RuleBook(space)
    assert fired(other) is None
    one.add(document(id="shared", times=2))
    assert (fired(one), fired(other), fired(one), fired(other)) == ("shared", "shared", None, None)
    other.clear()
    one.add(document(id="new"))
    assert fired(other) == "new"


def test_a_forgotten_space_has_no_rules_left_in_any_cache() -> None:
    store = MemoryStore()
    book = RuleBook(store.space("t"))
    book.add(document(times=1))
    fired(book)
    store.forget("t")
    assert fired(book) is None
    book.add(document(times=1))
    assert fired(book) == "rule-1"


def test_a_rule_for_two_firings_fires_exactly_twice_under_eight_threads(book: RuleBook) -> None:
    book.add(document(id="twice", times=2))
    book.add(document(id="exact", when={"Name": "a"}, times=2))
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: fired(book, Name="a"), range(2000)))

    assert (seen.count("twice"), seen.count("exact"), seen.count(None)) == (2, 2, 1996)


def test_threads_that_find_the_same_rule_used_up_do_not_trip_over_each_other(book: RuleBook) -> None:
    book.add_many([document(times=1) for _ in range(300)])
    with ThreadPoolExecutor(8) as pool:
        seen = [rule for rule in pool.map(lambda _: fired(book), range(600)) if rule is not None]

    assert len(seen) == len(set(seen)) == 300


def steps(work: Callable[[], object]) -> int:
    """Count the Python and C calls made by *work*."""
    count = 0

    def note(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def test_ten_thousand_exact_rules_cost_what_one_does(book: RuleBook, space: Space) -> None:
    alone = RuleBook(MemoryStore().space("alone"))
    alone.add(document(id="wanted", when={"Name": "9999", "IdCard": "x"}))
    # The rule is parsed once; ten thousand are the same rule under other names and conditions.
    for number in range(10_000):
        space.put("rules", f"r{number}", _raw(number))
    assert fired(alone, Name="9999", IdCard="x") == "wanted"
    assert fired(book, Name="9999", IdCard="x") == "r9999"

    one = steps(lambda: fired(alone, Name="9999", IdCard="x"))
    many = steps(lambda: fired(book, Name="9999", IdCard="x"))
    none = steps(lambda: fired(book, Name="nobody", IdCard="x"))

    assert many == one
    assert none <= one


def _raw(number: int) -> bytes:
    return (
        b'{"provider":"tencent","operation":"BankCardVerification","then":{"result":"-17"},'
        b'"when":{"Name":"%d","IdCard":"x"},"id":"r%d","order":%d}' % (number, number, number + 1)
    )


def test_parsing_names_a_rule_that_brings_no_name() -> None:
    assert parse_rule(document(), rule_id="given", order=3).id == "given"
    assert parse_rule(document(id="own"), rule_id="given", order=3).id == "own"


def test_what_a_person_says_about_delivery_becomes_a_rule() -> None:
    found = delivery_rule("slow", "tencent", {"meaning": "mismatch", "delay": 2, "charged": True})

    assert found is not None
    assert (found.id, found.provider, found.operation, found.when, found.times) == (
        "person slow", "tencent", "*", (), None,
    )  # fmt: skip
    assert found.then.fault is not None
    assert (found.then.fault.delay, found.then.billed, found.then.result) == (2.0, True, None)


@pytest.mark.parametrize("control", [{"meaning": "mismatch"}, {"error": "InternalError"}, {}])
def test_a_person_who_says_nothing_about_delivery_makes_no_rule(control: dict[str, object]) -> None:
    assert delivery_rule("plain", "tencent", control) is None


def test_a_rule_for_every_operation_may_be_left_out(book: RuleBook) -> None:
    book.add({"provider": "tencent", "then": {"delay": 1}, "id": "all"})
    book.add(document(id="named"))

    part = book.fire("tencent", OPERATION, {}, named_only=True)
    whole = book.fire("tencent", OPERATION, {})
    assert part is not None
    assert whole is not None
    assert (part.id, whole.id) == ("named", "all")
    assert [kept["fired"] for kept in book.documents()] == [1, 1]
