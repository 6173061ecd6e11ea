"""``fortnox-assets simulator``: the local Fortnox on a socket."""

from typing import get_args

from rich.console import Console

from fortnox_assets.settings_errors import SettingsError
from fortnox_assets.simulator.sample_companies import Size
from fortnox_assets.simulator.server import run_simulator


def serve_simulator(console: Console, *, host: str, port: int, size: str, seed: int, rate_limit: int) -> None:
    """Serves the sample companies until Ctrl-C; SettingsError for a size nobody knows or a port that is taken."""
    names = get_args(Size)
    if size not in names and not size.isdigit():
        raise SettingsError(f"--size: found {size!r}; allowed: {', '.join(names)}, or vouchers a year as a number")
    volume = int(size) if size.isdigit() else size
    try:
        run_simulator(host=host, port=port, size=volume, seed=seed, rate_limit=rate_limit, announce=console.print)
    except OSError as error:
        raise SettingsError(f"--port: cannot listen on {host}:{port}: {error.strerror}") from None
