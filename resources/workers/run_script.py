"""Program of the pipeline `python-script`: becomes the script named first, with Drover's helper on its path.

Usage: run_script.py SCRIPT ["ARGUMENTS OF IT"]
"""

import os
import shlex
import subprocess
import sys
from pathlib import Path

WINDOWS = os.name == "nt"


def main() -> None:
    script, arguments = sys.argv[1], " ".join(sys.argv[2:])
    try:
        command = [sys.executable, script, *shlex.split(arguments)]
    except ValueError as error:
        sys.exit(f"The arguments {arguments!r} cannot be split into words ({error}). Close every quote.")
    # After the entries that a person has set; in the environment, so that child processes of the script find it too.
    paths = [os.environ.get("PYTHONPATH", ""), str(Path(__file__).resolve().parent)]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    if WINDOWS:
        sys.exit(subprocess.call(command))
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
