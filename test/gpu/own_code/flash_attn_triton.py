"""Stands for a Triton function that does not run with the Triton of today."""


def flash_attn_qkvpacked_func(states, bias):
    raise RuntimeError("dot() got an unexpected keyword argument 'trans_b'")
