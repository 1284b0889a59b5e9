#!/usr/bin/env python3
"""ONNX Runtime beside this project's executor.

    pip install onnxruntime pillow
    tests/bench/compare_onnxruntime.py reference PICTURE...   writes tests/data/embed
    tests/bench/compare_onnxruntime.py compare [ROUNDS]       medians of interleaved runs, one thread

`compare` starts `cargo bench --bench embed -- --serve` and takes turns with it: each round runs the
20 pictures of tests/data/embed once with every engine, so that a busy moment of the computer hits all
of them alike. Times are processor time.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy
import onnxruntime
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "assets/model/efficientnet-lite0-gem384-f16.onnx"
DATA = ROOT / "tests/data/embed"
SIDE = 224


def session():
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])


def tensors(strip):
    """The model's input for each of the pictures that lie below one another."""
    pictures = numpy.asarray(strip.convert("RGB")).reshape(-1, SIDE, SIDE, 3)
    planes = pictures.transpose(0, 3, 1, 2).astype(numpy.float32)
    return [numpy.ascontiguousarray(picture[None]) for picture in planes]


def reference(paths):
    strip = Image.new("RGB", (SIDE, SIDE * len(paths)))
    for i, path in enumerate(paths):
        picture = Image.open(path).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        strip.paste(picture, (0, SIDE * i))
    DATA.mkdir(parents=True, exist_ok=True)
    strip.save(DATA / "pictures.webp", lossless=True, quality=100, method=6)
    model = session()
    descriptors = [model.run(None, {"image": tensor})[0][0] for tensor in tensors(strip)]
    numpy.asarray(descriptors, dtype="<f4").tofile(DATA / "descriptors.f32")


def compare(rounds):
    model = session()
    pictures = tensors(Image.open(DATA / "pictures.webp"))

    def onnx_runtime():
        start = time.process_time()
        for picture in pictures:
            model.run(None, {"image": picture})
        return (time.process_time() - start) * 1000 / len(pictures)

    command = ["cargo", "bench", "--quiet", "--bench", "embed", "--", "--serve"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    with subprocess.Popen(command, **pipes) as served:
        engines = served.stdout.readline().split("|")
        engines = [engine.strip() for engine in engines]
        times = {engine: [] for engine in ["ONNX Runtime", *engines]}
        for _ in range(rounds):
            times["ONNX Runtime"].append(onnx_runtime())
            for i, engine in enumerate(engines):
                print(i, file=served.stdin, flush=True)
                times[engine].append(float(served.stdout.readline()))
        served.stdin.close()
    base = statistics.median(times["ONNX Runtime"])
    print(f"{len(pictures)} pictures, {rounds} rounds; ms a picture on one thread")
    for engine, taken in times.items():
        median = statistics.median(taken)
        print(f"{engine:14} median {median:6.2f}  least {min(taken):6.2f}  {median / base:5.2f} x ONNX Runtime")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["reference", *paths] if paths:
            reference(paths)
        case ["compare"]:
            compare(30)
        case ["compare", rounds]:
            compare(int(rounds))
        case _:
            sys.exit(__doc__)
