"""Kills the process of the shim in mid-run, again and again, while checks run in threads, as the Agent's do.

    shim_kills.py URL KILLS THREADS     (a metrics page that takes its time; the executable: TORCHSERVE_CHECK_BIN)

Each kill comes while at least one run is under way and after every check has finished two runs since the last one: the
first may have been answered before it, the second met it at most, so no run meets two. Prints one JSON object: how many
runs there were, which failed, whose series were not submitted once in each run, and what is left of processes, threads
and open files.
"""

import json
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path

os.environ['DDEV_SKIP_GENERIC_TAGS_CHECK'] = '1'
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / 'plugin/hosts/datadog'))

import torchserve_check
from datadog_checks.base.stubs import aggregator

logging.disable(logging.CRITICAL)
# A run that hangs must show as a failure soon.
INSTANCE = {'timeout': 20, 'min_collection_interval': 20}


class Runner(threading.Thread):
    """One instance, which runs again and again."""

    def __init__(self, name, url):
        super().__init__(name=name)
        instance = {**INSTANCE, 'openmetrics_endpoint': url, 'tags': [f'runner:{name}']}
        self.check = torchserve_check.TorchserveCheck(name='torchserve_check', init_config={}, instances=(instance,))
        self.check.check_id = f'torchserve_check:{name}'
        self.runs = 0
        self.failures = []
        self.ends = False

    def run(self):
        while not self.ends:
            failure = self.check.run()
            if failure:
                self.failures.append(json.loads(failure)[0]['message'])
            self.runs += 1

    @property
    def is_asking(self):
        return self.check._request is not None


submitted = {}
lock = threading.Lock()


def submit_metric(check, check_id, mtype, name, value, tags, hostname, flush_first_value):
    with lock:
        key = (check_id, name, *tags)
        submitted[key] = submitted.get(key, 0) + 1


def wait_until(condition):
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise SystemExit('a run hangs')
        time.sleep(0.001)


def wait_for_runs(runners, count):
    ends = [runner.runs + count for runner in runners]
    wait_until(lambda: all(runner.runs >= end for runner, end in zip(runners, ends, strict=True)))


def look():
    return {'threads': threading.active_count(), 'files': len(os.listdir('/proc/self/fd'))}


def is_alive(pid):
    try:
        return ') Z ' not in Path(f'/proc/{pid}/stat').read_text()
    except OSError:
        return False


def main():
    url, kills, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    aggregator.submit_metric = submit_metric
    before = look()
    runners = [Runner(f'r{number}', url) for number in range(threads)]
    for runner in runners:
        runner.start()
    (plugin,) = wait_for_plugin()
    killed = []
    for _ in range(kills):
        wait_for_runs(runners, 2)
        wait_until(lambda: plugin._process is not None and any(runner.is_asking for runner in runners))
        pid = plugin._process.pid
        os.kill(pid, signal.SIGKILL)
        killed.append(pid)
    wait_for_runs(runners, 2)
    last = plugin._process.pid
    for runner in runners:
        runner.ends = True
    for runner in runners:
        runner.join()
    for runner in runners:
        runner.check.cancel()
    wait_until(lambda: not is_alive(last))
    # The threads of the last process end with it.
    wait_until(lambda: threading.active_count() == before['threads'])
    counts = {runner.name: set() for runner in runners}
    for (check_id, *_), count in submitted.items():
        counts[check_id.removeprefix('torchserve_check:')].add(count)
    print(
        json.dumps(
            {
                'kills': len(set(killed)),
                'runs': sum(runner.runs for runner in runners),
                'failures': [failure for runner in runners for failure in runner.failures],
                'odd': [runner.name for runner in runners if counts[runner.name] != {runner.runs}],
                'left': [pid for pid in [*killed, last] if is_alive(pid)],
                'before': before,
                'after': look(),
            }
        )
    )


def wait_for_plugin():
    wait_until(lambda: len(torchserve_check._plugins) == 1)
    return torchserve_check._plugins.values()


main()
