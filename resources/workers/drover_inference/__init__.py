"""What the bundled inference workers share. Only `torch_setup`, `load_model` and `encode` need PyTorch; everything else runs on a bare Python."""
