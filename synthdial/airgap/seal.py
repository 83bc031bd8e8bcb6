"""What the program does at its start so that nothing in it reaches a network, whatever a dependency would do."""

import os

from synthdial.airgap.filter import REFUSE, install

QUIET = {
    "DO_NOT_TRACK": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Variables by which libraries are told to keep quiet: those that ours can load, were they installed beside them."""

UNWANTED = ("TEXTUAL", "TEXTUAL_LOG", "TEXTUAL_SCREENSHOT")
"""Variables by which Textual would connect to a console of developers, or write what is on the screen elsewhere."""

LOG = "SYNTHDIAL_NETWORK_LOG"
"""Names the file of `synthdial.airgap.hook` while ``doctor --air-gap`` watches; it then answers for the kernel."""

_state = {"sealed": False, "tcp": False}


def quieten() -> None:
    """Tell libraries to keep quiet, in this process and all that it starts."""
    os.environ.update(QUIET)
    for name in UNWANTED:
        os.environ.pop(name, None)


def seal(*, tcp: bool = False) -> bool:
    """Close the network off, for this process and all that it starts, for as long as they live.

    On Linux the kernel refuses every socket but those between processes of this machine; on other systems the program
    opens none all the same, which ``doctor --air-gap`` checks.

    Parameters
    ----------
    tcp : bool
        Leave one thing open: TCP connections that this process makes itself. That is for the one option that asks for a
        cluster; `close_tcp` closes it.

    Returns
    -------
    bool
        Whether the kernel refuses them from now on.
    """
    quieten()
    if LOG in os.environ or _state["sealed"]:
        return _state["sealed"]
    try:
        if tcp:
            install(REFUSE, tcp=True)
        else:
            install(REFUSE)
    except OSError:
        return False
    _state["tcp"], _state["sealed"] = tcp, not tcp
    return True


def close_tcp() -> None:
    """Close what `seal` left open, if it did: nobody asked for a cluster after all."""
    if _state["tcp"]:
        seal()


def is_sealed() -> bool:
    """Whether `seal` has closed the network off in this process."""
    return _state["sealed"]
