"""A watcher between us and a server: when we are gone, however we went, the server goes too.

Run as `python watch.py COMMAND...` with a pipe as its input. The pipe ends when the process that
holds its other end dies, killed or not, and then the whole process group is ended, what the
server started included. That is why it is no PR_SET_PDEATHSIG: that one reaches no grandchildren,
needs code between fork and exec (unsafe beside threads), and fires already when the *thread* that
started the server ends. It knows nothing of this project, so that it starts in a few
milliseconds.
"""

import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 5.0


def main(command: list[str]) -> None:
    """Run a command until it ends or our input does; exit as the command did."""
    # A handler, not SIG_IGN: the command must not inherit deafness. The group's SIGTERM reaches
    # the command by itself.
    signal.signal(signal.SIGTERM, lambda *_: None)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with, args=(child,), daemon=True).start()
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(0, signal.SIGTERM)
    # The other thread exits this process as soon as the command has ended.
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def _end_with(child: "subprocess.Popen[bytes]") -> None:
    code = child.wait()
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main(sys.argv[1:])
