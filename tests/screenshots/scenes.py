#!/usr/bin/python3
"""The scenes of the pictures: scenes.py PROGRAM PHOTOS FOLDER [SCENE...]; started by take."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from driver import drag, pictures
from driver.program import Home
from driver.screen import tool
from driver.waiting import wait_for

SIZE = (1440, 900)
NARROW = (420, 900)
# The largest a picture of the README may be.
MOST_BYTES = 600_000
LONG = 180.0

# A subscription with a past: the free month, then a package for three months, and pictures added
# on some days of the month in force.
TRIAL = "2026-09-24T08:12:00Z"
RENEWED = "2026-10-22T15:40:00Z"
RENEWAL = ["--package", "2.5m-5", "--months", "3"]
UPLOAD_DAYS = ["10-26", "10-27", "10-29", "11-02", "11-03", "11-04", "11-06", "11-09", "11-10", "11-13"]
EVE = "2026-11-15"
NOW = "2026-11-16T10:24:00Z"


class Studio:
    """The photos, and where the pictures go."""

    def __init__(self, program, photos, out, folder):
        self.program, self.out, self.folder = program, out, folder
        self.photos = folder / "Pictures" / "Autumn collection"
        self.all = copy_with_names(photos, self.photos)
        self.archive = self.hero = None

    def home(self, name, theme, **more):
        home = Home(self.program, self.folder / name, now=NOW)
        home.folder.mkdir(exist_ok=True)
        home.settings(theme=theme, **more)
        return home

    def archive_home(self):
        """All photos indexed over some weeks, with a package bought."""
        if self.archive is None:
            home = self.home("archive", "dark")
            home.run("subscription", "trial", now=TRIAL)
            home.run("subscription", "renew", *RENEWAL, now=RENEWED)
            days = len(UPLOAD_DAYS)
            for number, day in enumerate(UPLOAD_DAYS):
                home.run("index", *self.all[number::days], now=f"2026-{day}T09:30:00Z")
            self.hero = self.find_hero(home)
            self.all += [self.hero.with_stem(f"{self.hero.stem}-{kind}") for kind in ("web", "grey")]
            pictures.web_copy(self.hero, self.all[-2])
            pictures.grey_copy(self.hero, self.all[-1])
            home.run("index", *self.all[-2:], now=f"{EVE}T15:00:00Z")
            self.archive = home
        return self.archive

    def find_hero(self, home):
        """The photo that resembles most others without being taken for a copy of one."""
        copy = self.folder / "probe.jpg"
        best = (0, self.all[0])
        colourful = [photo for photo in self.all if photo.parent.name in ("dress", "skirt", "t-shirt")]
        tall = [photo for photo in colourful if pictures.is_tall(photo)]
        for number, photo in enumerate(tall[::3]):
            pictures.edited_copy(photo, copy)
            # Two seconds later each, so that no search waits for its turn.
            at = f"{EVE}T10:{number * 2 // 60:02}:{number * 2 % 60:02}Z"
            words = ["search", copy, "--top", 40, "--threshold", 0.45, "--json"]
            verdicts = [hit["verdict"] for hit in json.loads(home.run(*words, now=at))["results"]]
            if verdicts[:1] == ["edited_copy"] and verdicts.count("edited_copy") == 1:
                best = max(best, (len(verdicts), photo))
        return best[1]

    def open(self, home, size=SIZE):
        program = home.open()
        program.window.resize(*size)
        program.window.park_pointer()
        return program

    def capture(self, program, name, still=True):
        """Saves the window's contents; `still` waits until they change no more."""
        file = self.folder / "window.png"
        program.wait("every picture", lambda state: not state["loading"], 30)
        if still:
            program.wait("no toast", lambda state: state["toast"] is None, 30)
            seen = []

            def settled():
                program.window.capture(file)
                seen.append(hashlib.sha256(tool_bytes("convert", file, "rgb:-")).digest())
                return len(seen) > 2 and len(set(seen[-3:])) == 1

            wait_for(f"a still window for {name}", settled, 30)
        else:
            program.window.capture(file)
        save(file, self.out / f"{name}.png")

    def other_theme(self, program):
        dark = program.window.brightness() < 128
        program.window.press("ctrl+shift+l")
        wait_for("the other theme", lambda: (program.window.brightness() < 128) != dark)


def copy_with_names(photos, to):
    """Copies photos in their folders, with names as a person gives them: `hat/hat-012.jpg`."""
    copies = []
    counts = Counter()
    for photo in pictures.photos_in(photos):
        album = photo.parent.name
        counts[album] += 1
        copy = to / album / f"{album}-{counts[album]:03}.jpg"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copies.append(Path(shutil.copy(photo, copy)))
    return copies


def tool_bytes(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, check=True).stdout


def save(file, to):
    """Writes a compact PNG: all colours where they fit, else the 256 that fit best."""
    tool("convert", file, "-strip", "-quality", "95", "-define", "png:compression-level=9", f"png24:{to}")
    if to.stat().st_size > MOST_BYTES:
        tool("pngquant", "--speed", 1, "--force", "--output", to, 256, to)
    print(f"{to.name}: {to.stat().st_size // 1000} KB", flush=True)


def first_run(studio):
    with studio.open(studio.home("first-run", "light")) as program:
        program.tree.find("Start the free month", "button")
        studio.capture(program, "first-run-light")
        studio.other_theme(program)
        studio.capture(program, "first-run-dark")
        program.close()


def importing(studio):
    """Some pictures are known, two are damaged; the rest is new."""
    home = studio.home("importing", "light")
    home.run("subscription", "trial", now=TRIAL.replace("-09-", "-11-").replace("24T", "14T"))
    home.run("index", *studio.all[::7])
    for name, source in (("scan-0007.jpg", studio.all[3]), ("scan-0012.jpg", studio.all[5])):
        (studio.photos / name).write_bytes(source.read_bytes()[:400])
    with studio.open(home) as program:
        program.tree.find("Choose a picture…", "button")
        program.go("Catalogue")
        drag.drop(program.window, [studio.photos])
        preview = program.wait(
            "a complete preview", lambda state: state["preview"] and state["preview"]["complete"], LONG
        )["preview"]
        studio.capture(program, "import-preview-light")
        program.press(f"Index {preview['new']} pictures", "button")
        program.wait("the import", lambda state: state["dialog"] is None)
        studio.other_theme(program)
        program.wait(
            "half of the pictures",
            lambda state: state["jobs"] and state["jobs"][0]["indexed"] > preview["new"] * 0.4, LONG,
        )
        studio.capture(program, "import-running-dark", still=False)
        program.close()
    for name in ("scan-0007.jpg", "scan-0012.jpg"):
        (studio.photos / name).unlink()


def searching(studio):
    """A picture on a page as the query, with a region; results, side by side, in a narrow window."""
    home = studio.archive_home()
    page = studio.folder / "phone screenshot.png"
    (left, top), (right, bottom) = pictures.page_with(studio.hero, page)
    with studio.open(home) as program:
        program.wait("the photos", lambda state: state["stored"] == len(studio.all), LONG)
        program.go("Search")
        drag.drop(program.window, [page])
        program.wait("an answer", lambda state: state["query"] and not state["searching"])
        # Until its picture is there, the query has another height.
        program.wait("the query's picture", lambda state: not state["loading"])
        program.tree.settled()
        region = program.tree.find(lambda name: name.startswith("Region of the query")).rect()
        at = lambda x, y: (region.x + region.width * x, region.y + region.height * y)
        program.window.drag(at(left, top), at(right, bottom))
        program.tree.find(lambda name: name.startswith("Region of the query,") and " at " in name)
        program.wait("an answer", lambda state: state["results"] and not state["searching"])
        # More of what is merely similar than the usual 45 % let through.
        slider = program.tree.find("At least alike", "slider").rect()
        program.window.click(slider.x + slider.width * 0.33, slider.y + slider.height / 2)
        program.tree.find(lambda name: name.endswith(" % alike") and not name.startswith("45"))
        program.wait("the proofs", lambda state: state["results"])
        best = program.state()["results"][0]["name"]
        program.click(lambda name: name.startswith(best), "list item")
        program.window.park_pointer()
        program.tree.find("Find similar", "button")
        studio.capture(program, "search-dark")
        studio.other_theme(program)
        studio.capture(program, "search-light")
        studio.other_theme(program)
        program.press("Compare", "button")
        program.tree.find("Swap sides", "button")
        studio.capture(program, "compare-dark")
        program.press("Back", "button")
        program.window.resize(*NARROW)
        studio.capture(program, "narrow")
        program.close()


def catalogue(studio):
    with studio.open(studio.archive_home()) as program:
        program.go("Catalogue")
        program.tree.find(f"{len(studio.all)} pictures")
        program.tree.find(lambda name: ".jpg" in name, "list item")
        shown = [node for node in program.tree.settled() if node.role == "list item"]
        program.click(shown[3].name, "list item")
        program.window.park_pointer()
        studio.capture(program, "catalogue-dark")
        studio.other_theme(program)
        studio.capture(program, "catalogue-light")
        studio.other_theme(program)
        program.close()


def subscription(studio):
    with studio.open(studio.archive_home()) as program:
        program.go("Subscription")
        program.tree.find("Packages")
        studio.capture(program, "subscription-dark", still=False)
        studio.other_theme(program)
        studio.capture(program, "subscription-light", still=False)
        studio.other_theme(program)
        program.close()


SCENES = [first_run, importing, searching, catalogue, subscription]


def main():
    program, photos, out, *wanted = sys.argv[1:]
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="image-search-") as folder:
        studio = Studio(program, Path(photos), out, Path(folder))
        for scene in SCENES:
            if not wanted or scene.__name__ in wanted:
                scene(studio)


if __name__ == "__main__":
    main()
