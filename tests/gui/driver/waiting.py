"""Waiting for something to become true, no longer than a deadline."""

import time

PAUSE_SECS = 0.05


class TooLate(AssertionError):
    """What was waited for did not come."""


def wait_for(what, probe, seconds=20.0, seen=None):
    """Calls `probe` until it returns something true, and returns that.

    `what` names it in the failure; `seen`, where given, tells what was there instead.
    """
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            instead = f"; there was {seen()}" if seen else ""
            raise TooLate(f"after {seconds:.0f} s still not: {what}{instead}")
        time.sleep(PAUSE_SECS)
