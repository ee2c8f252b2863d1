"""Takes 4 seconds to load and 1 second to answer."""

import time


def handle(data, context):
    if data is None:
        time.sleep(4)
        return None
    time.sleep(1)
    return ["slow"] * len(data)
