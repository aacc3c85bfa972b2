#!/usr/bin/env bash
# OpenBLAS 0.3.21 (Debian 12's libopenblas0-pthread, with which its libtorch 1.13 multiplies): on an x86-64 processor
# that is newer than itself it does not take the kernels of the newest one that it knows, nor asks what the processor
# can do, but those of Prescott (2004, SSE3), without a word; AVX-512 lies idle, and products of float32 matrices are
# several times slower than NumPy's wheel, which brings a newer OpenBLAS, computes on the same machine. Nothing in
# Python, PyTorch's build settings or /proc/cpuinfo tells. OPENBLAS_CORETYPE=SkylakeX before the start takes others.
#
# Exits 0 while this is so; needs such a processor, as Intel's family 6, model 207 (Emerald Rapids).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -q libopenblas0-pthread=0.3.21+ds-4 2> /dev/null
dpkg-deb -x libopenblas0-pthread_*.deb root
python3 -m venv venv
venv/bin/pip -q install numpy==2.4.6
cat > run.py <<'PYTHON'
import ctypes
import glob
import os
import subprocess
import sys
import time

names = {"debian": "root/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
         "wheel": glob.glob("venv/lib/python3*/site-packages/numpy.libs/libscipy_openblas64_*.so")[0]}
which = sys.argv[1] if len(sys.argv) > 1 else ""
if which:
    import numpy
    library = ctypes.CDLL(names[which], mode=ctypes.RTLD_LOCAL)
    affix, suffix, index = ("", "", ctypes.c_int) if which == "debian" else ("scipy_", "64_", ctypes.c_int64)
    core = getattr(library, f"{affix}openblas_get_corename{suffix}")
    core.restype = ctypes.c_char_p
    product = getattr(library, f"{affix}cblas_sgemm{suffix}")
    size = 1500
    a, b = (numpy.random.default_rng(seed).random((size, size), dtype=numpy.float32) for seed in (0, 1))
    c = numpy.zeros_like(a)
    pointers = [m.ctypes.data_as(ctypes.c_void_p) for m in (a, b, c)]
    n, one, zero = index(size), ctypes.c_float(1), ctypes.c_float(0)

    def run():
        start = time.perf_counter()
        product(101, 111, 111, n, n, n, one, pointers[0], n, pointers[1], n, zero, pointers[2], n)
        return time.perf_counter() - start

    best = min(run() for _ in range(8))
    assert numpy.allclose(c, a @ b, rtol=1e-3)
    print(core().decode(), best)
    sys.exit()

found = {}
for name, forced in (("debian", ""), ("debian", "SkylakeX"), ("wheel", "")):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1", **({"OPENBLAS_CORETYPE": forced} if forced else {}))
    core, seconds = subprocess.run(
        [sys.executable, __file__, name], env=environment, check=True, capture_output=True, text=True).stdout.split()
    found[name, forced] = core, float(seconds)
    print(f"{name:7}{forced or 'as it is':10} kernels: {core:15} {2 * 1.5 ** 3 / float(seconds):6.0f} Gflop/s")
flags = next(line for line in open("/proc/cpuinfo") if line.startswith("flags")).split()
assert "avx512f" in flags and found["debian", ""][0] == "Prescott", "not a processor that is newer than this OpenBLAS"
assert found["wheel", ""][0] != "Prescott" and found["debian", "SkylakeX"][0] == "SkylakeX"
assert found["debian", ""][1] > 2 * found["debian", "SkylakeX"][1]
print("held")
PYTHON
venv/bin/python run.py
