import json
import os
import subprocess
import sys

from support import WORKERS, FolderCase, run_worker

# Leaves out everything that was installed for the interpreter, PyTorch with it.
BARE = ("-S", "-E")


class WithoutPyTorch(FolderCase):
    def test_every_model_worker_says_what_to_install_and_reports_no_file(self) -> None:
        item = {"file": self.write("a.fa", ">a\nMK\n"), "output": str(self.folder / "a.npz")}
        for script in ("esm2_embed.py", "dnabert_s_embed.py", "text_generate.py"):
            ended = run_worker(script, ["--model-folder", str(self.folder)], [item], self.folder, BARE)
            self.assertEqual((ended.status, ended.reports), (1, []), script)
            self.assertIn("ModuleNotFoundError: No module named 'torch'", ended.log)
            self.assertIn(f"{sys.executable} -m pip install torch transformers", ended.log)
            self.assertNotIn("Traceback", ended.log)

    def test_the_probe_ends_well_and_says_so_in_its_error(self) -> None:
        found = subprocess.run([sys.executable, *BARE, str(WORKERS / "torch_probe.py")], capture_output=True, text=True, check=True)
        document = json.loads(found.stdout)
        self.assertEqual(
            {name: document[name] for name in ("torch", "cuda_available", "cuda_version", "devices")},
            {"torch": None, "cuda_available": False, "cuda_version": None, "devices": []},
        )
        self.assertIn("No module named 'torch'", document["error"])
        self.assertIn("-m pip install torch", document["error"])

    def test_arguments_that_make_no_sense_are_refused_by_name(self) -> None:
        for script, argument, value in [
            ("esm2_embed.py", "--batch-tokens", "0"),
            ("esm2_embed.py", "--per-residue", "maybe"),
            ("esm2_embed.py", "--precision", "fp8"),
            ("dnabert_s_embed.py", "--trust-remote-code", "1"),
            ("text_generate.py", "--batch-size", "many"),
        ]:
            ended = run_worker(script, [argument, value], [], self.folder, BARE)
            self.assertEqual(ended.status, 2)
            self.assertIn(argument, ended.log)


class RunsScripts(FolderCase):
    def run_script(self, *arguments: str, path: str = "") -> subprocess.CompletedProcess:
        command = [sys.executable, str(WORKERS / "run_script.py"), *arguments]
        return subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)

    def test_with_the_helper_behind_what_a_person_has_on_the_path(self) -> None:
        self.write("mine/helper_of_mine.py", "NAME = 'mine'\n")
        script = self.write(
            "script.py", "import sys, drover_worker, helper_of_mine\nprint(helper_of_mine.NAME, sys.argv[1:], __file__)\n"
        )
        ended = self.run_script(script, "--x 'a b'  c", path=str(self.folder / "mine"))
        self.assertEqual(ended.stdout, f"mine ['--x', 'a b', 'c'] {script}\n", ended.stderr)

    def test_and_says_that_a_quote_is_open(self) -> None:
        ended = self.run_script(self.write("script.py", ""), "'a b")
        self.assertEqual(ended.returncode, 1)
        self.assertIn("Close every quote", ended.stderr)
