"""Where things lie."""

from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parent.parent
ROOT = BENCHMARKS.parent
RESULTS = BENCHMARKS / "Results"
CACHE = BENCHMARKS / ".cache"
WORKER = BENCHMARKS / ".build/release/BenchmarkWorker"
NNI = ROOT / ".build/release/nni"
SHIPPED = ROOT / "Sources/NNIShipped/Resources"
PHOTOGRAPHS = sorted((SHIPPED / "photographs").glob("*.jpg"))
