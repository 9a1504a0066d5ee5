"""The operations around a transaction: begin it, ask for its result, look how far it came, delete what it left.

Each ends the chain of deciders: it knows the answer, or refuses. What is charged is charged here: a verification once,
by the first CheckResult that delivers it.

Source:
    The steps: web and app integration pages [doc]; states, repeatability, deletion [inferred] (D22, D25 to D28).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import Outcome
from simulator.chain import Decision
from simulator.dispatch import PAGES
from simulator.providers.alibaba import operations, results, samples
from simulator.providers.alibaba.call import Call
from simulator.providers.alibaba.callback import expect
from simulator.providers.alibaba.claims import asked_by
from simulator.providers.alibaba.codes import INTERACTIVE, NAME, catalogue, needs, products, table
from simulator.providers.alibaba.errors import refuse
from simulator.providers.alibaba.verification import EVERYTHING, LEFT, ON, PENDING, State, Verification
from simulator.scenarios import Progression
from simulator.transactions import Transaction

DAY: Final = 86_400.0

_WAIVED: Final = "a verification is charged once, by the first CheckResult that delivered it"
_SAMPLES_CHARGED: Final = "alibaba.samples"
_COUNTED: Final = frozenset({"after_polls", "after_seconds"})


def page_url(base_url: str, tenant: str, transaction_id: str) -> str:
    """Return where a person can do what a verification asks for."""
    return f"{base_url}{PAGES}/{tenant}/{transaction_id}"


def retention(call: Call) -> float:
    """Return for how many seconds a result is kept."""
    days: int = call.switch("alibaba.retention_days")
    return days * DAY


def initialize(call: Call) -> Decision:
    """Begin a transaction; what it will end with follows from the register as it is now."""
    exchange, given = call.exchange, call.parameters
    tenant = exchange.tenant
    transaction_id = new_id(call)
    sub_code, then = _planned(call)
    verification = Verification(
        product=given["ProductCode"],
        sub_code=sub_code,
        then=then,
        doc_type=given.get("DocType", ""),
        merchant=given["MerchantBizId"],
        person=call.person.key if call.person is not None else "",
        flags=call.flags,
        return_url=given.get("ReturnUrl", ""),
        callback_url=given.get("CallbackUrl", ""),
        callback_token=given.get("CallbackToken", ""),
        base_url=call.base_url(),
    )
    progression = _progression(call)
    tenant.transactions.start(transaction_id, NAME, verification.to_facts(), progression)
    if verification.callback_url:
        expect(exchange.services, tenant, transaction_id)
    call.content = {
        "TransactionId": transaction_id,
        "TransactionUrl": page_url(verification.base_url, tenant.name, transaction_id),
        "Protocol": tenant.ids.token("alibaba.protocol", 64),
    }
    evidence = {"transaction": transaction_id, "ends_with": sub_code, "progression": progression.kind}
    return Decision(call.operation.results["initialised"], evidence)


def new_id(call: Call) -> str:
    """Return the identifier of a new transaction: 32 lower-case letters and digits, the first by region."""
    digits = call.exchange.tenant.ids.uuid4().replace("-", "")
    return (call.prefix + digits)[:32]


def _progression(call: Call) -> Progression:
    """Return what completes the transaction: what a rule or a person says, else the tenant's choice."""
    if call.progression is not None:
        return call.progression
    kind = call.switch("alibaba.progression")
    return Progression(kind=kind, amount=call.switch("alibaba.progression_amount") if kind in _COUNTED else 0)


def _planned(call: Call) -> tuple[str, str]:
    """Return the SubCode the verification ends with, and the one that follows if that is a pending answer."""
    product = products()[call.parameters["ProductCode"]]
    results_of = catalogue()[INTERACTIVE].results
    authorize = call.flags.get("Authorize") in ON and call.parameters.get("DocType") in operations.MAINLAND
    asked = replace(asked_by(call), authorize=authorize)
    faces_count = results_of["face_mismatch"].code in product.sub_codes
    decided = results_of[operations.verified(asked, compares_faces=faces_count)].code
    wanted = results_of.get(call.wish)
    if wanted is None or wanted.code not in product.sub_codes:
        return decided, decided
    flag = needs(INTERACTIVE).get(wanted.code)
    looked_for = flag is None or call.flags.get(flag) in ON
    return (wanted.code if looked_for else decided), decided


def check_result(call: Call) -> Decision:
    """Answer with the result, once there is one."""
    transaction = _known(call)
    verification = Verification.of(transaction.facts)
    _compare_merchants(call, verification)
    _follow_orders(call, transaction)
    tenant = call.exchange.tenant
    change = tenant.transactions.poll(transaction.id)
    if change is None:  # forgotten between two looks, for a newer one
        refuse(call, "TransactionIdInvalid", evidence={"known": False})
    transaction = change.transaction
    if change.became_ready:
        call.exchange.services.callbacks.wake()
    evidence: dict[str, Any] = {"polls": transaction.polls, "progression": transaction.progression.kind, **call.orders}
    if not transaction.ready:
        refuse(call, "ProcessNotCompleted", evidence=evidence)
    verification = Verification.of(transaction.facts)
    row = table().result(INTERACTIVE, verification.sub_code)
    call.content = results.result(
        verification,
        call.person,
        images=call.flags["IsReturnImage"] in ON,
        video=f"{page_url(verification.base_url, tenant.name, transaction.id)}/video",
        switch=call.switch,
    )
    _serve(call, transaction.id, row)
    return Decision(row, {"state": State.COMPLETED.value, **evidence})


def sample(call: Call) -> Decision | None:
    """The documentation's own example of a result."""
    if call.operation.name != INTERACTIVE or call.orders:
        return None
    found = samples.find(call.parameters["TransactionId"])
    if found is None:
        return None
    call.content = found.content
    if call.exchange.tenant.space.tally(_SAMPLES_CHARGED, call.parameters["TransactionId"]) > 1:
        call.waived = _WAIVED
    return Decision(table().result(INTERACTIVE, found.code), {"sample": found.case})


def check_verify_log(call: Call) -> Decision:
    """Say how far the verification came."""
    transaction = _known(call)
    verification = Verification.of(transaction.facts)
    state = _state(call, transaction)
    if state is State.INTERRUPTED and not verification.interrupted:
        verification = replace(verification, interrupted=LEFT)  # nobody broke it off; time did
    row = call.told or table().result(call.operation.name, _status(transaction, state))
    call.content = results.verify_log(verification, row.code, state)
    return Decision(row, {"state": state.value, **call.orders})


def _status(transaction: Transaction, state: State) -> str:
    if state is State.COMPLETED:
        return "0"
    return "2" if state is State.CREATED and not transaction.polls else "1"


def delete_verify_result(call: Call) -> Decision:
    """Delete pictures, texts or everything, now or after the result was fetched."""
    transaction = _known(call)
    row = call.told or call.operation.results["deleted"]
    if row.meaning == "deleted":
        kind = call.parameters["DeleteType"]
        later = call.flags["DeleteAfterQuery"] in ON

        def edit(facts: Mapping[str, Any]) -> Mapping[str, Any]:
            before = Verification.of(facts)
            if later and not before.served:
                return replace(before, delete_later=kind).to_facts()
            return _without(before, kind).to_facts()

        call.exchange.tenant.transactions.amend(transaction.id, edit)
    call.content = {"TransactionId": transaction.id, "DeleteResult": row.code}
    return Decision(row, {"state": _state(call, transaction).value, **call.orders})


def _known(call: Call) -> Transaction:
    """Return the transaction that is asked about.

    Raises:
        UpstreamRefused: there is none of that id in this account, or it is deleted, or past its days.
    """
    transaction = call.transaction
    if transaction is None or transaction.provider != NAME:
        refuse(call, "TransactionIdInvalid", evidence={"known": False})
    state = _state(call, transaction)
    if state in (State.DELETED, State.EXPIRED):
        _forget(call, transaction.id)
        refuse(call, call.switch("alibaba.expired_transaction"), evidence={"state": state.value})
    return transaction


def _state(call: Call, transaction: Transaction) -> State:
    verification = Verification.of(transaction.facts)
    now = call.exchange.tenant.clock.time()
    return verification.state(transaction.ready_at if transaction.ready else None, now=now, keep=retention(call))


def _forget(call: Call, transaction_id: str) -> None:
    """Keep nothing of a verification but that it was there."""
    call.exchange.tenant.transactions.amend(
        transaction_id,
        lambda facts: Verification(product=facts["product"], sub_code="", deleted=(EVERYTHING,)).to_facts(),
    )


def _without(verification: Verification, kind: str) -> Verification:
    deleted = tuple(dict.fromkeys((*verification.deleted, kind)))
    return replace(verification, deleted=deleted, delete_later="")


def _compare_merchants(call: Call, verification: Verification) -> None:
    same = call.parameters["MerchantBizId"] == verification.merchant
    if not same and call.switch("alibaba.merchant_biz_id") == "compare":
        refuse(call, "InvalidParameter", evidence={"parameter": "MerchantBizId"})


def _follow_orders(call: Call, transaction: Transaction) -> None:
    """Let a rule, or the person a MerchantBizId names, say what this transaction ends with, and when."""
    transactions = call.exchange.tenant.transactions
    if call.progression is not None:
        transactions.reschedule(transaction.id, call.progression)
    row = call.told
    if row is None:
        return
    transactions.amend(transaction.id, lambda facts: replace(Verification.of(facts), sub_code=row.code).to_facts())
    if call.progression is None and transactions.finish(transaction.id):
        call.exchange.services.callbacks.wake()


def _serve(call: Call, transaction_id: str, row: Outcome) -> None:
    """Note that the result was fetched, and charge the verification if it was not charged before."""
    first = [False]

    def edit(facts: Mapping[str, Any]) -> Mapping[str, Any]:
        before = Verification.of(facts)
        # The store may try more than once; the last try is the one that took.
        first[0] = row.billed and not before.charged
        after = replace(before, served=True, charged=before.charged or row.billed)
        if after.delete_later:
            after = _without(after, after.delete_later)
        if row.code == PENDING:
            after = replace(after, sub_code=after.then)
        return after.to_facts()

    call.exchange.tenant.transactions.amend(transaction_id, edit)
    if row.billed and not first[0]:
        call.waived = _WAIVED


DECISIONS: Final[Mapping[str, Callable[[Call], Decision]]] = MappingProxyType(
    {
        "Initialize": initialize,
        INTERACTIVE: check_result,
        "CheckVerifyLog": check_verify_log,
        "DeleteVerifyResult": delete_verify_result,
    }
)
