"""Queue worker of the pipeline `esm2-embedding`: mean embeddings of proteins by ESM-2, and on request those of every residue.

Needs PyTorch and transformers. Run by hand with files as arguments it writes into the current folder:

    python3 esm2_embed.py --model-folder models/esm2_t6_8M_UR50D proteins.fa
"""

from __future__ import annotations

import logging
from typing import Any, Sequence

from drover_inference.embed_worker import embed_files, embedding_arguments, start_log, yes_or_no
from drover_inference.load_model import find_model, load_tokenizer, load_weights
from drover_inference.problems import SetupProblem
from drover_inference.sequences import PROTEIN
from drover_inference.torch_setup import check_memory, import_packages, pick_device, pick_precision, type_of

log = logging.getLogger("esm2")
# config.json includes the two special tokens, and the two numbers that positions leave out.
RESERVED_POSITIONS = 4
DEFAULT_POSITIONS = 1026


class Esm2:
    """ESM-2 on a device."""

    def __init__(self, torch: Any, model: Any, tokenizer: Any, device: Any, precision: str, maximum: int):
        self.torch, self.device, self.precision, self.maximum = torch, device, precision, maximum
        self._model = model
        self.dimension = model.config.hidden_size
        self.start_token, self.end_token, self.pad_token = tokenizer.cls_token_id, tokenizer.eos_token_id, tokenizer.pad_token_id
        # One letter is one token: a table of letters takes a hundredth of the tokenizer's time.
        vocabulary = tokenizer.get_vocab()
        self._numbers = bytes(vocabulary.get(chr(code), tokenizer.unk_token_id) for code in range(256))

    def tokenize(self, letters: Sequence[str]) -> list[Sequence[int]]:
        # A stop at the end is not a residue; one inside is an unknown residue.
        return [bytearray(text.rstrip("*").replace("*", "X"), "latin-1").translate(self._numbers) for text in letters]

    def hidden_states(self, ids: Any, mask: Any) -> Any:
        return self._model(input_ids=ids, attention_mask=mask).last_hidden_state


def main() -> None:
    parser = embedding_arguments("Embeds the proteins of FASTA files with ESM-2.")
    parser.add_argument("--per-residue", type=yes_or_no, default=False, help="true: also the vector of every residue")
    parser.add_argument("--max-residues", type=int, default=0, help="residues per pass; 0: what the model was trained for")
    arguments = parser.parse_args()
    start_log()
    embed_files(arguments, lambda: load(arguments), PROTEIN)


def load(arguments: Any) -> Esm2:
    torch, transformers = import_packages("torch", "transformers")
    device = pick_device(torch, arguments.device)
    precision = pick_precision(torch, device, arguments.precision)
    folder = find_model(arguments.model, arguments.model_folder)
    kind = folder.config.get("model_type")
    if kind != "esm":
        raise SetupProblem(f'The model in {folder.path} is of the type {kind!r}, not ESM-2 ("esm"). Name another model.')
    check_memory(torch, device, folder, precision)
    tokenizer = load_tokenizer(transformers, folder)
    model = load_weights(transformers, "AutoModel", folder, type_of(torch, precision), add_pooling_layer=False)
    model = model.to(device).eval()
    maximum = _maximum(folder.config, arguments.max_residues)
    log.info("Model loaded: %s, %d residues per pass", folder.loaded_as(precision, device), maximum)
    return Esm2(torch, model, tokenizer, device, precision, maximum)


def _maximum(config: dict[str, Any], wanted: int) -> int:
    """Return the longest input. ESM-2's rotary positions work beyond the trained length; learned ones would break the CUDA context."""
    trained = config.get("max_position_embeddings", DEFAULT_POSITIONS) - RESERVED_POSITIONS
    if wanted > trained and config.get("position_embedding_type") != "rotary":
        raise SetupProblem(f"This model takes at most {trained} residues per pass, {wanted} were asked for. Lower max_residues.")
    return wanted or trained


if __name__ == "__main__":
    main()
