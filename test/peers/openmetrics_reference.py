"""The reference's reading of metric texts: a JSON string a line in, its families as JSON a line out.

Takes the format, `openmetrics` or `prometheus`, as argument. Needs datadog-checks-base and prometheus_client.
"""

import json
import sys

from datadog_checks.base.checks.openmetrics import parser_optimizations
from prometheus_client.openmetrics.parser import text_fd_to_metric_families as openmetrics
from prometheus_client.parser import text_fd_to_metric_families as prometheus

parser_optimizations.apply()


def lines(text):
    """The lines of a text with their line feeds, as a file has them; nothing else separates lines."""
    parts = text.split("\n")
    last = parts.pop()
    return [part + "\n" for part in parts] + ([last] if last else [])


def read(parse, text):
    families = []
    try:
        for family in parse(lines(text)):
            samples = [
                [
                    sample.name,
                    list(sample.labels.items()),
                    repr(float(sample.value)),
                    None if sample.timestamp is None else repr(float(sample.timestamp)),
                ]
                for sample in family.samples
            ]
            families.append([family.name, family.type, family.documentation, family.unit, samples])
    except Exception as error:  # The reference raises more than ValueError for odd text.
        return {"families": families, "error": f"{type(error).__name__}: {error}"}
    return {"families": families, "error": None}


PARSE = {"openmetrics": openmetrics, "prometheus": prometheus}[sys.argv[1]]
for line in sys.stdin:
    print(json.dumps(read(PARSE, json.loads(line))), flush=True)
