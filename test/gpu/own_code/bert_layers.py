"""A small BERT with code of its own, for tests: it has the traits by which DNABERT-2's code is hard to load and to run.

Attention by a Triton function where there is one; biases in fp32 that are made in the constructor and are no buffer; a tuple as the result.
"""

import torch
from einops import rearrange
from torch import nn
from transformers.models.bert.modeling_bert import BertPreTrainedModel

try:
    from .flash_attn_triton import flash_attn_qkvpacked_func
except ImportError:
    flash_attn_qkvpacked_func = None


class Layer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads = config.num_attention_heads
        self.Wqkv = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.norm = nn.LayerNorm(config.hidden_size)

    def forward(self, states, bias):
        if flash_attn_qkvpacked_func is not None:
            return flash_attn_qkvpacked_func(states, bias)
        q, k, v = rearrange(self.Wqkv(states), "b s (t h d) -> t b h s d", t=3, h=self.heads)
        scores = torch.matmul(q, k.transpose(-1, -2)) / q.shape[-1] ** 0.5 + bias
        mixed = rearrange(torch.matmul(torch.softmax(scores, dim=-1), v), "b h s d -> b s (h d)")
        return self.norm(states + self.dense(mixed))


class BertModel(BertPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.word_embeddings = nn.Embedding(config.vocab_size, config.hidden_size, padding_idx=config.pad_token_id)
        self.layers = nn.ModuleList([Layer(config) for _ in range(config.num_hidden_layers)])
        self.pooler = nn.Linear(config.hidden_size, config.hidden_size)
        place = torch.arange(config.alibi_starting_size)
        slopes = 2.0 ** -torch.arange(1, config.num_attention_heads + 1)
        # No buffer: made again by nobody if it gets lost.
        self.alibi = -slopes[:, None, None] * (place[None, :] - place[:, None]).abs()[None]
        self.post_init()

    def forward(self, input_ids, token_type_ids=None, attention_mask=None, **kwargs):
        length = input_ids.shape[1]
        self.alibi = self.alibi.to(input_ids.device)
        bias = self.alibi[None, :, :length, :length] + (1.0 - attention_mask[:, None, None, :].float()) * -10000.0
        states = self.word_embeddings(input_ids)
        for layer in self.layers:
            states = layer(states, bias)
        return states, torch.tanh(self.pooler(states[:, 0]))
