#!/usr/bin/env python3
"""Every operator that `nni` reads against ONNX Runtime, over generated attributes, shapes and operator sets.

    operator-sweep.py --nni .build/debug/nni [--cases 3200] [--seed 1] [--only Resize] [--fixture DIR]

Needs numpy, onnx, onnxruntime and safetensors. Each case is a network of one operator, or of a few in a
chain, run by ONNX Runtime without graph optimisations and by one process of `nni attribute --cases` with the method
`forward`. Where the two differ, onnx's ReferenceEvaluator is asked. Printed are the number of cases that agree,
the refusals by reason, the largest difference, and every case that differs; exit status 1 if one does.
With --fixture a fixed part of the cases is kept for the tests of the project. The cases are made by sweep/generators.py.
"""
import argparse, collections, json, os, re, shutil, subprocess, sys, tempfile
import numpy as np, onnx, onnxruntime
from safetensors.numpy import load_file, save_file

from sweep.generators import NAMED, generate

onnxruntime.set_default_logger_severity(4)


def session(model):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def reference(model, x):
    try:
        from onnx.reference import ReferenceEvaluator
        return ReferenceEvaluator(model).run(None, {"x": x})[0]
    except Exception as error:
        return str(error)[:80]


def distance(a, b):
    if isinstance(b, str) or a.shape != b.shape:
        return float("inf")
    if a.size == 0:
        return 0.0
    return float(np.max(np.abs(a.astype(float) - b)) / max(1.0, float(np.max(np.abs(b)))))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nni", default=".build/debug/nni")
    parser.add_argument("--cases", type=int, default=3200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", help="generators: " + ", ".join(NAMED))
    parser.add_argument("--fixture", help="where a part of the cases is kept")
    parser.add_argument("--fixture-name", default="sweep")
    parser.add_argument("--fixture-cases", type=int, default=300)
    parser.add_argument("--tolerance", type=float, default=2e-4)
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--keep", help="where models are written; by default a folder that is removed")
    options = parser.parse_args()
    folder = options.keep or tempfile.mkdtemp(prefix="operator-sweep-")
    os.makedirs(folder, exist_ok=True)
    tensors, cases, expected, tags, steps, skipped = {}, [], {}, {}, {}, collections.Counter()
    index = 0
    while len(cases) < options.cases and index < 4 * options.cases:
        net, x = generate(index, options.seed, options.only)
        index += 1
        model = net.model()
        try:
            y = session(model).run(None, {"x": x})[0]
        except Exception as error:
            skipped[f"{net.tag}: {str(error).splitlines()[0][:110]}"] += 1
            continue
        if not np.isfinite(y).all() or y.size == 0 or y.ndim == 0:
            skipped[f"{net.tag}: result empty or not finite"] += 1
            continue
        name = f"{index:05d}"
        onnx.save(model, f"{folder}/{name}.onnx")
        tensors[name] = x
        expected[name], tags[name] = y, (net.tag, net.version)
        # A tie may fall to the next level: one step of the grid, times the factor after it.
        steps[name] = getattr(net, "step", 0) * 1.5
        cases.append(dict(id=name, model=f"{name}.onnx", input=name, method="forward"))
    json.dump(cases, open(f"{folder}/cases.json", "w"))
    save_file(tensors, f"{folder}/tensors.safetensors")
    run = subprocess.run(
        [options.nni, "attribute", "--cases", f"{folder}/cases.json", "--tensors", f"{folder}/tensors.safetensors",
         "--dtype", options.dtype, "--output", f"{folder}/result.safetensors"], capture_output=True, text=True)
    if not os.path.exists(f"{folder}/result.safetensors"):
        sys.exit(run.stderr[-2000:])
    found = load_file(f"{folder}/result.safetensors")
    messages = dict(re.findall(r"nni: case (\d+): (.*)", run.stderr))
    ties = 0
    worst, wrong, reasons, agreeing, by_third = 0.0, [], collections.Counter(), [], []
    for case in cases:
        name = case["id"]
        if name not in found:
            reasons[f"{tags[name][0]}: {messages.get(name, 'no result')}"[:170]] += 1
            continue
        d = distance(found[name], expected[name])
        if steps[name] and found[name].shape == expected[name].shape:
            gap = np.abs(found[name].astype(float) - expected[name]).max()
            ties += int(gap > options.tolerance)
            d = 0.0 if gap <= steps[name] * 1.01 else d
        if d <= options.tolerance:
            worst = max(worst, d)
            agreeing.append(name)
            continue
        third = reference(onnx.load(f"{folder}/{name}.onnx"), tensors[name])
        t = distance(found[name], third)
        (by_third if t <= options.tolerance else wrong).append((name, tags[name], d, t))
    print(f"{len(cases)} cases (seed {options.seed}), {sum(skipped.values())} more that ONNX Runtime refused")
    print(f"{len(agreeing)} agree with ONNX Runtime, largest difference {worst:.2g}; {ties} of quantised ones by a step")
    print(f"{len(by_third)} agree with onnx's reference and not with ONNX Runtime")
    for name, tag, d, t in by_third[:40]:
        print(f"  {name} {tag}: {d:.2g} from ONNX Runtime")
    print(f"{sum(reasons.values())} refused")
    for reason, count in reasons.most_common():
        print(f"  {count:4d} {reason}")
    print(f"{len(wrong)} wrong")
    for name, tag, d, t in wrong[:80]:
        print(f"  {name} {tag}: {d:.3g} from ONNX Runtime, {t:.3g} from the reference")
    if options.fixture:
        keep(options, folder, agreeing, tensors, expected, tags, steps)
    if not options.keep:
        shutil.rmtree(folder)
    sys.exit(1 if wrong else 0)


def keep(options, folder, agreeing, tensors, expected, tags, steps):
    """Keeps cases in turn of each tag, so that none is missing: all models in one file of tensors."""
    groups = collections.defaultdict(list)
    for name in agreeing:
        groups[tags[name][0]].append(name)
    chosen = []
    while len(chosen) < options.fixture_cases and any(groups.values()):
        for tag in sorted(groups):
            if groups[tag] and len(chosen) < options.fixture_cases:
                chosen.append(groups[tag].pop(0))
    kept = {}
    for name in sorted(chosen):
        # Bare names do not clash, and each model is a tensor of bytes.
        label = f"{name} {tags[name][0]} {tags[name][1]}".strip()
        kept[f"{label}/model"] = np.frombuffer(open(f"{folder}/{name}.onnx", "rb").read(), dtype=np.uint8).copy()
        kept[f"{label}/input"] = tensors[name]
        kept[f"{label}/output"] = expected[name]
        if steps[name]:
            kept[f"{label}/step"] = np.array(steps[name], np.float32)
    os.makedirs(options.fixture, exist_ok=True)
    save_file(kept, os.path.join(options.fixture, f"{options.fixture_name}.safetensors"))


if __name__ == "__main__":
    main()
