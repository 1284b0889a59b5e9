#!/usr/bin/env python3
"""Checks assets/selftest/descriptors.json, the descriptors that `--selftest` compares with, by other
means than the program's own: Pillow decodes and resizes, ONNX Runtime computes. Prints the cosine of
each photo; decoders differ in how they enlarge colour, so it is a little under 1.

needs: pip install pillow numpy onnxruntime
usage: tests/reference/descriptors.py
"""
import json
import pathlib

import numpy
import onnxruntime
from PIL import Image, ImageOps

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / "assets/model/efficientnet-lite0-gem384-f16.onnx"

session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
stored = json.loads((ROOT / "assets/selftest/descriptors.json").read_text())
for name, reference in stored.items():
    photo = ImageOps.exif_transpose(Image.open(ROOT / "tests/photos" / name)).convert("RGB")
    # Pillow's bilinear filter is antialiased: its support grows with the reduction.
    small = photo.resize((224, 224), Image.Resampling.BILINEAR)
    image = numpy.asarray(small, numpy.float32).transpose(2, 0, 1)[None]
    (descriptor,) = session.run(["descriptor"], {"image": image})
    print(name, round(float(descriptor[0] @ numpy.array(reference)), 6))
