"""Runs gridmgr and says at the end, on the other stream, how many bytes of memory it held at most."""

import resource
import sys

from gridmgr.cli import main

if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    finally:
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, file=sys.stderr)
