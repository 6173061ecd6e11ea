"""``fortnox-assets simulator``: the local Fortnox on a socket."""

from typing import get_args

from rich.console import Console

from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.simulator.sample_companies import Size
from fortnox_assets.simulator.server import run_simulator


def serve_simulator(console: Console, *, host: str, port: int, size: str, seed: int, rate_limit: int) -> None:
    """Serves the sample companies until Ctrl-C; SettingsError for a size nobody knows or a port that is taken."""
    volume = int(size) if size.isdigit() else next((each for each in get_args(Size) if each == size), None)
    if volume is None:
        allowed = ", ".join(get_args(Size))
        raise SettingsError(f"--size: found {size!r}; allowed: {allowed}, or vouchers a year as a number")
    try:
        run_simulator(host=host, port=port, size=volume, seed=seed, rate_limit=rate_limit, announce=console.print)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (")[0]
        raise SettingsError(f"cannot listen on {host}:{port}: {reason}; choose another --host or --port") from None
