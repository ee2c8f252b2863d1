"""The Agent's OpenMetrics base check and the shim `torchserve_check.py` in one process: a run for each line on stdin.

    shim_scrape.py CONFIG       (JSON: {"instance": {...}, "metrics": {exposed: name}}; TORCHSERVE_CHECK_BIN is set)

A line is `native` or `shim`: whose turn it is. The aggregator only copies the tags of what is submitted, as the Agent's
C function does. Each run is answered with one JSON line: its seconds, the processor seconds of this process, and the
number of submissions.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

# Labels such as hostname are submitted here as they are.
os.environ['DDEV_SKIP_GENERIC_TAGS_CHECK'] = '1'
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / 'plugin/hosts/datadog'))

from datadog_checks.base import OpenMetricsBaseCheckV2
from datadog_checks.base.stubs import aggregator
from torchserve_check import TorchserveCheck

logging.disable(logging.CRITICAL)
config = json.loads(sys.argv[1])


class Native(OpenMetricsBaseCheckV2):
    """The base check with the settings of TorchServe."""

    __NAMESPACE__ = 'torchserve.openmetrics'
    DEFAULT_METRIC_LIMIT = 0

    def get_default_config(self):
        return {
            'metrics': [config['metrics']],
            'rename_labels': {'Level': 'level', 'ModelName': 'model_name', 'WorkerName': 'worker_name'},
        }


submitted = 0


def copy(check, check_id, mtype, name, value, tags, hostname, flush_first_value):
    global submitted
    submitted += 1
    tuple(tags)


aggregator.submit_metric = copy
kinds = {'native': Native, 'shim': TorchserveCheck}
checks = {}
for line in sys.stdin:
    kind = line.strip()
    if kind not in checks:
        checks[kind] = kinds[kind]('torchserve_check', {}, [config['instance']])
        checks[kind].check_id = f'torchserve_check:{kind}'
    aggregator.reset()
    submitted = 0
    cpu = time.process_time()
    start = time.perf_counter()
    failure = checks[kind].run()
    seconds = time.perf_counter() - start
    cpu = time.process_time() - cpu
    if failure:
        sys.exit(json.loads(failure)[0]['message'])
    print(json.dumps({'seconds': seconds, 'cpu_seconds': cpu, 'submitted': submitted}), flush=True)
