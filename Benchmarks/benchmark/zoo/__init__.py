"""`Benchmarks/run zoo`: networks of every family, exported in three ways, beside PyTorch."""
