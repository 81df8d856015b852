"""A network of its own for the child: one without any interface, so that nothing can be reached.

The kernel gives it to any process together with a user namespace of its own, unless it or the container forbids that.
"""

from __future__ import annotations

import ctypes
import sys

_CLONE_NEWUSER, _CLONE_NEWNET = 0x1000_0000, 0x4000_0000
_PR_SET_NO_NEW_PRIVS = 38
#: The version of `capset` that has 64 capabilities, in two parts.
_CAPABILITIES_V3 = 0x2008_0522


def leave_the_network() -> bool:
    """Whether this process can reach no network from now on. In its own namespace it would be the administrator: it
    gives up those rights, too.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    libc.capset((ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0), (ctypes.c_uint32 * 6)())
    return True
