"""Runs a program to its end and prints what it took, as one JSON object.

    measure.py STDIN STDOUT PROGRAM [ARGUMENT...]

The clock runs from before the program is started until it has ended. Its memory is `ru_maxrss` of wait4, which counts
the program that started it too: this one stays small (no imports that are not needed), smaller than any that it measures.
"""

import os
import sys
import time

stdin, stdout, *command = sys.argv[1:]
actions = [
    (os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
    (os.POSIX_SPAWN_OPEN, 1, stdout, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
]
start = time.perf_counter()
pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - start
# Kilobytes on Linux, bytes on macOS.
unit = 1 if sys.platform == "darwin" else 1024
print(
    f'{{"seconds": {seconds}, "cpu_seconds": {usage.ru_utime + usage.ru_stime}, '
    f'"peak_bytes": {usage.ru_maxrss * unit}, "status": {os.waitstatus_to_exitcode(status)}}}'
)
