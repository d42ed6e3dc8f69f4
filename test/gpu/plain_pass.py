"""One sequence at a time through the same model, by nothing but transformers' own calls: what the workers' embeddings are compared with.

python3 plain_pass.py esm2|dnabert|dnabert-own-code MODEL_FOLDER FASTA    # prints {id: [numbers]}
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoModel, AutoTokenizer, BertConfig

transformers.utils.logging.set_verbosity_error()
transformers.utils.logging.disable_progress_bar()


def main() -> None:
    kind, folder, fasta = sys.argv[1:]
    print(json.dumps({name: row.tolist() for name, row in embed(kind, folder, read(fasta)).items()}))


def read(fasta: str) -> list[tuple[str, str]]:
    records = [record.split("\n") for record in Path(fasta).read_text().split(">")[1:]]
    return [(lines[0].split()[0], "".join(lines[1:])) for lines in records]


def embed(kind: str, folder: str, sequences: list[tuple[str, str]], special: bool = False) -> dict[str, torch.Tensor]:
    """Mean embeddings by id, in fp32 on the processor; windows of long sequences averaged by their lengths."""
    model, tokenizer = load(kind, folder)
    return {name: mean(residues(kind, model, tokenizer, letters, special)) for name, letters in sequences}


def load(kind: str, folder: str) -> tuple[Any, Any]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    if kind != "dnabert-own-code":
        return AutoModel.from_pretrained(folder).eval(), tokenizer
    sys.path.insert(0, str(Path(__file__).parent))
    import own_code.bert_layers as layers

    layers.flash_attn_qkvpacked_func = None
    model = layers.BertModel(BertConfig.from_pretrained(folder)).eval()
    weights = torch.load(Path(folder) / "pytorch_model.bin", weights_only=True)
    model.load_state_dict({name[5:]: value for name, value in weights.items() if name.startswith("bert.")}, strict=False)
    return model, tokenizer


@torch.inference_mode()
def residues(kind: str, model: Any, tokenizer: Any, letters: str, special: bool = False) -> torch.Tensor:
    """The vectors of all residues or tokens of a sequence, window after window."""
    text = " ".join(letters.upper().rstrip("*").replace("*", "X")) if kind == "esm2" else letters
    ids = tokenizer(text, add_special_tokens=False)["input_ids"]
    maximum = 1022 if kind == "esm2" else 126
    count = -(-len(ids) // maximum)
    edges = [len(ids) * number // count for number in range(count + 1)]
    start, end = tokenizer.cls_token_id, tokenizer.eos_token_id if kind == "esm2" else tokenizer.sep_token_id
    found = []
    for first, last in zip(edges, edges[1:]):
        row = torch.tensor([[start, *ids[first:last], end]])
        hidden = model(input_ids=row, attention_mask=torch.ones_like(row))[0][0]
        found.append(hidden if special else hidden[1:-1])
    return torch.cat(found)


def mean(rows: torch.Tensor) -> torch.Tensor:
    return rows.double().mean(dim=0)


if __name__ == "__main__":
    main()
