"""How a simulator is set up: frozen, read once, flags before environment before file.

Every member is a flag of ``kyc-sim serve`` (``--journal-entries``), an environment variable
(``KYC_SIM_JOURNAL_ENTRIES``) and a member of the TOML file named by ``--config`` (``entries`` in the table
``[journal]``). The unknown is loud: a variable or member that nobody reads is a mistake, and a mistake stops start-up.

>>> load_settings({"port": 0}, {"KYC_SIM_PORT": "9000", "KYC_SIM_SEED": "mine"})  # doctest: +ELLIPSIS
Settings(host='127.0.0.1', port=0, seed='mine', ...)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from simulator.callbacks import CallbackRules
from simulator.journal import JournalLimits
from simulator.ledger import LedgerLimits

PREFIX: Final = "KYC_SIM_"

OTHER_VARIABLES: Final = frozenset({
    "KYC_SIM_CONFIG", "KYC_SIM_READY_FILE", "KYC_SIM_URL", "KYC_SIM_ADMIN_URL", "KYC_SIM_CREDENTIALS",
})  # fmt: skip
"""Variables of the same prefix that are no settings: what the command reads besides, and what it hands to others."""

HANDED_TO_COMMANDS: Final = re.compile(r"KYC_SIM_(TENCENT|ALIBABA|UPI|MPS|SIGNZY|KYC_CHINA)_[A-Z0-9_]+")
"""What ``kyc-sim run`` tells a command about each provider; the command may start simulators of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole set-up of one simulator.

    Attributes:
        host: address to listen on; anything but loopback needs an ``admin_token``.
        port: TCP port; 0 takes a free one.
        seed: text from which every identifier and generated credential follows.
        admin_token: bearer token that ``/__admin`` asks for; none on loopback by default.
        max_body: longest request body accepted, in bytes; more is answered 413 before any provider sees it. Above every
            provider's own limit, so that theirs is what a client meets.
        grace: seconds that calls under way get to finish when the server is told to stop.
        self_check: compare every provider answer with the provider's own JSON Schema, and fail the call that differs.
        journal: bounds of each tenant's journal.
        ledger: bounds of each tenant's ledger entries.
        callback: where callbacks may be delivered, and when they are tried again.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    seed: str = "kyc-sim"
    admin_token: str | None = field(default=None, repr=False)
    max_body: int = 16 * 1024 * 1024
    grace: float = 5.0
    self_check: bool = False
    journal: JournalLimits = field(default_factory=JournalLimits)
    ledger: LedgerLimits = field(default_factory=LedgerLimits)
    callback: CallbackRules = field(default_factory=CallbackRules)


class SettingsError(ValueError):
    """A setting is not what it may be; names where it was given and what is allowed, never the value.

    Attributes:
        where: the flag, variable or file member.
    """

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text that is not empty")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("a text in UTF-8") from None
    return value


def _token(value: object) -> str:
    token = _text(value)
    if not token.isprintable() or token != token.strip():  # no header carries it as it is
        raise ValueError("a text without control characters, and without spaces around it")
    return token


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        number = int(value) if isinstance(value, str) and re.fullmatch("[0-9]{1,18}", value) else value
        if not isinstance(number, int) or isinstance(number, bool) or not least <= number <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return number

    return read


def _seconds(value: object) -> float:
    number = float(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", value) else value
    if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number <= 3600:
        raise ValueError("seconds from 0 to 3600")
    return float(number)


def _patience(value: object) -> float:
    seconds = _seconds(value)
    if seconds < 0.1:  # a socket that is given no time does not wait at all
        raise ValueError("seconds from 0.1 to 3600")
    return seconds


def _truth(value: object) -> bool:
    found = {"1": True, "true": True, "0": False, "false": False}.get(value) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ValueError("true or false")
    return found


def _hosts(value: object) -> tuple[str, ...]:
    found = _items(value)
    if not all(isinstance(host, str) and re.fullmatch(r"[0-9A-Za-z._:-]{1,253}", host) for host in found):
        raise ValueError("host names or addresses without ports, separated by commas; empty for none")
    return tuple(found)


def _schedule(value: object) -> tuple[float, ...]:
    found = tuple([_seconds(item) for item in _items(value)])
    if not found or list(found) != sorted(found):
        raise ValueError("seconds from 0 to 3600, separated by commas, none smaller than the one before")
    return found


def _items(value: object) -> list[Any]:
    """Return a list as it is, and a text cut at its commas."""
    if isinstance(value, list | tuple):
        return list(value)
    if not isinstance(value, str):
        raise ValueError("a list, or a text with commas")
    return [item.strip() for item in value.split(",") if item.strip()]


class Member(NamedTuple):
    """One setting: its path in `Settings` and in the file, how a value is read, and what it is for."""

    path: str
    read: Callable[[object], Any]
    help: str

    @property
    def name(self) -> str:
        """Return the name as one word: ``journal_entries``."""
        return self.path.replace(".", "_")

    @property
    def flag(self) -> str:
        """Return the command line flag: ``--journal-entries``."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Return the environment variable: ``KYC_SIM_JOURNAL_ENTRIES``."""
        return PREFIX + self.name.upper()


_GIBIBYTE: Final = 1 << 30

MEMBERS: Final = (
    Member("host", _text, "Address to listen on; anything but loopback needs an admin token."),
    Member("port", _whole(0, 65_535), "TCP port; 0 takes a free one."),
    Member("seed", _text, "Text from which every identifier and generated credential follows."),
    Member("admin_token", _token, "Bearer token that /__admin asks for."),
    Member("max_body", _whole(1024, _GIBIBYTE), "Longest request body accepted, in bytes."),
    Member("grace", _seconds, "Seconds that calls under way get to finish when told to stop."),
    Member("self_check", _truth, "Compare every provider answer with the provider's own JSON Schema."),
    Member("journal.entries", _whole(1, 10_000_000), "Calls each tenant's journal keeps."),
    Member("journal.size", _whole(1024, 8 * _GIBIBYTE), "Bytes each tenant's journal keeps."),
    Member("ledger.entries", _whole(1, 10_000_000), "Charges each tenant's ledger keeps."),
    Member("ledger.size", _whole(1024, 8 * _GIBIBYTE), "Bytes each tenant's ledger keeps."),
    Member("callback.hosts", _hosts, "Hosts that callbacks may reach, separated by commas; loopback only by default."),
    Member("callback.schedule", _schedule, "Seconds at which a callback is tried until it is answered 2xx."),
    Member("callback.timeout", _patience, "Seconds the receiver of a callback gets."),
)


def default_of(member: Member) -> object:
    """Return the value a setting has when nobody gives one."""
    return _value(_DEFAULTS, member)


def _value(settings: Settings, member: Member) -> object:
    value: object = settings
    for part in member.path.split("."):
        value = getattr(value, part)
    return value


_DEFAULTS: Final = Settings()


def load_settings(flags: Mapping[str, object], environ: Mapping[str, str], config: Path | None = None) -> Settings:
    """Read the set-up from its three sources.

    Args:
        flags: values by member name (``journal_entries``); ``None`` stands for a flag that was not given.
        environ: the environment; only names that begin with ``KYC_SIM_`` are read.
        config: a TOML file, the weakest source.

    Raises:
        SettingsError: a source holds what nobody reads, or a value that is not allowed.
    """
    given = dict(_from_file(config)) if config is not None else {}
    for variable in environ:
        if not variable.startswith(PREFIX) or variable in _VARIABLES or variable in OTHER_VARIABLES:
            continue
        if HANDED_TO_COMMANDS.fullmatch(variable) is None:
            raise SettingsError(variable, "no such setting; see kyc-sim serve --help")
    for member in MEMBERS:
        if member.variable in environ:
            given[member.path] = (member.variable, environ[member.variable])
        if flags.get(member.name) is not None:
            given[member.path] = (member.flag, flags[member.name])
    parts: dict[str, dict[str, Any]] = {"": {}, "journal": {}, "ledger": {}, "callback": {}}
    for member in MEMBERS:
        if member.path in given:
            where, value = given[member.path]
            group, _, name = member.path.rpartition(".")
            parts[group][name] = _read(member, where, value)
    return Settings(
        **parts[""],
        journal=JournalLimits(**parts["journal"]),
        ledger=LedgerLimits(**parts["ledger"]),
        callback=CallbackRules(**parts["callback"]),
    )


def to_environment(settings: Settings) -> dict[str, str]:
    """Return the set-up as variables that `load_settings` reads back; what is as by default is left out.

    >>> to_environment(Settings(port=0, self_check=True))
    {'KYC_SIM_PORT': '0', 'KYC_SIM_SELF_CHECK': 'true'}
    """
    return {
        member.variable: _written(_value(settings, member))
        for member in MEMBERS
        if _value(settings, member) != default_of(member)
    }


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):  # never in scientific notation, which no setting is read in
        return f"{value:.9f}"
    return ",".join(map(_written, value)) if isinstance(value, tuple) else str(value)


_VARIABLES: Final = frozenset(member.variable for member in MEMBERS)


def _read(member: Member, where: str, value: object) -> Any:
    try:
        return member.read(value)
    except ValueError as problem:
        raise SettingsError(where, str(problem)) from None


def _from_file(config: Path) -> Iterator[tuple[str, tuple[str, object]]]:
    import tomllib  # only who names a file pays for the parser

    try:
        document = tomllib.loads(config.read_text("utf-8"))
    except OSError as problem:
        raise SettingsError(str(config), problem.strerror or "cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SettingsError(str(config), f"not TOML: {problem}") from None
    except RecursionError:
        raise SettingsError(str(config), "nested too deeply") from None
    known = {member.path for member in MEMBERS}
    for path, value in _leaves(document, ""):
        where = f"{config}: {path}"
        if path not in known:
            raise SettingsError(where, "no such setting; see kyc-sim serve --help")
        yield path, (where, value)


def _leaves(document: Mapping[str, object], above: str) -> Iterator[tuple[str, object]]:
    for name, value in document.items():
        path = f"{above}{name}"
        if isinstance(value, dict) and any(member.path.startswith(f"{path}.") for member in MEMBERS):
            yield from _leaves(value, f"{path}.")
        else:
            yield path, value
