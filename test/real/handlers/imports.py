"""Needs a package that is not there: TorchServe then looks for a handler of its own by that name, and raises again."""

import package_that_is_not_there


def handle(data, context):
    return package_that_is_not_there.predict(data)
