"""Asks before something is done that cannot be undone."""

import sys

from rich.console import Console
from rich.prompt import Confirm

from fortnox_assets.settings_errors import SettingsError


class DeclinedError(Exception):
    """Somebody said no; nothing was changed."""


def confirm(question: str, *, yes: bool, console: Console) -> None:
    """Goes on after a yes in the terminal, or with ``yes``.

    Raises: SettingsError when there is nobody to ask; DeclinedError.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise SettingsError("there is no terminal to ask in; pass --yes to do what is listed above")
    if not Confirm.ask(question, console=console, default=False):
        raise DeclinedError("nothing was changed")
