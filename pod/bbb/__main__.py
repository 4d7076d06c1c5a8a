"""`python -m pod.bbb`: the work is in `pod.bbb.command`."""

from __future__ import annotations

import sys

from pod.bbb.leaving import leave_when_interrupted

if __name__ == "__main__":
    loaded = leave_when_interrupted("pod.bbb: interrupted before anything was begun")
    from pod.bbb.command import main

    sys.exit(main(loaded=loaded))
