"""Makes the bundled workers importable, and runs them as programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKERS = ROOT / "resources" / "workers"
FIXTURES = ROOT / "test" / "fixtures" / "viral"
sys.path.insert(0, str(WORKERS))


class FolderCase(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def write(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)


class Ended:
    """How a worker program has ended, with its final reports by file name."""

    def __init__(self, process: subprocess.CompletedProcess[str], reports: Path):
        self.status, self.log = process.returncode, process.stderr
        lines = reports.read_text().splitlines() if reports.exists() else []
        self.reports = [json.loads(line) for line in lines]
        final = [report for report in self.reports if report["status"] in ("complete", "failed")]
        self.final = {os.path.basename(report["file"]): report for report in final}


def run_worker(script: str, arguments: list[str], items: list[dict], folder: Path, options: tuple[str, ...] = ()) -> Ended:
    """Run a worker over a queue of items, as the engine would; `options` are the interpreter's."""
    reports = folder / "reports.ndjson"
    reports.unlink(missing_ok=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DROVER_", "RANK", "WORLD_SIZE"))}
    process = subprocess.run(
        [sys.executable, *options, str(WORKERS / script), *arguments],
        input="".join(json.dumps(item) + "\n" for item in items),
        env={**clean, "DROVER_REPORT_FILE": str(reports), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ended(process, reports)
