"""The shared parts of the bundled inference workers. Only `torch_setup`, `load_model` and `encode` need PyTorch; the rest runs on plain Python."""
