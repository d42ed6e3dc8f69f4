"""Makes tiny models with random weights, each as a folder that the bundled workers load as they would load the real one.

python3 make_tiny_models.py FOLDER    # makes esm2/, dnabert/, dnabert-own-code/ and gpt/ in it
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import torch
from transformers import BertConfig, BertModel, EsmConfig, EsmForMaskedLM, GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

# In the order of ESM-2's own vocab.txt.
ESM_VOCABULARY = "<cls> <pad> <eos> <unk> L A G V S E R T I D P K Q N F Y M H W C X B U Z O . - <null_1> <mask>".split()
DNA_WORDS = ["ACGT", "TTAA", "GGC", "CAG", "AT", "GA", "CC"]
OWN_CODE = Path(__file__).parent / "own_code"
TEXT_CONTEXT = 128


def main() -> None:
    target = Path(sys.argv[1])
    torch.manual_seed(20261121)
    make_esm2(target / "esm2")
    make_dnabert(target / "dnabert")
    make_dnabert_own_code(target / "dnabert-own-code")
    make_gpt(target / "gpt")


def make_esm2(folder: Path) -> None:
    config = EsmConfig(
        vocab_size=len(ESM_VOCABULARY),
        hidden_size=32,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=1026,
        position_embedding_type="rotary",
        token_dropout=True,
        emb_layer_norm_before=False,
        pad_token_id=1,
        mask_token_id=32,
    )
    EsmForMaskedLM(config).eval().save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(ESM_VOCABULARY))
    tokens = {"cls_token": "<cls>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"}
    (folder / "special_tokens_map.json").write_text(json.dumps(tokens))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "EsmTokenizer", **tokens}))


def make_dnabert(folder: Path) -> None:
    tokenizer = _dna_tokenizer(folder)
    BertModel(_dna_config(len(tokenizer))).eval().save_pretrained(folder)


def make_dnabert_own_code(folder: Path) -> None:
    """Like the folder of DNABERT-S on the hub: code of its own, weights of a model with a head, in the older format."""
    sys.path.insert(0, str(OWN_CODE.parent))
    from own_code.bert_layers import BertModel as OwnBertModel

    tokenizer = _dna_tokenizer(folder)
    config = _dna_config(len(tokenizer))
    config.alibi_starting_size = 512
    model = OwnBertModel(config).eval()
    weights = {f"bert.{name}": value for name, value in model.state_dict().items() if not name.startswith("pooler.")}
    torch.save({**weights, "cls.predictions.bias": torch.zeros(len(tokenizer))}, folder / "pytorch_model.bin")
    content = {**config.to_diff_dict(), "auto_map": {"AutoModel": "someone/else--bert_layers.BertModel"}}
    (folder / "config.json").write_text(json.dumps(content))
    for name in ("bert_layers.py", "flash_attn_triton.py"):
        shutil.copy(OWN_CODE / name, folder / name)


def _dna_config(words: int) -> BertConfig:
    return BertConfig(
        vocab_size=words,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=128,
        attention_probs_dropout_prob=0.0,
        pad_token_id=3,
    )


def _dna_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """Byte-pair encoding with the special tokens of DNABERT-2."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    specials = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    merges = [(word[:cut], word[cut:]) for word in DNA_WORDS for cut in [len(word) // 2]]
    pieces = sorted({piece for merge in merges for piece in merge if len(piece) > 1} | set(DNA_WORDS))
    merges = [(piece[0], piece[1]) for piece in pieces if len(piece) == 2] + [merge for merge in merges if len("".join(merge)) > 2]
    vocabulary = {word: number for number, word in enumerate([*specials, *"ACGT", *pieces])}
    backend = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        mask_token="[MASK]",
        model_max_length=10**9,
    )
    tokenizer.save_pretrained(folder)
    return tokenizer


def make_gpt(folder: Path) -> None:
    """A causal model over single characters, without a token for padding, as GPT-2 has none."""
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers

    characters = [chr(code) for code in range(32, 127)]
    vocabulary = {word: number for number, word in enumerate(["<end>", "<unk>", *characters])}
    backend = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    backend.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<end>", bos_token="<end>", unk_token="<unk>")
    tokenizer.chat_template = "{% for message in messages %}{{ message.role }}: {{ message.content }} {% endfor %}assistant:"
    tokenizer.save_pretrained(folder)
    config = GPT2Config(
        vocab_size=len(vocabulary), n_embd=32, n_layer=2, n_head=4, n_positions=TEXT_CONTEXT, bos_token_id=0, eos_token_id=0
    )
    GPT2LMHeadModel(config).eval().save_pretrained(folder)


if __name__ == "__main__":
    main()
