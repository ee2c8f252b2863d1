"""Measures Python's prometheus_client, patched as the Agent patches it where datadog-checks-base is installed.

    python_client.py prometheus|openmetrics FILE REPETITIONS

Prints one JSON object: bytes, samples, seconds of each repetition, peak resident memory.
"""

import json
import re
import resource
import sys
import time


from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client import parser as prometheus

try:
    from datadog_checks.base.checks.openmetrics import parser_optimizations

    parser_optimizations.apply()
except ImportError:
    pass



def peak_memory():
    """The kernel's high-water mark of this program; `getrusage` would count the process that started it."""
    try:
        with open("/proc/self/status", encoding="utf-8") as status:
            return int(re.search(r"^VmHWM:\s+(\d+) kB$", status.read(), re.MULTILINE)[1]) * 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


parser = {"openmetrics": openmetrics, "prometheus": prometheus}[sys.argv[1]]
with open(sys.argv[2], encoding="utf-8") as file:
    text = file.read()
seconds = []
samples = 0
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    samples = sum(len(family.samples) for family in parser.text_string_to_metric_families(text))
    seconds.append(time.perf_counter() - start)
print(
    json.dumps(
        {
            "bytes": len(text.encode()),
            "samples": samples,
            "seconds": seconds,
            "peak_rss_bytes": peak_memory(),
        }
    )
)
