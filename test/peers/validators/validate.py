"""Runs Datadog's validators over integrations: a line of JSON in, a line of JSON out for each.

In: {"directory": a git repository with the integration in torchserve/, "validator": one of ddev's names, or "manifest"}.
Out: {"status": 0 where it found nothing, "output": what it said}.
"""

import json
import os
import sys
import traceback

from click.testing import CliRunner
from datadog_checks.dev.tooling.constants import set_root
from datadog_checks.dev.tooling.datastructures import JSONDict
from datadog_checks.dev.tooling.manifest_validator.v2.validator import get_v2_validators
from ddev.cli import ddev


def validate_manifest(directory):
    """The nine validators of a manifest; the tenth would send it to Datadog."""
    set_root(directory)
    with open(os.path.join(directory, "torchserve", "manifest.json")) as file:
        manifest = JSONDict(json.load(file))
    validators = get_v2_validators(None, False, False, ignore_schema=True)
    for validator in validators:
        validator.validate("torchserve", manifest, False)
    found = [text for validator in validators for text in validator.result.messages["failure"]]
    return {"status": min(len(found), 1), "output": "\n".join([*found, f"{len(validators)} validators"])}


def validate(directory, validator):
    os.chdir(directory)
    os.environ["HOME"] = os.path.join(directory, ".home")
    if validator == "manifest":
        return validate_manifest(directory)
    config = os.path.join(directory, ".home", "ddev.toml")
    result = CliRunner().invoke(ddev, ["--config", config, "--no-interactive", "validate", validator, "torchserve"])
    unexpected = result.exception is not None and not isinstance(result.exception, SystemExit)
    output = result.output + ("".join(traceback.format_exception(result.exception)) if unexpected else "")
    return {"status": result.exit_code, "output": output}


def in_a_child(work):
    """The validators remember what they read: each case gets a process that has read nothing yet."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "w") as file:
                json.dump(work(), file)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else {"status": 70, "output": "the validator's process ended without an answer"}


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps(in_a_child(lambda: validate(case["directory"], case["validator"]))), flush=True)
