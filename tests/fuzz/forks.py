"""Jobs of the attachment child, each in a fork of this process: its libraries are imported once, and a crash is seen.

`python -m tests.fuzz.forks` reads a folder per line and writes how its child ended, as `asyncio` would say it.
"""

from __future__ import annotations

import os
import sys
import traceback

from gateway.attachments.child import __main__ as child


def main() -> None:
    """Until the end of the input."""
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            _job(line.strip())
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _job(folder: str) -> None:
    sys.argv[1:] = [folder]
    code = 1
    try:
        child.main()
        code = 0
    except BaseException:
        with open(f"{folder}/complaints", "w") as file:
            traceback.print_exc(file=file)
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
