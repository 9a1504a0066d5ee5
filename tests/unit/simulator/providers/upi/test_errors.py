from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kyc_core.signing.jose_faults import JwsError, JwsFault
from simulator.providers.upi import errors
from simulator.providers.upi.call import Call
from simulator.upstream import Exchange, Step, UpstreamRefused

if TYPE_CHECKING:
    from tests.unit.simulator.providers.upi.conftest import Client


@pytest.fixture
def call(client: Client) -> Call:
    made = Call(Exchange(client.request(), client.services))
    made.check = "check"
    return made


def test_a_code_says_what_the_table_says_of_it_unless_told_otherwise(call: Call) -> None:
    for detail, told in (("", "memberIIN"), ("other", "other")):
        with pytest.raises(UpstreamRefused) as refused:
            errors.refuse(call, "57", detail)

        assert (refused.value.outcome.code, refused.value.places) == ("57", {errors.DETAIL: told})


def test_a_format_error_names_the_member_and_the_reason(call: Call) -> None:
    with pytest.raises(UpstreamRefused) as refused:
        errors.refuse_format(call, "mcc", "length")

    assert refused.value.places == {errors.DETAIL: "mcc length"}
    assert call.exchange.steps == [Step("check", False, {"member": "mcc", "reason": "length"})]


def test_a_refused_caller_leaves_the_cause_behind(call: Call) -> None:
    with pytest.raises(UpstreamRefused) as refused:
        errors.refuse_caller(call, JwsError(JwsFault.QUOTED, "in quotation marks"))

    assert (refused.value.outcome.code, dict(refused.value.places)) == ("E0", {})
    assert call.exchange.steps == [Step("check", False, {"cause": "quoted", "detail": "in quotation marks"})]


def test_what_is_not_served_is_plain_unless_a_switch_says_otherwise(call: Call, client: Client) -> None:
    with pytest.raises(errors.NotServed) as plain:
        errors.refuse_unserved(call, 405, "Method Not Allowed", {"method": "GET"}, (("Allow", "POST"),))
    assert (plain.value.status, plain.value.text, plain.value.headers) == (
        405,
        "Method Not Allowed",
        (("Allow", "POST"),),
    )

    client.choose(unknown_path="unauthorized")
    again = Call(Exchange(client.request(), client.services))
    with pytest.raises(UpstreamRefused):
        errors.refuse_unserved(again, 404, "Not Found", {})
