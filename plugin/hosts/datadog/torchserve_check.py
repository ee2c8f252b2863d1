"""TorchServe in the Datadog Agent, by the executable torchserve-check.

The Agent runs this check as it runs every other: one object for each instance, a call of `run()` whenever the instance
is due, from several threads. The work is done by one process of torchserve-check that all instances of an Agent share:
it is started with the first run and gets a request for each run over its stdin, as JSON-RPC 2.0 (docs/protocol.md of
torchserve-check). What it reports is submitted to the Agent's aggregator directly: namespaces, filters, limits and
generic tags have been applied by then.

    init_config:
      binary: /opt/torchserve-check/bin/torchserve-check    # only where it is at another place
    instances:
      - openmetrics_endpoint: http://localhost:8082/metrics

Only the standard library and the Agent's own base package are used. Python 3.11 or later.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import json
import logging
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import weakref
from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from datadog_checks.base import AgentCheck, ConfigurationError, is_affirmative

try:
    import aggregator  # type: ignore[import-not-found]
    import datadog_agent  # type: ignore[import-not-found]
except ImportError:  # Outside of an Agent the base package has stand-ins.
    from datadog_checks.base.stubs import aggregator, datadog_agent

__version__ = '0.1.0'

PROTOCOL_VERSION = 1
PROGRAM = 'torchserve-check'
BINARY_VARIABLE = 'TORCHSERVE_CHECK_BIN'
ENDPOINT_OPTIONS = ('openmetrics_endpoint', 'inference_api_url', 'management_api_url', 'metrics_log')
FILTER_OPTIONS = ('include', 'exclude', 'limit')
# Options that the Agent, its base package or this file act on; torchserve-check does not know them.
HOST_OPTIONS = frozenset(
    (
        'binary',
        'debug_metrics',
        'process_isolation',
        'profile_memory',
        'run_once',
        'set_breakpoint',
        'use_agent_proxy',
        '__memory_profiling_tags',
    )
)

DEFAULT_INTERVAL_SECONDS = 15.0
DEFAULT_TIMEOUT_SECONDS = 10.0
MAX_RUN_SECONDS = 86_400.0
# What a process has to answer its first request: the first start after a boot reads the whole file from disk.
START_SECONDS = 20.0
# What a run that was cancelled has to end, before its process is killed.
CANCEL_SECONDS = 2.0
# What a process has to end once its stdin is closed.
CLOSE_SECONDS = 5.0
# A process that lived as long was well: its death is the first of a row.
GOOD_SECONDS = 60.0
MAX_BACK_OFF_SECONDS = 60.0

# A pipe gives no more at once.
READ_BYTES = 65_536
# Reports come in parts of at most as much: what is decoded of a line takes several times its memory, for a moment.
MAX_MESSAGE_BYTES = 1024 * 1024
# No part of a report is as long. What does not end until there is no message of ours.
MAX_LINE_BYTES = 256 * 1024 * 1024
MAX_STRAY_LINES = 100
LAST_WORDS_BYTES = 4_096
EXCERPT_CHARACTERS = 200

# The protocol's error for a run that `$/cancel` ended.
CANCELLED = -32800

_REPLY = re.compile(rb'\{"jsonrpc":"2\.0","id":(\d+),')
_PART = re.compile(rb'\{"jsonrpc":"2\.0","method":"report",')
_TYPES = {
    'gauge': aggregator.GAUGE,
    'rate': aggregator.RATE,
    'count': aggregator.COUNT,
    'monotonic_count': aggregator.MONOTONIC_COUNT,
    'histogram': aggregator.HISTOGRAM,
    'historate': aggregator.HISTORATE,
    # The Agent has no such type for checks.
    'distribution': aggregator.HISTOGRAM,
}
_LOG_LEVELS = {'debug': logging.DEBUG, 'info': logging.INFO, 'warning': logging.WARNING, 'error': logging.ERROR}

_log = logging.getLogger(__name__)

# What is submitted of a metric: type, name, value, tags, hostname, flush_first_value.
Row = tuple[int, str, float, list[str], str, bool]


class PluginError(Exception):
    """torchserve-check cannot do its work, or its target is down: what happened, and what to do."""


class ProcessEndedError(PluginError):
    """The process ended before it answered."""


class RpcError(PluginError):
    """An answer that is an error of the protocol."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f'{PROGRAM} refused a request: {message} ({code})')
        self.code = code


class Report:
    """A report that comes in parts, put together: lists grow, mappings merge at every level (docs/protocol.md)."""

    def __init__(self) -> None:
        self.whole: dict[str, Any] = {}
        # JSON makes a string of its own of each occurrence of a tag: the lists get one for all.
        self._tags: dict[str, str] = {}

    def add(self, part: dict[str, Any]) -> None:
        """Takes the next part over."""
        series = part.get('series')
        if isinstance(series, dict):
            shared = self._tags
            for tags in series.get('tags', ()):
                for index, tag in enumerate(tags):
                    tags[index] = shared.setdefault(tag, tag)
        self._merge(self.whole, part)

    def _merge(self, into: dict[str, Any], part: dict[str, Any]) -> None:
        for name, value in part.items():
            before = into.get(name)
            if isinstance(before, list) and isinstance(value, list):
                before.extend(value)
            elif isinstance(before, dict) and isinstance(value, dict):
                self._merge(before, value)
            else:
                into[name] = value


class Request:
    """A request that was sent, until it is answered."""

    __slots__ = ('id', 'line', 'on_series', 'report', 'woken')

    def __init__(self, request_id: int, on_series: Callable[[], None] | None) -> None:
        self.id = request_id
        self.line: bytearray | None = None
        self.report = Report()
        # Told when the answer has another table of series, before it is decoded.
        self.on_series = on_series
        # Set by the answer, by the end of the process, and by who does not want to wait any longer.
        self.woken = threading.Event()


class Process:
    """One process of torchserve-check, and the three threads that serve its pipes.

    Whoever asks never blocks on a pipe: lines are written by one thread, and read by another one that only cuts them
    and wakes who waits. All fields but `served` belong to this class.
    """

    _serials = itertools.count(1)

    def __init__(self, path: str) -> None:
        """Starts it.

        Raises:
            PluginError: the file is no program that this machine can run.
        """
        self.path = path
        self.serial = next(self._serials)
        # Whether it has answered a run.
        self.served = False
        self.started = time.monotonic()
        # How it ended; None while it runs.
        self.end: str | None = None
        self._ids = itertools.count(1)
        self._requests: dict[int, Request] = {}
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._last_words = b''
        self._stray_lines = 0
        self._why_killed = ''
        try:
            self._process = subprocess.Popen(
                [path],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                creationflags=getattr(subprocess, 'CREATE_NO_WINDOW', 0),
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise PluginError(f'{path} cannot be started: {reason}. Is it the build for this machine?') from None
        self.pid = self._process.pid
        self._errors = self._thread('stderr', self._drain_stderr)
        self._thread('stdin', self._write)
        self._thread('stdout', self._read)

    def send(
        self, method: str, params: Mapping[str, Any], on_series: Callable[[], None] | None = None
    ) -> Request:
        """Sends a request; returns at once.

        Args:
            on_series: is told, by another thread, when the answer has another table of series, before it is decoded.

        Raises:
            ConfigurationError: the params cannot be written as JSON.
        """
        request = Request(next(self._ids), on_series)
        line = _json_line({'jsonrpc': '2.0', 'id': request.id, 'method': method, 'params': params})
        self._requests[request.id] = request
        self._outbox.put(line)
        return request

    def receive(self, request: Request, seconds: float) -> Any:
        """Waits for the result of a request; None when it is not there in time, or when somebody woke us.

        Raises:
            ProcessEndedError: it will never come.
            RpcError: the answer is an error.
        """
        # The process may have ended before the request was known to the thread that tells its end.
        if self.end is None:
            request.woken.wait(seconds)
        if request.line is not None:
            # Nothing of a report is there twice for longer than it must.
            text = request.line.decode('utf-8', 'replace')
            request.line = None
            request.report.add(self._result(text))
            return request.report.whole
        if self.end is not None:
            raise ProcessEndedError(f'{self.path} (pid {self.pid}) {self.end}')
        return None

    def call(self, method: str, params: Mapping[str, Any], seconds: float) -> Any:
        """Sends a request and waits for its result.

        Raises:
            PluginError: there is none in time, or one of the errors of `receive`.
        """
        request = self.send(method, params)
        try:
            result = self.receive(request, seconds)
        finally:
            self.forget(request)
        if result is None:
            raise PluginError(f'{self.path} did not answer "{method}" within {seconds:g} s')
        return result

    def cancel(self, request: Request) -> None:
        """Asks to end a request; it is answered all the same."""
        self._outbox.put(_json_line({'jsonrpc': '2.0', 'method': '$/cancel', 'params': {'id': request.id}}))

    def forget(self, request: Request) -> None:
        """An answer that comes later is thrown away."""
        self._requests.pop(request.id, None)

    def close(self) -> None:
        """Closes its stdin, which ends it; returns at once."""
        self._outbox.put(None)

    def kill(self, why: str) -> None:
        """Kills it. `why` is told with its end."""
        self._why_killed = self._why_killed or why
        with contextlib.suppress(OSError):
            self._process.kill()

    def _thread(self, what: str, target: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=target, name=f'{PROGRAM} {what}', daemon=True)
        thread.start()
        return thread

    def _result(self, text: str) -> Any:
        try:
            reply = json.loads(text)
        except ValueError:
            reply = None
        if isinstance(reply, dict):
            if isinstance(reply.get('result'), dict):
                return reply['result']
            error = reply.get('error')
            if isinstance(error, dict):
                raise RpcError(error.get('code', 0), str(error.get('message')))
        excerpt = _excerpt(text)
        self.kill('it does not speak our protocol')
        raise PluginError(f'{self.path} is no {PROGRAM}, or another version of it: it answers {excerpt}')

    def _write(self) -> None:
        """The thread that writes to its stdin."""
        if hasattr(signal, 'pthread_sigmask'):
            # A write to a process that died must be an error, whatever the host does with this signal.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPIPE})
        stdin = self._process.stdin
        assert stdin is not None
        while (line := self._outbox.get()) is not None:
            rest = memoryview(line)
            try:
                while rest:
                    rest = rest[os.write(stdin.fileno(), rest) :]
            except OSError:
                break  # It died: the thread that reads tells.
        with contextlib.suppress(OSError):
            stdin.close()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill(f'it did not end within {CLOSE_SECONDS:g} s')

    def _read(self) -> None:
        """The thread that reads its stdout, and tells when it ends."""
        stdout = self._process.stdout
        assert stdout is not None
        # Grows in place, since nothing is allocated beside it, and is handed over as it is.
        line = bytearray()
        buffer = bytearray(READ_BYTES)
        view = memoryview(buffer)
        while count := _read_into(stdout, view):
            start = 0
            while (end := buffer.find(b'\n', start, count)) >= 0:
                line += view[start:end]
                self._take(line)
                line = bytearray()
                start = end + 1
            line += view[start:count]
            if len(line) > MAX_LINE_BYTES:
                self.kill(f'it wrote a line of more than {MAX_LINE_BYTES} bytes')
                line = bytearray()
        stdout.close()
        try:
            status = self._process.wait(CANCEL_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill('it closed its stdout')
            status = self._process.wait()
        self._errors.join(1.0)
        self.end = self._end_text(status)
        self._outbox.put(None)
        for request in list(self._requests.values()):
            request.woken.set()

    def _drain_stderr(self) -> None:
        """The thread that keeps what it wrote to stderr last."""
        stderr = self._process.stderr
        assert stderr is not None
        while chunk := _read_some(stderr.fileno()):
            self._last_words = (self._last_words + chunk)[-LAST_WORDS_BYTES:]
        stderr.close()

    def _take(self, line: bytearray) -> None:
        found = _REPLY.match(line)
        if found is not None:
            request = self._requests.pop(int(found[1]), None)
            if request is not None:
                self._tell_series(request, line)
                request.line = line
                request.woken.set()
            return
        if _PART.match(line) is not None:
            self._take_part(line)
            return
        if not line.strip():
            return
        try:
            message = json.loads(line)
            method, params = message.get('method'), message.get('params')
        except (ValueError, AttributeError):
            self._stray(line)
            return
        if method == 'log' and isinstance(params, dict):
            level = _LOG_LEVELS.get(params.get('level', ''), logging.INFO)
            _log_of(params.get('check_id')).log(level, '%s', params.get('message'))

    def _take_part(self, line: bytearray) -> None:
        try:
            params = json.loads(line)['params']
            request, part = self._requests.get(params['id']), params['part']
            if request is not None:
                self._tell_series(request, line)
                request.report.add(part)
        except (ValueError, TypeError, KeyError, AttributeError):
            self._stray(line)

    @staticmethod
    def _tell_series(request: Request, line: bytearray) -> None:
        if request.on_series is not None and b'"series":{' in line[:EXCERPT_CHARACTERS]:
            request.on_series()

    def _stray(self, line: bytearray) -> None:
        self._stray_lines += 1
        if self._stray_lines == 1:
            _log.warning('%s wrote a line that is no message: %s', self.path, _excerpt(line.decode('utf-8', 'replace')))
        if self._stray_lines == MAX_STRAY_LINES:
            self.kill(f'it wrote {MAX_STRAY_LINES} lines that are no messages')

    def _end_text(self, status: int) -> str:
        if self._why_killed:
            text = f'was killed: {self._why_killed}'
        elif status < 0:
            try:
                text = f'was killed by {signal.Signals(-status).name}'
            except ValueError:
                text = f'was killed by signal {-status}'
        else:
            text = f'ended with status {status}'
        words = ' | '.join(self._last_words.decode('utf-8', 'replace').split('\n')).strip(' |')
        return f'{text}; its last words: {words}' if words else text


class Plugin:
    """The process of one executable for all checks that use it: started when it is needed, again when it died."""

    def __init__(self, path: str) -> None:
        self.path = path
        # Held while a process starts: the others wait for it.
        self._starting = threading.Lock()
        # Held for moments only. Finalizers of checks take it, and they run wherever memory is collected.
        self._lock = threading.RLock()
        self._users: set[object] = set()
        self._process: Process | None = None
        self._deaths = 0
        self._not_before = 0.0

    def process(self, user: object, log: Any) -> Process:
        """The process that runs, or a new one. It is kept for `user` until its `release`.

        Raises:
            PluginError: it cannot start, or it died so often that the next start waits.
        """
        with self._starting:
            with self._lock:
                self._users.add(user)
                process = self._process
            if process is not None:
                if process.end is None:
                    return process
                self.mourn(process, log)
            self._wait_for_next_start()
            process = Process(self.path)
            with self._lock:
                self._process = process
            try:
                self._greet(process)
            except PluginError as error:
                process.kill(str(error))
                process.close()
                self.mourn(process, log, str(error))
                raise
            log.debug('%s runs as process %s', self.path, process.pid)
            with self._lock:
                if not self._users:  # The last one has gone meanwhile.
                    self._close()
            return process

    def mourn(self, process: Process, log: Any, how: str | None = None) -> None:
        """Tells that a process died, once, and when the next one may start."""
        with self._lock:
            if self._process is not process:
                return
            self._process = None
            if process.served or time.monotonic() - process.started >= GOOD_SECONDS:
                self._deaths = 0
            self._deaths += 1
            seconds = 0.0 if self._deaths == 1 else min(MAX_BACK_OFF_SECONDS, 2.0 ** (self._deaths - 2))
            self._not_before = time.monotonic() + seconds
        again = f'in {seconds:g} s at the earliest' if seconds else 'at once'
        what = how or f'{self.path} (pid {process.pid}) {process.end}'
        log.error('%s. It is started again %s', what, again)

    def release(self, user: object) -> None:
        """Without users it ends."""
        with self._lock:
            self._users.discard(user)
            if not self._users:
                self._close()

    def _close(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close()

    def _wait_for_next_start(self) -> None:
        seconds = self._not_before - time.monotonic()
        if seconds > 0:
            raise PluginError(
                f'{self.path} died {self._deaths} times in a row (the log says how): it is started again in '
                f'{seconds:.0f} s at the earliest'
            )

    def _greet(self, process: Process) -> None:
        host: dict[str, Any] = {'name': 'datadog-agent', 'version': str(datadog_agent.get_version())}
        start_time = getattr(datadog_agent, 'get_process_start_time', None)
        if start_time is not None:
            host['start_time'] = start_time()
        params = {
            'protocol_version': PROTOCOL_VERSION,
            'host': host,
            'capabilities': {'reports': 'series'},
            'max_message_bytes': MAX_MESSAGE_BYTES,
        }
        version = process.call('initialize', params, START_SECONDS).get('protocol_version')
        if version != PROTOCOL_VERSION:
            raise PluginError(
                f'{self.path} speaks version {version!r} of the protocol, {__file__} version {PROTOCOL_VERSION}: '
                'install the two of the same release (torchserve-check install datadog)'
            )


class Series:
    """The metrics of an instance without their values, in columns: kept from run to run while they stay the same."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.id: str = table['id']
        self.types: list[int] = []
        self.names: list[str] = []
        self.tags: list[list[str]] = []
        self.hostnames: list[str] = []
        self.flush_first_values: list[bool] = []
        tag_sets: list[list[str]] = table['tags']
        hostnames = table['hostnames']
        for family in table['families']:
            indexes = family['tags']
            count = len(indexes)
            hostname = hostnames[family['hostname']] if 'hostname' in family else ''
            self.types.extend(itertools.repeat(_TYPES[family['type']], count))
            self.names.extend(itertools.repeat(family['name'], count))
            self.tags.extend(map(tag_sets.__getitem__, indexes))
            self.hostnames.extend(itertools.repeat(hostname, count))
            self.flush_first_values.extend(itertools.repeat(bool(family.get('flush_first_value')), count))

    def rows(self, values: array[float]) -> Iterable[Row]:
        """The metrics, with a value for each."""
        return zip(self.types, self.names, values, self.tags, self.hostnames, self.flush_first_values, strict=True)


class TorchserveCheck(AgentCheck):  # type: ignore[no-untyped-call]
    """One instance of TorchServe that the Agent watches."""

    def __init__(self, name: str, init_config: dict[str, Any], instances: list[dict[str, Any]]) -> None:
        super().__init__(name, init_config, instances)
        # Between run() and cancel(), which comes from another thread.
        self._lock = threading.Lock()
        self._is_cancelled = False
        self._is_running = False
        self._request: Request | None = None
        self._user = object()
        self._plugin: Plugin | None = None
        self._leave_plugin: Callable[[], object] | None = None
        # The process that knows what the last run left, by its serial.
        self._known_to = 0
        self._state: str | None = None
        self._state_key: str | None = None
        self._series: Series | None = None
        self._said: set[str] = set()

    def persistent_cache_id(self) -> str:
        """What is remembered is of an endpoint and what is asked of it: other options may change."""
        options = {name: self.instance.get(name) for name in (*ENDPOINT_OPTIONS, *FILTER_OPTIONS)}
        return hashlib.sha256(json.dumps(options, sort_keys=True, default=str).encode()).hexdigest()[:32]

    def check(self, instance: dict[str, Any]) -> None:
        """Has torchserve-check run the instance, and submits what it reports.

        Raises:
            ConfigurationError: the instance is configured wrongly, or there is no torchserve-check.
            PluginError: the target is down, or torchserve-check is.
        """
        with self._lock:
            if self._is_cancelled:
                return
            self._is_running = True
        try:
            report = self._report(instance)
        finally:
            with self._lock:
                self._is_running = False
                is_cancelled = self._is_cancelled
            if is_cancelled:
                self._leave()
        if report is not None and not is_cancelled:
            self._submit(report)

    def cancel(self) -> None:
        """The Agent unschedules the instance. Does not block."""
        with self._lock:
            self._is_cancelled = True
            is_running, request = self._is_running, self._request
        if request is not None:
            request.woken.set()
        if not is_running:
            self._leave()

    @classmethod
    def generate_configs(cls, service: Any) -> Iterable[dict[str, Any]]:
        """Configurations to try on a service that the Agent has found (`discovery/candidates`)."""
        ports = [{'number': port.number, 'name': str(port.name)} for port in service.ports]
        # A plain str: the Agent's own type of addresses writes itself with brackets.
        params = {'service': {'id': str(service.id), 'host': str(service.host), 'ports': ports}}
        plugin = _plugin(find_binary({}))
        user = object()
        try:
            result = plugin.process(user, _log).call('discovery/candidates', params, DEFAULT_TIMEOUT_SECONDS)
        finally:
            plugin.release(user)
        return [{'init_config': {}, 'instances': [instance]} for instance in result['instances']]

    def _report(self, instance: dict[str, Any]) -> dict[str, Any] | None:
        """What a run reports; None when it was cancelled. A run whose process dies is repeated once."""
        plugin = self._plugin or self._join()
        for is_last in (False, True):
            process = plugin.process(self._user, self.log)
            try:
                report = self._run(process, instance)
            except ProcessEndedError:
                plugin.mourn(process, self.log)
                if is_last:
                    raise
                continue
            process.served = process.served or report is not None
            return report
        return None

    def _join(self) -> Plugin:
        """What comes before the first run. Here, since only now this object has its `check_id`."""
        plugin = _plugin(find_binary(self.init_config or {}))
        leave = weakref.finalize(self, plugin.release, self._user)
        leave.atexit = False
        self._plugin, self._leave_plugin = plugin, leave
        _checks[self.check_id] = self
        self._load_state()
        return plugin

    def _run(self, process: Process, instance: dict[str, Any]) -> dict[str, Any] | None:
        """One run on one process; None when it was cancelled."""
        seconds = self._run_seconds()
        request = process.send('check/run', self._params(process, instance, seconds), self._make_room)
        with self._lock:
            self._request = request
            if self._is_cancelled:
                request.woken.set()
        try:
            report: dict[str, Any] | None = process.receive(request, seconds)
            if report is None:
                process.cancel(request)
                if self._is_cancelled:
                    return None
                report = process.receive(request, CANCEL_SECONDS)
                if report is None and self._is_cancelled:
                    return None
        except RpcError as error:
            if error.code == CANCELLED:
                raise PluginError(_too_long(seconds)) from None
            raise
        finally:
            with self._lock:
                self._request = None
            process.forget(request)
        if report is None:
            process.kill(f'a run did not end within {CANCEL_SECONDS:g} s after it was cancelled')
            raise PluginError(f'{_too_long(seconds)}. It did not end: {PROGRAM} was killed, and starts again')
        self._known_to = process.serial
        return report

    def _params(self, process: Process, instance: dict[str, Any], seconds: float) -> dict[str, Any]:
        params: dict[str, Any] = {
            'instance': {name: value for name, value in instance.items() if name not in HOST_OPTIONS},
            'init_config': self._init_config(),
            'hostname': datadog_agent.get_hostname(),
            'timeout_ms': round(seconds * 1000),
        }
        if self.check_id:
            params['check_id'] = self.check_id
        if self._known_to != process.serial:
            # An empty one: whatever the process remembers of this check_id is of an object before this one.
            params['state'] = json.loads(self._state or '{}')
        if self._series is not None:
            params['series_id'] = self._series.id
        return params

    def _init_config(self) -> dict[str, Any]:
        """The `init_config` for torchserve-check, with the Agent's own proxy where the base package would use it."""
        init_config = self.init_config or {}
        result = {name: value for name, value in init_config.items() if name not in HOST_OPTIONS}
        decides = ('proxy', 'skip_proxy')
        if any(section.get(name) for section in (self.instance, init_config) for name in decides):
            return result
        agent_proxy = datadog_agent.get_config('proxy')
        is_used = is_affirmative(init_config.get('use_agent_proxy', True))  # type: ignore[no-untyped-call]
        if is_used and isinstance(agent_proxy, Mapping):
            proxy = {name: agent_proxy[name] for name in ('http', 'https', 'no_proxy') if agent_proxy.get(name)}
            if proxy.keys() & {'http', 'https'}:
                result['proxy'] = proxy
        return result

    def _run_seconds(self) -> float:
        """What a run may take: the larger of `min_collection_interval` and `timeout`."""

        def seconds(name: str, default: float) -> float:
            for section in (self.instance, self.init_config or {}):
                value = section.get(name)
                if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= MAX_RUN_SECONDS:
                    return float(value)
            return default

        interval = seconds('min_collection_interval', DEFAULT_INTERVAL_SECONDS)
        return max(interval, seconds('timeout', DEFAULT_TIMEOUT_SECONDS))

    def _submit(self, report: dict[str, Any]) -> None:
        """Hands a report to the Agent; raises what it says is wrong last."""
        # During the Agent's discovery, the base package has a stand-in for the aggregator.
        sink = self._aggregator() if hasattr(self, '_aggregator') else aggregator
        check_id = self.check_id
        submit_metric = sink.submit_metric
        for kind, name, value, tags, hostname, flush in self._metrics(report):
            submit_metric(self, check_id, kind, name, value, tags, hostname, flush)
        for bucket in report['histogram_buckets']:
            sink.submit_histogram_bucket(
                self,
                check_id,
                bucket['name'],
                bucket['value'],
                float(bucket['lower_bound']),
                float(bucket['upper_bound']),
                bucket['monotonic'],
                bucket.get('hostname', ''),
                bucket['tags'],
                bucket.get('flush_first_value', False),
            )
        for each in report['service_checks']:
            # The Agent wants no message with OK.
            message = each.get('message', '') if each['status'] != AgentCheck.OK else ''
            hostname = each.get('hostname', '')
            sink.submit_service_check(self, check_id, each['name'], each['status'], each['tags'], hostname, message)
        for event in report['events']:
            sink.submit_event(self, check_id, {**event, 'timestamp': int(event['timestamp'])})
        for name, value in report['metadata'].items():
            self.set_metadata(name, value)
        self._warn([warning['message'] for warning in report['warnings']])
        self._keep_state(report.get('state'))
        if 'error' in report:
            raise _error_of(report['error'])

    def _metrics(self, report: dict[str, Any]) -> Iterable[Row]:
        """The metrics of a report, in either of their forms."""
        if 'values' not in report:
            return map(_row, report['metrics'])
        if 'series' in report:
            self._series = Series(report.pop('series'))
        values = array('d')
        for text in report['values']:
            values.frombytes(base64.b64decode(text))
        if sys.byteorder == 'big':
            values.byteswap()
        series = self._series
        if series is None or series.id != report['series_id'] or len(values) != len(series.names):
            self._series = None
            raise PluginError(f'{PROGRAM} reports values of series that it did not name: the next run asks for them')
        return series.rows(values)

    def _make_room(self) -> None:
        """Drops the table, since the answer has another: those of large targets are large."""
        self._series = None

    def _warn(self, messages: list[str]) -> None:
        """Shows warnings on the status page with every run, and logs each when it is new."""
        distinct = list(dict.fromkeys(messages))
        for message in distinct:
            if message in self._said:
                self.warnings.append(message)
            else:
                self.warning(message)
        self._said = set(distinct)

    def _load_state(self) -> None:
        """Reads what the last run before a restart of the Agent left.

        Nothing is kept of an `openmetrics_endpoint`: with its restart the Agent forgets which counters it has seen, and
        so must we, or their first values would count from zero.
        """
        if self.instance.get('openmetrics_endpoint'):
            return
        self._state_key = _own_state_key(self)
        text = self.read_persistent_cache(self._state_key)
        if not text:
            return
        try:
            if not isinstance(json.loads(text), dict):
                raise ValueError
        except ValueError:
            self.warning('What the last run left cannot be read: this one starts afresh, without events')
            return
        self._state = text

    def _keep_state(self, state: dict[str, Any] | None) -> None:
        if state is None:
            return
        text = json.dumps(state, separators=(',', ':'))
        if text == self._state:
            return
        self._state = text
        if self._state_key is not None:
            try:
                self.write_persistent_cache(self._state_key, text)
            except Exception as error:
                self._warn([f'The state of this run cannot be kept: {error}'])

    def _leave(self) -> None:
        """Unscheduled: the process ends with the last one that leaves."""
        if self._leave_plugin is not None:
            self._leave_plugin()
        with _registry:
            for key in [key for key, owner in _state_owners.items() if owner is self]:
                del _state_owners[key]


def find_binary(init_config: Mapping[str, Any]) -> str:
    """Where torchserve-check is: as `init_config.binary` or the environment says, else at one of the usual places.

    Raises:
        ConfigurationError: it is not there; says where it was looked for.
    """
    for source, path in (
        ('init_config.binary', init_config.get('binary')),
        (BINARY_VARIABLE, os.environ.get(BINARY_VARIABLE)),
    ):
        if path:
            if not _is_program(str(path)):
                raise ConfigurationError(f'{source} is {path}: there is no such program, or this user must not run it')
            return str(path)
    file = f'{PROGRAM}.exe' if os.name == 'nt' else PROGRAM
    folders = [os.path.dirname(os.path.abspath(__file__))]
    if os.name == 'nt':
        folders.append(os.path.join(os.environ.get('PROGRAMFILES', r'C:\Program Files'), PROGRAM))
    else:
        folders += [f'/opt/{PROGRAM}/bin', '/usr/local/bin', '/usr/bin']
    for folder in folders:
        path = os.path.join(folder, file)
        if _is_program(path):
            return path
    on_path = shutil.which(PROGRAM)
    if on_path is not None:
        return os.path.abspath(on_path)
    raise ConfigurationError(
        f'{PROGRAM} was not found: it is neither in {", ".join(folders)} nor on the PATH. '
        f'Put it there (torchserve-check install datadog), or name it in init_config.binary or {BINARY_VARIABLE}'
    )


# What all checks of this Agent share.
_registry = threading.RLock()
_plugins: dict[str, Plugin] = {}
# For log messages of torchserve-check that are about an instance.
_checks: weakref.WeakValueDictionary[str, TorchserveCheck] = weakref.WeakValueDictionary()
# By cache id and key: two instances of one endpoint must not write to one file.
_state_owners: weakref.WeakValueDictionary[tuple[str, str], TorchserveCheck] = weakref.WeakValueDictionary()


def _plugin(path: str) -> Plugin:
    with _registry:
        return _plugins.setdefault(path, Plugin(path))


def _own_state_key(check: TorchserveCheck) -> str:
    """`state`, or `state_2` and so on where another instance of the same endpoint and filters has that."""
    cache_id = check.persistent_cache_id()
    with _registry:
        for number in itertools.count(1):
            key = 'state' if number == 1 else f'state_{number}'
            if _state_owners.setdefault((cache_id, key), check) is check:
                return key
    raise AssertionError


def _error_of(error: Mapping[str, str]) -> Exception:
    """The error of a report as a check raises it."""
    message, hint = error['message'].removesuffix('.'), error.get('hint')
    if error['code'] == 'config':
        return ConfigurationError(f'{message} ({hint})' if hint else message)
    return PluginError(f'{message}. {hint}' if hint else message)


def _row(metric: Mapping[str, Any]) -> Row:
    hostname, flush = metric.get('hostname', ''), metric.get('flush_first_value', False)
    return _TYPES[metric['type']], metric['name'], metric['value'], metric['tags'], hostname, flush


def _log_of(check_id: Any) -> Any:
    check = _checks.get(check_id) if isinstance(check_id, str) else None
    return _log if check is None else check.log


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _read_into(pipe: Any, view: memoryview) -> int:
    """How many bytes of a pipe came, at least one; 0 at its end."""
    try:
        return pipe.readinto(view) or 0
    except OSError:
        return 0


def _read_some(fd: int) -> bytes:
    """What a pipe has, at least a byte; nothing at its end."""
    try:
        return os.read(fd, READ_BYTES)
    except OSError:
        return b''


def _json_line(message: Mapping[str, Any]) -> bytes:
    try:
        return json.dumps(message, default=str, allow_nan=False, separators=(',', ':')).encode() + b'\n'
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f'the instance cannot be written as JSON: {error}') from None


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= EXCERPT_CHARACTERS else f'{text[:EXCERPT_CHARACTERS]}…')


def _too_long(seconds: float) -> str:
    return f'the run took more than {seconds:g} s and was cancelled: raise min_collection_interval, or ask for less'
