"""Answers, line by line, what Python's `re` makes of a pattern and texts.

Reads JSON lines {"pattern": str, "texts": [str]}; writes JSON lines: {"error": str, "position": int or null} where the
pattern does not compile, else {"results": [null or [group or null]]}, the groups of the first match, 0 the whole.
"""

import json
import re
import sys
import warnings

warnings.simplefilter("ignore")


def answer(pattern, texts):
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        return {"error": error.msg, "position": error.pos}
    except (ValueError, OverflowError, RecursionError) as error:
        return {"error": str(error), "position": None}
    matches = [compiled.search(text) for text in texts]
    return {"results": [match and [match.group(0), *match.groups()] for match in matches]}


# All of it first: a caller may write everything before it reads anything.
for line in sys.stdin.readlines():
    request = json.loads(line)
    print(json.dumps(answer(request["pattern"], request["texts"])))
