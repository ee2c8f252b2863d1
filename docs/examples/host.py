"""A host of torchserve-check: runs each instance of a file twice and prints what it got (docs/protocol.md).

python3 host.py torchserve-check instances.json [seconds until a run is cancelled]
"""

import json, queue, subprocess, sys, threading, time

command, file, patience = sys.argv[1], sys.argv[2], float((sys.argv[3:] or [20])[0])
child = subprocess.Popen([command], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
messages = queue.Queue()


def read():
    for line in child.stdout:
        messages.put(json.loads(line))


def send(**message):
    child.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    child.stdin.flush()


def merge(whole, part):
    """Puts parts together: arrays append, objects merge at every level, anything else is set."""
    if isinstance(whole, list) and isinstance(part, list):
        return whole + part
    if isinstance(whole, dict) and isinstance(part, dict):
        return {**whole, **{key: merge(whole.get(key), part[key]) for key in part}}
    return part


def ask(number, method, params, seconds):
    send(id=number, method=method, params=params)
    result, end, cancelled = None, time.monotonic() + seconds, False
    while True:
        try:
            message = messages.get(timeout=max(0, end - time.monotonic()))
        except queue.Empty:
            if cancelled or child.poll() is not None:
                child.kill()
                sys.exit(f"{command} ended, or hangs")
            send(method="$/cancel", params={"id": number})
            end, cancelled = time.monotonic() + 2, True
            continue
        if message.get("method") == "log":
            print(message["params"]["level"], message["params"]["message"], file=sys.stderr)
        elif message.get("method") == "report":
            result = merge(result, message["params"]["part"])
        elif message.get("id") == number:
            return message.get("error"), merge(result, message.get("result"))


threading.Thread(target=read, daemon=True).start()
ask(1, "initialize", {"protocol_version": 1, "host": {"name": "host.py"}, "max_message_bytes": 4096}, 10)
states, number = {}, 1
for run in 1, 2:
    for index, instance in enumerate(json.load(open(file))):
        number += 1
        params = {"instance": instance, "check_id": f"torchserve:{index}", "state": states.get(index)}
        error, report = ask(number, "check/run", {**params, "timeout_ms": 15000}, patience)
        if error:
            print(run, index, error["code"], error["message"])
        else:
            states[index] = report.get("state")
            print(run, index, report["status"], *(len(report[key]) for key in ("metrics", "service_checks", "events")))
ask(number + 1, "shutdown", {}, 10)
