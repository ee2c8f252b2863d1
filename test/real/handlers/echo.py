"""Returns what it gets; raises when it gets the word `raise`; describes itself when asked to."""


def handle(data, context):
    if data is None:
        return None
    if context.get_request_header(0, "describe") == "True":
        return [{"handler": "echo"}]
    answers = []
    for row in data:
        value = row.get("data") or row.get("body")
        if isinstance(value, (bytes, bytearray)):
            value = value.decode("utf-8", "replace")
        if value == "raise":
            raise RuntimeError("asked to raise")
        answers.append("" if value is None else value)
    return answers
