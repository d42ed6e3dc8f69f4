"""The model workers with tiny random models, through their real loading code: on the processor, and on a GPU where PyTorch sees one.

Needs torch, transformers and einops, and nothing else of Drover:

    python3 -m unittest -v check_workers    # in this folder
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))

from support import WORKERS, Ended, FolderCase, run_worker  # noqa: E402

try:
    import torch
    import transformers
    from safetensors import safe_open

    import plain_pass
except ImportError as missing:
    sys.exit(f"{missing}: the model workers cannot be tried without torch, transformers and safetensors")

DEVICES = ["cpu", *(["cuda:0"] if torch.cuda.is_available() else [])]
# How far an embedding may be from that of the plain pass, relative to its length.
TOLERANCE = {"fp32": 1e-4, "bf16": 3e-2, "fp16": 3e-3}
# Nothing listens there: whoever asks the network fails.
NO_NETWORK = {name: "http://127.0.0.1:9" for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "HF_ENDPOINT")}
MODELS = Path(tempfile.mkdtemp(prefix="drover-tiny-models-"))


def setUpModule() -> None:
    unittest.addModuleCleanup(shutil.rmtree, MODELS)
    os.environ.update(NO_NETWORK)
    # Code that comes with a model is copied there before it is run.
    os.environ["HF_MODULES_CACHE"] = str(MODELS / "modules")
    made = subprocess.run(
        [sys.executable, str(HERE / "make_tiny_models.py"), str(MODELS)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise RuntimeError(made.stderr)


def uneven(letters: str, count: int, longest: int, seed: int) -> list[tuple[str, str]]:
    """Sequences of very different lengths, one letter and the longest among them."""
    chance = random.Random(seed)
    lengths = [1, longest, *(min(longest, int(chance.lognormvariate(4, 1)) + 1) for _ in range(count))]
    return [(f"s{number}", "".join(chance.choices(letters, k=length))) for number, length in enumerate(lengths)]


class ModelCase(FolderCase):
    def fasta(self, sequences: list[tuple[str, str]], name: str = "a.fa") -> str:
        return self.write(name, "".join(f">{name} x\n{letters}\n" for name, letters in sequences))

    def run_one(self, script: str, model: str, file: str, *more: str, suffix: str = "safetensors") -> tuple[Ended, Path]:
        output = self.folder / "out" / f"a.{suffix}"
        item = {"file": file, "output": str(output), "attempt": 1}
        return run_worker(script, ["--model-folder", str(MODELS / model), *more], [item], self.folder), output

    def embed(self, script: str, model: str, file: str, *more: str) -> tuple[list[str], dict[str, torch.Tensor], dict[str, str]]:
        ended, output = self.run_one(script, model, file, *more)
        self.assertEqual(ended.status, 0, ended.log)
        self.assertEqual(ended.final[os.path.basename(file)]["status"], "complete", ended.log)
        with safe_open(output, "pt") as found:
            notes = found.metadata()
            return json.loads(notes["ids"]), {name: found.get_tensor(name) for name in found.keys()}, notes

    def assert_close(self, found: torch.Tensor, expected: dict[str, torch.Tensor], ids: list[str], precision: str) -> None:
        self.assertEqual(ids, list(expected))
        wanted = torch.stack(list(expected.values()))
        distance = (found.double() - wanted).norm(dim=1) / wanted.norm(dim=1)
        self.assertLess(distance.max().item(), TOLERANCE[precision], f"sequence {ids[int(distance.argmax())]} in {precision}")


class Esm2(ModelCase):
    def test_equals_a_plain_pass_on_each_device_and_in_each_precision(self) -> None:
        sequences = uneven("ACDEFGHIKLMNPQRSTVWYX", 60, 2500, 1)
        sequences[5] = ("s5", "mkvlaat*")
        file, expected = self.fasta(sequences), plain_pass.embed("esm2", str(MODELS / "esm2"), sequences)
        for device in DEVICES:
            for precision in TOLERANCE:
                with self.subTest(device=device, precision=precision):
                    options = ("--device", device, "--precision", precision, "--batch-tokens", "4096")
                    ids, tables, notes = self.embed("esm2_embed.py", "esm2", file, *options)
                    self.assert_close(tables["embeddings"], expected, ids, precision)
                    self.assertEqual((notes["model"], notes["precision"], notes["skipped"]), ("esm2", precision, ""))

    def test_equals_it_whatever_the_size_of_a_batch(self) -> None:
        sequences = uneven("ACDEFGHIKLMNPQRSTVWY", 30, 300, 2)
        file, expected = self.fasta(sequences), plain_pass.embed("esm2", str(MODELS / "esm2"), sequences)
        for budget in ("1", "500", "1000000"):
            for device in DEVICES:
                ids, tables, _ = self.embed(
                    "esm2_embed.py", "esm2", file, "--precision", "fp32", "--batch-tokens", budget, "--device", device
                )
                self.assert_close(tables["embeddings"], expected, ids, "fp32")

    def test_gives_the_vector_of_every_residue_in_the_order_of_the_file(self) -> None:
        sequences = uneven("ACDEFGHIKLMNPQRSTVWY", 12, 1500, 3)
        model, tokenizer = plain_pass.load("esm2", str(MODELS / "esm2"))
        expected = [plain_pass.residues("esm2", model, tokenizer, letters) for _, letters in sequences]
        for device in DEVICES:
            _, tables, _ = self.embed(
                "esm2_embed.py", "esm2", self.fasta(sequences), "--per-residue", "true", "--precision", "fp32", "--device", device
            )
            self.assertEqual(tables["residue_counts"].tolist(), [len(letters) for _, letters in sequences])
            self.assertTrue(torch.allclose(tables["residues"], torch.cat(expected), atol=1e-4))

    def test_leaves_out_long_ones_on_request_and_names_them(self) -> None:
        file = self.fasta([("short", "MKV" * 9), ("long", "MKV" * 400)])
        ids, tables, notes = self.embed("esm2_embed.py", "esm2", file, "--long-sequences", "skip")
        self.assertEqual((ids, notes["skipped"], len(tables["embeddings"])), (["short"], "long", 1))

    def test_leaves_out_what_has_no_letters_and_names_it_and_takes_poly_alanine_for_a_protein(self) -> None:
        file = self.fasta([("a", "MKV" * 9), ("stop", "*"), ("gone", ""), ("polyA", "A" * 40)])
        ids, tables, notes = self.embed("esm2_embed.py", "esm2", file)
        self.assertEqual((ids, notes["skipped"], len(tables["embeddings"])), (["a", "polyA"], "stop\ngone", 2))

    def test_fails_a_file_in_which_every_sequence_is_too_long_when_they_are_to_be_left_out(self) -> None:
        ended, output = self.run_one("esm2_embed.py", "esm2", self.fasta([("long", "MKV" * 400)]), "--long-sequences", "skip")
        self.assertIn("longer than the model takes (1022 tokens)", ended.final["a.fa"]["error"])
        self.assertFalse(output.exists())

    def test_takes_more_residues_per_pass_when_asked(self) -> None:
        file = self.fasta([("long", "MKV" * 400)])
        ids, _, _ = self.embed("esm2_embed.py", "esm2", file, "--long-sequences", "skip", "--max-residues", "1300")
        self.assertEqual(ids, ["long"])

    def test_goes_on_after_files_that_cannot_be_embedded(self) -> None:
        contents = {"dna.fa": ">a\n" + "ACGT" * 30, "empty.fa": "", "good.fa": ">a\nMKV\n", "none.fa": "; nothing\n"}
        items = [
            {"file": self.write(name, content), "output": str(self.folder / f"{name}.npz")} for name, content in contents.items()
        ]
        ended = run_worker("esm2_embed.py", ["--model-folder", str(MODELS / "esm2"), "--allow-empty"], items, self.folder)
        self.assertEqual(ended.status, 0, ended.log)
        states = {name: report["status"] for name, report in ended.final.items()}
        self.assertEqual(states, {"dna.fa": "failed", "empty.fa": "failed", "good.fa": "complete", "none.fa": "complete"})
        self.assertEqual(ended.final["good.fa"]["metrics"]["sequences"], 1)
        self.assertEqual(sorted(path.name for path in self.folder.glob("*.npz")), ["good.fa.npz", "none.fa.npz"])

    def test_refuses_weights_that_lack_tensors_instead_of_inventing_them(self) -> None:
        from safetensors.torch import load_file, save_file

        broken = MODELS / "broken"
        shutil.copytree(MODELS / "esm2", broken, dirs_exist_ok=True)
        weights = load_file(broken / "model.safetensors")
        del weights["esm.encoder.layer.1.attention.self.query.weight"]
        save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
        ended, _ = self.run_one("esm2_embed.py", "broken", self.fasta([("a", "MKV")]))
        self.assertEqual((ended.status, ended.reports), (1, []))
        self.assertRegex(ended.log, r"lack 1 of the model's tensors, such as \S*layer.1.attention.self.query.weight")

    @unittest.skipIf(torch.cuda.is_available(), "PyTorch sees a GPU")
    def test_says_why_there_is_no_gpu(self) -> None:
        ended, _ = self.run_one("esm2_embed.py", "esm2", self.fasta([("a", "MKV")]), "--device", "cuda:0")
        self.assertEqual((ended.status, ended.reports), (1, []))
        self.assertRegex(ended.log, "was built without CUDA|cannot use the GPU")
        self.assertNotIn("Traceback", ended.log)


class DnabertS(ModelCase):
    def test_equals_a_plain_pass_with_transformers_code_and_with_its_own(self) -> None:
        sequences = uneven("ACGT", 40, 1500, 4)
        file = self.fasta(sequences)
        for model in ("dnabert", "dnabert-own-code"):
            expected = plain_pass.embed(model, str(MODELS / model), sequences)
            for device in DEVICES:
                for precision in TOLERANCE:
                    with self.subTest(model=model, device=device, precision=precision):
                        options = ("--device", device, "--precision", precision, "--trust-remote-code", "true")
                        ids, tables, _ = self.embed("dnabert_s_embed.py", model, file, *options)
                        self.assert_close(tables["embeddings"], expected, ids, precision)

    def test_counts_special_tokens_in_on_request(self) -> None:
        sequences = uneven("ACGT", 10, 900, 5)
        expected = plain_pass.embed("dnabert", str(MODELS / "dnabert"), sequences, special=True)
        ids, tables, _ = self.embed("dnabert_s_embed.py", "dnabert", self.fasta(sequences), "--pooling", "all")
        self.assert_close(tables["embeddings"], expected, ids, "fp32")

    def test_runs_no_code_of_a_model_unless_it_is_trusted(self) -> None:
        ended, _ = self.run_one("dnabert_s_embed.py", "dnabert-own-code", self.fasta([("a", "ACGT")]))
        self.assertEqual((ended.status, ended.reports), (1, []))
        self.assertIn("trust_remote_code is false, and the model in", ended.log)
        self.assertTrue(ended.log.strip().endswith("set trust_remote_code to true if they may run with all your rights."), ended.log)

    def test_refuses_proteins(self) -> None:
        ended, _ = self.run_one("dnabert_s_embed.py", "dnabert", self.fasta([("a", "MKVLA")]))
        self.assertIn("does not look like DNA", ended.final["a.fa"]["error"])


class TextGeneration(ModelCase):
    def answers(self, lines: list, *more: str) -> tuple[Ended, list[dict]]:
        file = self.write("a.jsonl", "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        ended, output = self.run_one("text_generate.py", "gpt", file, "--precision", "fp32", *more, suffix="jsonl")
        self.assertEqual(ended.status, 0, ended.log)
        return ended, [json.loads(line) for line in output.read_text().splitlines()]

    def test_gives_the_answers_of_one_prompt_at_a_time_whatever_is_in_the_batch(self) -> None:
        tokenizer = transformers.AutoTokenizer.from_pretrained(MODELS / "gpt")
        model = transformers.AutoModelForCausalLM.from_pretrained(MODELS / "gpt").eval()
        prompts = [letters for _, letters in uneven("abc def?", 12, 120, 6)]
        expected = []
        for prompt in prompts:
            ids = torch.tensor([tokenizer(prompt)["input_ids"]])
            with torch.inference_mode():
                room = min(10, 128 - ids.shape[1])
                row = model.generate(
                    input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=room, do_sample=False, pad_token_id=0
                )
            expected.append(tokenizer.decode(row[0, ids.shape[1] :], skip_special_tokens=True))
        for device in DEVICES:
            for size in ("1", "5"):
                _, found = self.answers(
                    [{"prompt": prompt} for prompt in prompts], "--max-new-tokens", "10", "--batch-size", size, "--device", device
                )
                self.assertEqual([record["text"] for record in found], expected)

    def test_counts_tokens_per_request_in_the_output_and_in_the_log(self) -> None:
        ended, found = self.answers(
            [{"id": 1, "prompt": "hello"}, {"messages": [{"role": "user", "content": "hi"}]}], "--max-new-tokens", "4"
        )
        usages = [record["usage"] for record in found]
        self.assertEqual(usages[0]["prompt_tokens"], 5)
        self.assertEqual(usages[1]["prompt_tokens"], len("user: hi assistant:"))
        for usage in usages:
            self.assertEqual(usage["total_tokens"], usage["prompt_tokens"] + usage["completion_tokens"])
            line = (
                f"Token usage: input={usage['prompt_tokens']}, output={usage['completion_tokens']}, cache_read=0, cache_creation=0"
            )
            self.assertIn(line, ended.log)
        self.assertEqual(ended.final["a.jsonl"]["metrics"]["requests"], 2)

    def test_a_line_that_cannot_be_answered_fails_alone(self) -> None:
        ended, found = self.answers([{"prompt": "hi"}, "{broken", {"prompt": "x" * 128}], "--max-new-tokens", "3")
        self.assertEqual(
            [record.get("error", {}).get("type") for record in found], [None, "invalid_json", "context_length_exceeded"]
        )
        self.assertIn("the prompt has 128 tokens, but the model's context holds 128", found[2]["error"]["message"])
        self.assertEqual(ended.final["a.jsonl"]["metrics"]["failed_requests"], 2)

    def test_a_file_without_any_line_that_can_be_answered_fails(self) -> None:
        ended, _ = self.run_one("text_generate.py", "gpt", self.write("a.jsonl", "nonsense\n"), suffix="jsonl")
        self.assertIn("None of its 1 lines can be answered. Line 1 is not valid JSON", ended.final["a.jsonl"]["error"])

    def test_the_same_seed_gives_the_same_answers(self) -> None:
        prompts = [{"prompt": "tell me more"}] * 3
        sampled = [
            self.answers(prompts, "--temperature", "1", "--seed", seed, "--max-new-tokens", "20")[1] for seed in ("7", "7", "8")
        ]
        self.assertEqual(sampled[0], sampled[1])
        self.assertNotEqual(sampled[0], sampled[2])


class Memory(ModelCase):
    def test_a_batch_that_does_not_fit_is_made_smaller_and_the_result_is_the_same(self) -> None:
        """With an encoder that runs out of memory as PyTorch says it."""
        sys.path.insert(0, str(WORKERS))
        from drover_inference.encode import Settings, encode, make_runner

        encoder = SimpleNamespace(
            torch=torch, device=torch.device("cpu"), dimension=2, maximum=50, start_token=1, end_token=2, pad_token=0
        )
        encoder.tokenize = lambda letters: [bytearray(text, "latin-1") for text in letters]
        tried = []

        def hidden_states(ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            tried.append(ids.numel())
            if ids.numel() > 120:
                raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
            return torch.stack([ids.float(), mask.float()], dim=-1)

        encoder.hidden_states = hidden_states
        letters = [text for _, text in uneven("ABCD", 40, 130, 7)]
        settings = Settings("split", False, False, str(self.folder))
        with self.assertLogs("encode", "WARNING") as said:
            found = encode(encoder, letters, settings, make_runner(torch, encoder.device, 2000), lambda done, tokens: None)
        self.assertIn("does not fit into the device's memory", said.output[0])
        means = torch.frombuffer(found.means, dtype=torch.float32).view(-1, 2)
        expected = torch.tensor([[sum(map(ord, text)) / len(text), 1.0] for text in letters])
        self.assertTrue(torch.allclose(means, expected))
        self.assertLess(sum(size > 120 for size in tried), 6)
        with self.assertRaisesRegex(RuntimeError, "CUDA out of memory"):
            encoder.maximum = 500
            encode(encoder, ["A" * 400], settings, make_runner(torch, encoder.device, 2000), lambda done, tokens: None)

    @unittest.skipUnless(torch.cuda.is_available(), "PyTorch sees no GPU")
    def test_a_real_lack_of_memory_on_the_gpu_ends_as_a_warning(self) -> None:
        sequences = [(f"s{number}", "MKVLA" * 200) for number in range(4000)]
        share = 1.5 * 2**30 / torch.cuda.get_device_properties(0).total_memory
        self.write("sitecustomize.py", f"import torch\ntorch.cuda.set_per_process_memory_fraction({share})\n")
        os.environ["PYTHONPATH"] = str(self.folder)
        self.addCleanup(os.environ.pop, "PYTHONPATH")
        ended, output = self.run_one(
            "esm2_embed.py", "esm2", self.fasta(sequences), "--device", "cuda:0", "--batch-tokens", "100000000"
        )
        self.assertEqual(ended.final["a.fa"]["status"], "complete", ended.log)
        self.assertIn("does not fit into the device's memory", ended.log)
        self.assertTrue(output.exists())


class Probe(unittest.TestCase):
    def test_says_what_pytorch_sees(self) -> None:
        found = json.loads(
            subprocess.run([sys.executable, str(WORKERS / "torch_probe.py")], capture_output=True, text=True, check=True).stdout
        )
        self.assertEqual(found["torch"], torch.__version__)
        self.assertEqual(found["transformers"], transformers.__version__)
        self.assertEqual(found["cuda_available"], torch.cuda.is_available())
        self.assertEqual(len(found["devices"]), torch.cuda.device_count())
        for device in found["devices"]:
            self.assertTrue(device["uuid"].startswith("GPU-"))
            self.assertGreater(device["total_memory"], 0)


if __name__ == "__main__":
    unittest.main()
