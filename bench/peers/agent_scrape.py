"""The Agent's OpenMetrics base check for one endpoint: a run for each line on stdin.

    agent_scrape.py CONFIG      (JSON: {"instance": {...}, "metrics": {exposed: name}})

A line is `collect` or `drop`: what becomes of the submissions. `collect` leaves them to the package's own collector, in
the place of the Agent's aggregator; `drop` only counts them. Each run is answered with one JSON line: its seconds and
the number of submissions.
"""

import json
import logging
import os
import sys
import time

# Labels such as hostname are submitted here as they are.
os.environ['DDEV_SKIP_GENERIC_TAGS_CHECK'] = '1'

from datadog_checks.base import OpenMetricsBaseCheckV2  # noqa: E402
from datadog_checks.base.stubs import aggregator  # noqa: E402

logging.disable(logging.CRITICAL)
config = json.loads(sys.argv[1])


class Check(OpenMetricsBaseCheckV2):
    """The base check with the settings of TorchServe."""

    __NAMESPACE__ = 'torchserve.openmetrics'
    DEFAULT_METRIC_LIMIT = 0

    def get_default_config(self):
        return {
            'metrics': [config['metrics']],
            'rename_labels': {'Level': 'level', 'ModelName': 'model_name', 'WorkerName': 'worker_name'},
        }


dropped = 0


def drop(*_args, **_kwargs):
    global dropped
    dropped += 1


collectors = aggregator.submit_metric, aggregator.submit_histogram_bucket
check = Check('torchserve', {}, [config['instance']])
for line in sys.stdin:
    dropped = 0
    aggregator.reset()
    collects = line.strip() == 'collect'
    aggregator.submit_metric, aggregator.submit_histogram_bucket = collectors if collects else (drop, drop)
    start = time.perf_counter()
    failure = check.run()
    seconds = time.perf_counter() - start
    if failure:
        sys.exit(json.loads(failure)[0]['message'])
    collected = sum(len(aggregator.metrics(name)) for name in aggregator.metric_names) if collects else dropped
    print(json.dumps({'seconds': seconds, 'submitted': collected}), flush=True)
