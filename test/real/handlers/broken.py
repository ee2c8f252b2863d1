"""Fails when it is loaded, so that its worker is started again and again."""


def handle(data, context):
    if data is None:
        raise RuntimeError("broken on load")
    return [""] * len(data)
