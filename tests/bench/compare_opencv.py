#!/usr/bin/env python3
"""OpenCV's ORB and matching, to hold this project's proof of a copy against.

    pip install opencv-python-headless
    tests/bench/compare_opencv.py FOLDER [ROUNDS]    least and median of the rounds, one thread

Takes the first 100 pictures in FOLDER and below. A thumbnail is 256 pixels on its longer side and
gets 500 features; a query is the same picture at 512 pixels with 1,000. Each query is matched with
another picture's thumbnail and with its own. Times are processor time.
"""

import statistics
import sys
import time
from pathlib import Path

import cv2
import numpy

MOST_PICTURES = 100
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}
# As in src/engine/proof: a match is clearly the nearest, and near.
RATIO = 0.85
MOST_BITS = 64


def grey(path, side):
    """The picture with `side` pixels on its longer side; None where it cannot be read."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        return None
    scale = side / max(picture.shape)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how)


def orb(features):
    """8 levels, each 1.2 times smaller; 8 pixels of margin, patches of 31, a FAST threshold of 7."""
    return cv2.ORB_create(features, 1.2, 8, 8, 0, 2, cv2.ORB_HARRIS_SCORE, 31, 7)


def map_between(query, thumbnail):
    """The affine map between two described pictures, or None."""
    (points, bits), (other_points, other_bits) = query, thumbnail
    nearest = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(bits, other_bits, k=2)
    clear = [
        two[0]
        for two in nearest
        if len(two) == 2
        and two[0].distance <= MOST_BITS
        and two[0].distance < RATIO * two[1].distance
    ]
    if len(clear) < 3:
        return None
    source = numpy.float32([points[m.queryIdx].pt for m in clear])
    target = numpy.float32([other_points[m.trainIdx].pt for m in clear])
    found, _ = cv2.estimateAffine2D(
        source, target, method=cv2.RANSAC, ransacReprojThreshold=4, maxIters=500, confidence=0.99
    )
    return found


def timed(work, jobs):
    """Milliseconds of processor time a job."""
    start = time.process_time()
    for job in jobs:
        work(*job)
    return (time.process_time() - start) * 1000 / len(jobs)


def compare(folder, rounds):
    cv2.setNumThreads(1)
    found = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES)
    pairs = []
    for path in found:
        thumbnail = grey(path, 256)
        if thumbnail is not None:
            pairs.append((thumbnail, grey(path, 512)))
        if len(pairs) == MOST_PICTURES:
            break
    if not pairs:
        sys.exit(f"{folder} has no pictures that can be read")
    small, large = orb(500), orb(1000)
    thumbnails = [small.detectAndCompute(thumbnail, None) for thumbnail, _ in pairs]
    queries = [large.detectAndCompute(query, None) for _, query in pairs]
    described = [i for i, (a, b) in enumerate(zip(queries, thumbnails)) if a[0] and b[0]]
    queries = [queries[i] for i in described]
    thumbnails = [thumbnails[i] for i in described]
    jobs = {
        "thumbnail": (lambda picture, _: small.detectAndCompute(picture, None), pairs),
        "query": (lambda _, picture: large.detectAndCompute(picture, None), pairs),
        "match, another": (map_between, list(zip(queries, thumbnails[1:] + thumbnails[:1]))),
        "match, the same": (map_between, list(zip(queries, thumbnails))),
    }
    times = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, (work, of) in jobs.items():
            times[name].append(timed(work, of))
    print(f"OpenCV {cv2.__version__}, {len(pairs)} pictures, {rounds} rounds; ms each on one thread")
    for name, taken in times.items():
        print(f"{name:16} median {statistics.median(taken):6.2f}  least {min(taken):6.2f}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case [folder]:
            compare(Path(folder), 10)
        case [folder, rounds]:
            compare(Path(folder), int(rounds))
        case _:
            sys.exit(__doc__)
