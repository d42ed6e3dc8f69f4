"""Problems that a person can fix: each text contains what happened, to what, and what to do next."""

from __future__ import annotations

import logging
import sys
from typing import NoReturn

# The status of a worker that cannot work at all: its settings, model or interpreter have to be fixed first.
EXIT_UNUSABLE = 1


class InputProblem(Exception):
    """Something is wrong with one input file; the worker goes on with the next."""


class SetupProblem(Exception):
    """The worker cannot work at all, whatever the file: a missing package, a broken model folder, a device without free memory."""


def end_with(problem: object) -> NoReturn:
    """Print why the worker cannot work, to the log and without a traceback, and exit."""
    logging.getLogger("setup").error("%s", problem)
    logging.shutdown()
    sys.exit(EXIT_UNUSABLE)
