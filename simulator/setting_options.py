"""The settings as options of a command: every member of `simulator.settings` is a flag of those that start a server."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import click

from simulator.settings import MEMBERS, default_of


def setting_options(*, but: Collection[str] = ()) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that adds a flag per setting, handed on by its member name, ``None`` where it is not given.

    Args:
        but: names of members that the command decides itself.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for member in reversed(MEMBERS):
            if member.name in but:
                continue
            default = default_of(member)
            switch = isinstance(default, bool)
            written = ",".join(map(str, default)) if isinstance(default, tuple) else default
            shown = "" if default is None or switch else f"  [default: {written}]"
            command = click.option(
                member.flag, member.name, is_flag=switch, default=None, metavar=None if switch else "VALUE",
                help=f"{member.help}{shown}",
            )(command)  # fmt: skip
        return command

    return decorate
