"""Runs gridmgr and says at the end, on the other stream, the bytes of memory it held at most and its processor seconds."""

import resource
import sys

from gridmgr.cli import main

if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    finally:
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(used.ru_maxrss * 1024, used.ru_utime + used.ru_stime, file=sys.stderr)
