"""The Agent's part for the shim `torchserve_check.py`: checks on the Agent's own runtime, driven by JSON lines.

    shim_host.py CACHE START    (the folder that stands for the Agent's persistent cache; the Agent's start in seconds)

Requests, one a line on stdin; `check` is a name of the caller's:
    {"op": "create", "check": KEY, "instance": {...}, "init_config": {...}}
    {"op": "run", "check": KEY, "cancel_after": seconds or null}
    {"op": "cancel", "check": KEY}      as the Agent does where an instance is unscheduled
    {"op": "candidates", "service": {...}}
    {"op": "discover", "service": {...}}
    {"op": "configure", "config": {...}}    what the Agent's own configuration says
    {"op": "look"}                      which children, threads and open files this process has
Replies, in order, one a line on stdout: `error` where it raised; of `run` what was submitted and logged.
"""

import json
import logging
import os
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path

os.environ['DDEV_SKIP_GENERIC_TAGS_CHECK'] = '1'

from agent_check import Recorder, run
from datadog_checks.base.stubs import datadog_agent

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / 'plugin/hosts/datadog'))

import torchserve_check  # noqa: E402

# A test may want reports in small parts.
torchserve_check.MAX_MESSAGE_BYTES = int(os.environ.get('SHIM_MESSAGE_BYTES', torchserve_check.MAX_MESSAGE_BYTES))

Port = namedtuple('Port', 'number name')
Service = namedtuple('Service', 'id host ports')


class FileCache:
    """Files in a folder, as the Agent's persistent cache has them."""

    def __init__(self, folder):
        self.folder = Path(folder)
        datadog_agent.read_persistent_cache = self.read
        datadog_agent.write_persistent_cache = self.write

    def path(self, key):
        return self.folder / ''.join(c for c in key if c.isalnum() or c in '_-')

    def read(self, key):
        path = self.path(key)
        return path.read_text() if path.exists() else ''

    def write(self, key, value):
        self.path(key).write_text(value)


class StrictRecorder(Recorder):
    """Refuses what the Agent's own stub refuses, and what a C function would."""

    def metric(self, check, check_id, mtype, name, value, tags, hostname, flush_first_value):
        assert isinstance(value, (int, float)) and isinstance(tags, list) and isinstance(hostname, str)
        assert check.check_id == check_id
        super().metric(check, check_id, mtype, name, value, tags, hostname, flush_first_value)

    def service_check(self, check, check_id, name, status, tags, hostname, message):
        if status == 0 and message:
            raise Exception('Expected empty message on OK service check')
        super().service_check(check, check_id, name, status, tags, hostname, message)


class Records(logging.Handler):
    """What was logged since it was asked last."""

    def __init__(self):
        super().__init__()
        self.lines = []

    def emit(self, record):
        self.lines.append(f'{record.levelname} {record.getMessage()}')

    def take(self):
        lines, self.lines = self.lines, []
        return lines


class Host:
    def __init__(self, cache, start_time):
        FileCache(cache)
        self.start_time = start_time
        self.config = {}
        datadog_agent.get_config = lambda name: self.config.get(name, '')
        self.recorder = StrictRecorder()
        self.records = Records()
        self.checks = {}
        logging.disable(logging.NOTSET)
        logging.getLogger().addHandler(self.records)
        logging.getLogger().setLevel(logging.INFO)

    def create(self, request):
        # As the Agent does: keywords, a tuple of one, the check_id afterwards.
        check = torchserve_check.TorchserveCheck(
            name='torchserve_check', init_config=request.get('init_config', {}), instances=(request['instance'],)
        )
        check.check_id = f'torchserve_check:{request["check"]}'
        self.checks[request['check']] = check
        return {'error': None}

    def run(self, request):
        check = self.checks[request['check']]
        after = request.get('cancel_after')
        if after is not None:
            threading.Timer(after, check.cancel).start()
        started = time.monotonic()
        result = run(self.recorder, check, self.start_time)
        seconds = time.monotonic() - started
        return {**result, 'warnings': check.get_warnings(), 'log': self.records.take(), 'seconds': seconds}

    def cancel(self, request):
        self.checks.pop(request['check']).cancel()
        return {'error': None}

    def candidates(self, request):
        service = request['service']
        ports = tuple(Port(port['number'], port.get('name', '')) for port in service['ports'])
        configs = torchserve_check.TorchserveCheck.generate_configs(Service(service['id'], service['host'], ports))
        return {'error': None, 'configs': list(configs)}

    def discover(self, request):
        found = torchserve_check.TorchserveCheck.discover_config(json.dumps(request['service']))
        return {'error': None, 'configs': json.loads(found)}

    def configure(self, request):
        self.config = request['config']
        return {'error': None}

    def look(self, _request):
        children = []
        for task in Path('/proc/self/task').iterdir():
            children += (task / 'children').read_text().split()
        threads = [thread.name for thread in threading.enumerate()]
        return {
            'error': None,
            'children': sorted({int(pid) for pid in children}),
            'threads': sorted(threads),
            'files': len(os.listdir('/proc/self/fd')),
            'log': self.records.take(),
        }


def main():
    replies = sys.stdout
    sys.stdout = sys.stderr
    host = Host(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            reply = getattr(host, request['op'])(request)
        except Exception as error:
            reply = {'error': f'{type(error).__name__}: {error}'}
        replies.write(json.dumps(reply) + '\n')
        replies.flush()


main()
