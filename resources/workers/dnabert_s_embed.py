"""Queue worker of the pipeline `dnabert-s-embedding`: mean embeddings of DNA by DNABERT-S, or DNABERT-2.

Needs PyTorch, transformers and einops. Run by hand with files as arguments it writes into the current folder:

    python3 dnabert_s_embed.py --model-folder models/DNABERT-S --trust-remote-code true genomes.fa
"""

from __future__ import annotations

import contextlib
import logging
from typing import Any, Sequence

from drover_inference.embed_worker import embed_files, embedding_arguments, start_log, yes_or_no
from drover_inference.load_model import find_model, load_own_code, load_tokenizer, load_weights
from drover_inference.problems import SetupProblem
from drover_inference.sequences import DNA
from drover_inference.torch_setup import check_memory, import_packages, pick_device, pick_precision, type_of

log = logging.getLogger("dnabert-s")
SPECIAL_TOKENS = 2
DEFAULT_POSITIONS = 512


class DnabertS:
    """DNABERT-S on a device."""

    def __init__(self, torch: Any, model: Any, tokenizer: Any, device: Any, precision: str, maximum: int, mixed: bool):
        """`mixed`: weights stay in fp32 and only products are computed in `precision`."""
        self.torch, self.device, self.precision, self.maximum = torch, device, precision, maximum
        self._model, self._tokenizer, self._mixed = model, tokenizer, mixed and precision != "fp32"
        self.dimension = model.config.hidden_size
        self.start_token, self.end_token, self.pad_token = tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id

    def tokenize(self, letters: Sequence[str]) -> list[Sequence[int]]:
        if not letters:
            return []
        # The model knows A, C, G, T and an unknown letter; RNA is read as DNA. All texts at once: the tokenizer then uses all processors.
        texts = [text.replace("U", "T") for text in letters]
        return self._tokenizer(texts, add_special_tokens=False, verbose=False)["input_ids"]

    def hidden_states(self, ids: Any, mask: Any) -> Any:
        computing = (
            self.torch.autocast(self.device.type, type_of(self.torch, self.precision)) if self._mixed else contextlib.nullcontext()
        )
        with computing:
            # The model's own code returns a tuple; transformers' BERT returns an object that can be indexed like one.
            return self._model(input_ids=ids, attention_mask=mask)[0]


def main() -> None:
    parser = embedding_arguments("Embeds the DNA of FASTA or FASTQ files with DNABERT-S.")
    parser.add_argument(
        "--trust-remote-code", type=yes_or_no, default=False, help="true: the Python code in the model's folder may run"
    )
    parser.add_argument(
        "--pooling", choices=("sequence", "all"), default="sequence", help="all: special tokens count in the mean as well"
    )
    arguments = parser.parse_args()
    start_log()
    embed_files(arguments, lambda: load(arguments), DNA)


def load(arguments: Any) -> DnabertS:
    torch, transformers = import_packages("torch", "transformers")
    device = pick_device(torch, arguments.device)
    precision = pick_precision(torch, device, arguments.precision)
    folder = find_model(arguments.model, arguments.model_folder)
    own_code = "AutoModel" in folder.config.get("auto_map", {})
    if own_code and not arguments.trust_remote_code:
        raise SetupProblem(
            f"trust_remote_code is false, and the model in {folder.path} brings Python code of its own. Look at its .py files, and set "
            "trust_remote_code to true if they may run with all your rights."
        )
    # The attention of DNABERT's own code mixes types, so its weights stay in fp32.
    check_memory(torch, device, folder, "fp32" if own_code else precision)
    tokenizer = load_tokenizer(transformers, folder)
    if own_code:
        import_packages("einops")
        model = load_own_code(torch, transformers, folder)
    else:
        model = load_weights(transformers, "AutoModel", folder, type_of(torch, precision))
    model = model.to(device).eval()
    maximum = folder.config.get("max_position_embeddings", DEFAULT_POSITIONS) - SPECIAL_TOKENS
    log.info("Model loaded: %s, %d tokens per pass", folder.loaded_as(precision, device), maximum)
    return DnabertS(torch, model, tokenizer, device, precision, maximum, own_code)


if __name__ == "__main__":
    main()
