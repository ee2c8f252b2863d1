"""Loads the shim from a folder as an Agent does that DD_ADDITIONAL_CHECKSD points there, and runs one instance.

    agent_pod.py FOLDER INSTANCE    (the instance as JSON)

Prints what was submitted as JSON.
"""

import json
import os
import sys

os.environ['DDEV_SKIP_GENERIC_TAGS_CHECK'] = '1'
sys.path.insert(0, sys.argv[1])

from datadog_checks.base.stubs import aggregator  # noqa: E402
from torchserve_check import TorchserveCheck  # noqa: E402

check = TorchserveCheck('torchserve_check', {}, [json.loads(sys.argv[2])])
check.check_id = 'torchserve_check:1'
error = check.run()
checks = {name: [stub.status for stub in aggregator.service_checks(name)] for name in aggregator._service_checks}
print(json.dumps({'error': error, 'metrics': len(aggregator.metric_names), 'service_checks': checks}))
