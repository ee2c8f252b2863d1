"""The Agent's side of the comparisons: checks on the Agent's own runtime, driven by JSON lines.

Requests, one a line on stdin:
    {"op": "create", "check": KEY, "kind": "openmetrics" | "inference" | "management", "instance": {...},
     "metrics": {exposed: name}, "start_time": seconds}
    {"op": "run", "check": KEY}
    {"op": "drop", "check": KEY}
Replies, in order, one a line on stdout: what the run submitted, and `error` where it raised. Check objects live until
they are dropped, so that several runs in a row share their memory.
"""

import json
import logging
import os
import sys
from urllib.parse import quote

os.environ['DDEV_SKIP_GENERIC_TAGS_CHECK'] = '1'

from datadog_checks.base import AgentCheck, OpenMetricsBaseCheckV2  # noqa: E402
from datadog_checks.base.checks.openmetrics.v2.scraper import OpenMetricsScraper  # noqa: E402
from datadog_checks.base.stubs import aggregator, datadog_agent  # noqa: E402

logging.disable(logging.CRITICAL)

TYPES = {code: name for name, code in aggregator.METRIC_ENUM_MAP.items()}


class Recorder:
    """Takes the place of the stub's methods, which keep submissions by name only and refuse some tags."""

    def __init__(self):
        self.clear()
        aggregator.submit_metric = self.metric
        aggregator.submit_histogram_bucket = self.bucket
        aggregator.submit_service_check = self.service_check
        aggregator.submit_event = self.event

    def clear(self):
        self.metrics, self.buckets, self.service_checks, self.events = [], [], [], []

    def metric(self, check, check_id, mtype, name, value, tags, hostname, flush_first_value):
        self.metrics.append([name, TYPES[mtype], value, list(tags), hostname, flush_first_value])

    def bucket(self, check, check_id, name, value, lower, upper, monotonic, hostname, tags, flush_first_value=False):
        # JSON has no infinities: bounds travel as text.
        self.buckets.append([name, value, repr(lower), repr(upper), monotonic, list(tags), hostname, flush_first_value])

    def service_check(self, check, check_id, name, status, tags, hostname, message):
        self.service_checks.append([name, int(status), list(tags), hostname, message])

    def event(self, check, check_id, event):
        self.events.append(event)


class HealthScraper(OpenMetricsScraper):
    SERVICE_CHECK_HEALTH = 'health'


class OpenMetricsCheck(OpenMetricsBaseCheckV2):
    """The base check with the settings of TorchServe (design, section 3)."""

    __NAMESPACE__ = 'torchserve.openmetrics'
    DEFAULT_METRIC_LIMIT = 0
    metrics_map = {}

    def get_default_config(self):
        return {
            'metrics': [dict(self.metrics_map)],
            'exclude_labels': ['hostname', 'Hostname'],
            'rename_labels': {'Level': 'level', 'ModelName': 'model_name', 'WorkerName': 'worker_name'},
        }

    def create_scraper(self, config):
        return HealthScraper(self, self.get_config_with_defaults(config))


def request_json(check, url):
    response = check.http.get(url)
    response.raise_for_status()
    return response.json()


class InferenceCheck(AgentCheck):
    """`GET ping`; what it says decides, since old servers answer 200 always."""

    __NAMESPACE__ = 'torchserve.inference_api'

    def check(self, instance):
        url = instance['inference_api_url']
        tags = [*instance.get('tags', []), f'inference_api_url:{url}']
        try:
            status = request_json(self, f'{url.rstrip("/")}/ping').get('status')
        except Exception as error:
            self.service_check('health', AgentCheck.CRITICAL, tags=tags, message=str(error))
            raise
        known = {'Partial Healthy': AgentCheck.WARNING, 'Unhealthy': AgentCheck.CRITICAL}
        health = known.get(status, AgentCheck.OK)
        self.service_check('health', health, tags=tags, message=None if health == AgentCheck.OK else status)


class ManagementCheck(AgentCheck):
    """The crawl of design section 3, one request after the other."""

    __NAMESPACE__ = 'torchserve.management_api'
    STATUSES = {'UNKNOWN': 0, 'READY': 1, 'LOADING': 2, 'UNLOADING': 3}

    def __init__(self, name, init_config, instances):
        super().__init__(name, init_config, instances)
        self.files = None

    def models(self, base):
        models, token = [], None
        while True:
            query = f'?limit=100{"" if token is None else f"&next_page_token={quote(str(token))}"}'
            page = request_json(self, f'{base}/models{query}')
            models += page['models']
            if page.get('nextPageToken') is None or not page['models']:
                return models
            token = page['nextPageToken']

    def check(self, instance):
        url = instance['management_api_url']
        base = url.rstrip('/')
        tags = [*instance.get('tags', []), f'management_api_url:{url}']
        try:
            models = self.models(base)
        except Exception as error:
            self.service_check('health', AgentCheck.CRITICAL, tags=tags, message=str(error))
            raise
        self.service_check('health', AgentCheck.OK, tags=tags)
        self.gauge('models', len(models), tags=tags)
        for model in models[: instance.get('limit', 100)]:
            self.model(base, model, tags)
        if instance.get('submit_events', True):
            self.compare({model['modelName']: model.get('modelUrl') for model in models}, tags)

    def model(self, base, model, instance_tags):
        resource = f'{base}/models/{quote(model["modelName"], safe="")}'
        try:
            versions = request_json(self, f'{resource}/all')
        except Exception:
            return
        tags = [*instance_tags, f'model_name:{model["modelName"]}']
        self.gauge('model.versions', len(versions), tags=tags)
        default = [v['modelVersion'] for v in versions if v.get('modelUrl') == model.get('modelUrl')]
        if len(default) > 1:
            default = [request_json(self, resource)[0]['modelVersion']]
        for version in versions:
            self.version(version, version['modelVersion'] in default, [*tags, f'model_version:{version["modelVersion"]}'])

    def version(self, version, is_default, tags):
        workers = version['workers']
        self.gauge('model.workers.current', len(workers), tags=tags)
        self.gauge('model.workers.min', version['minWorkers'], tags=tags)
        self.gauge('model.workers.max', version['maxWorkers'], tags=tags)
        self.gauge('model.batch_size', version['batchSize'], tags=tags)
        self.gauge('model.max_batch_delay', version['maxBatchDelay'], tags=tags)
        self.gauge('model.is_loaded_at_startup', int(version['loadedAtStartup']), tags=tags)
        self.gauge('model.version.is_default', int(is_default), tags=tags)
        for worker in workers:
            worker_tags = [*tags, f'worker_id:{worker["id"]}', f'worker_pid:{worker["pid"]}']
            self.gauge('model.worker.memory_usage', worker['memoryUsage'], tags=worker_tags)
            self.gauge('model.worker.is_gpu', int(worker['gpu']), tags=worker_tags)
            self.gauge('model.worker.status', self.STATUSES.get(worker['status'], 0), tags=worker_tags)

    def compare(self, files, tags):
        before, self.files = self.files, files
        if before is None:
            return
        for name, old in before.items():
            if name not in files:
                self.announce('model_removed', 'A model has been removed', f'The model [{name}] has been removed.', name, tags)
            elif files[name] != old:
                text = f'A new default version has been set for the model [{name}], from file [{old}] to file [{files[name]}].'
                title = 'A new default version has been set for a model'
                self.announce('default_version_changed', title, text, name, tags)
        for name in files.keys() - before.keys():
            text = f'The model [{name}] has been added with the file [{files[name]}].'
            self.announce('model_added', 'A new model has been added', text, name, tags)

    def announce(self, kind, title, text, model, tags):
        self.event(
            {
                'event_type': f'torchserve.management_api.{kind}',
                'msg_title': title,
                'msg_text': text,
                'alert_type': 'info',
                'source_type_name': 'torchserve',
                'tags': [*tags, f'model_name:{model}'],
            }
        )


def create(request):
    instance = request['instance']
    if request['kind'] == 'openmetrics':
        check_class = type('Check', (OpenMetricsCheck,), {'metrics_map': request['metrics']})
    else:
        check_class = {'inference': InferenceCheck, 'management': ManagementCheck}[request['kind']]
    return check_class('torchserve', {}, [instance]), request.get('start_time', 0)


def run(recorder, check, start_time):
    recorder.clear()
    datadog_agent.reset()
    datadog_agent.set_process_start_time(start_time)
    failure = check.run()
    return {
        'metrics': recorder.metrics,
        'buckets': recorder.buckets,
        'service_checks': recorder.service_checks,
        'events': recorder.events,
        'metadata': {name: value for (_, name), value in datadog_agent._metadata.items()},
        'error': json.loads(failure)[0]['message'] if failure else None,
        'traceback': json.loads(failure)[0]['traceback'][-600:] if failure else None,
    }


def main():
    replies = sys.stdout
    sys.stdout = sys.stderr
    recorder = Recorder()
    checks = {}
    for line in sys.stdin:
        request = json.loads(line)
        reply = {'error': None}
        try:
            if request['op'] == 'create':
                checks[request['check']] = create(request)
            elif request['op'] == 'run':
                reply = run(recorder, *checks[request['check']])
            else:
                checks.pop(request['check'], None)
        except Exception as error:
            reply = {'error': f'{type(error).__name__}: {error}'}
        replies.write(json.dumps(reply) + '\n')
        replies.flush()


if __name__ == '__main__':
    main()
