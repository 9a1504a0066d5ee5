"""A tenant's clock: look, freeze, set, advance, and back to the machine's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from simulator.admin.reading import check_members
from simulator.admin.route import TENANT, Body, Call, Reply, Route, ref
from simulator.clock import Clock, TenantClock
from simulator.problems import invalid

EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
"""Every provider's date formats, and ours, are good between these."""


def show_clock(call: Call) -> Reply:
    """Tell what time it is for the tenant."""
    return Reply(body=_document(call.tenant.clock, call.services.clock))


def change_clock(call: Call) -> Reply:
    """Set, freeze and advance, in this order; all or nothing."""
    clock = call.tenant.clock
    check_members(call.body, ("set", "freeze", "advance"))
    if not call.body:
        raise invalid("", "at least one of set, freeze, advance")
    to = _moment(call.body, "set")
    freeze = call.body.get("freeze")
    at = None if "freeze" not in call.body or isinstance(freeze, bool) else _moment(call.body, "freeze")
    if to is not None and at is not None:
        raise invalid("/freeze", "true or false, as set names the moment already")
    seconds = _seconds(call.body)
    start = to or at or clock.now()
    try:
        end = start + timedelta(seconds=seconds)
    except OverflowError:
        end = LATEST
    if not EARLIEST <= end < LATEST:
        raise invalid("/advance", "seconds that lead to a moment between 1970 and 2200")
    if to is not None:
        clock.set(to)
    if freeze is False:
        clock.unfreeze()
    elif freeze is not None:
        clock.freeze(at)
    if seconds:
        clock.advance(seconds)
    return Reply(body=_document(clock, call.services.clock))


def reset_clock(call: Call) -> Reply:
    """Follow the machine's clock again."""
    call.tenant.clock.reset()
    return Reply(status=204)


def _document(clock: TenantClock, base: Clock) -> dict[str, Any]:
    state = clock.state
    return {
        "now": clock.now().isoformat().replace("+00:00", "Z"),
        "frozen": state.frozen_at is not None,
        "offset": state.offset if state.frozen_at is None else state.frozen_at - base.time(),
    }


def _moment(body: dict[str, Any], name: str) -> datetime | None:
    if name not in body:
        return None
    want = "a moment between 1970 and 2200 with its offset from UTC, such as 2026-01-01T08:00:00+08:00"
    try:
        moment = datetime.fromisoformat(body[name])
    except (TypeError, ValueError):
        raise invalid(f"/{name}", want) from None
    if moment.tzinfo is None:
        raise invalid(f"/{name}", want)
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise invalid(f"/{name}", want) from None
    if not EARLIEST <= moment < LATEST:
        raise invalid(f"/{name}", want)
    return moment


def _seconds(body: dict[str, Any]) -> float:
    seconds = body.get("advance", 0.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise invalid("/advance", "a number of seconds")
    return float(seconds)


ROUTES: Final = (
    Route(
        method="GET",
        path="/clock",
        name="show_clock",
        about="Tell what time it is for the tenant.",
        view=show_clock,
        group="clock",
        query=(TENANT,),
        answer=ref("Clock"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="PATCH",
        path="/clock",
        name="change_clock",
        about="Set, freeze and advance the clock, in this order; all or nothing.",
        view=change_clock,
        group="clock",
        query=(TENANT,),
        body=Body(
            schema=ref("ClockChange"),
            examples={
                "stand still": {"freeze": True},
                "stand still there": {"freeze": "2026-01-01T08:00:00+08:00"},
                "a day later": {"advance": 86_400},
                "run on from there": {"set": "2026-06-01T00:00:00Z", "freeze": False},
            },
        ),
        answer=ref("Clock"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="DELETE",
        path="/clock",
        name="reset_clock",
        about="Follow the machine's clock again.",
        view=reset_clock,
        group="clock",
        query=(TENANT,),
        status=204,
        problems=("unknown-tenant",),
    ),
)
