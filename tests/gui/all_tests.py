#!/usr/bin/python3
"""The tests of the window, each with a catalogue of its own: all_tests.py PROGRAM [WORD...]

With words, only the tests whose sentence holds one of them are run. Started by tests/gui/run.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from driver import drag, models, pictures
from driver.program import Home
from driver.screen import copy_picture
from driver.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
PHOTOS = ROOT / "tests" / "photos"
FAILURES = ROOT / "target" / "gui-failures"
# Pictures of the import that is interrupted, and seconds it may take.
CROPS_A_PHOTO = 8
LONG = 90.0

VIEWS = ["Search", "Catalogue", "Subscription", "Activity", "Settings"]


class Stage:
    """What the tests share: the program, a folder of the run, a catalogue made once."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.photos = pictures.photos_in(PHOTOS)
        self.indexed = Home(program, folder / "indexed")
        self.indexed.run("subscription", "trial")
        self.indexed.run("index", PHOTOS)

    def home(self, name, trial=True, photos=False):
        """A home of its own: empty, with the free month, or with the photos indexed."""
        home = Home(self.program, self.folder / name, evidence=FAILURES / name)
        if photos:
            shutil.copytree(self.indexed.data, home.data)
            shutil.copytree(self.indexed.config, home.config)
        else:
            home.folder.mkdir()
            if trial:
                home.run("subscription", "trial")
        return home


def first_start_begins_the_trial_in_one_click(stage):
    home = stage.home("first-start", trial=False)
    with home.open() as program:
        program.tree.find("Add a folder…", "button")
        program.click("Start the free month", "button")
        program.tree.find("Choose a picture…", "button")
        program.tree.find(lambda name: "100,000" in name, "button")
        program.close()
    assert home.ask("status")["subscription"]["plan"]["id"] == "100k-1"


def dropped_folder_is_previewed_and_indexed(stage):
    home = stage.home("dropped-folder")
    count = len(stage.photos)
    with home.open() as program:
        hovering = drag.Drag(program.window.id, [PHOTOS])
        hovering.hover(500, 400)
        program.tree.find("Index the pictures in 1 folder", seconds=10)
        hovering.drop()
        preview = program.wait(
            "a complete preview", lambda state: state["preview"] and state["preview"]["complete"]
        )["preview"]
        assert (preview["files"], preview["new"], preview["unreadable"]) == (count, count, 0), preview
        assert program.state()["stored"] == 0, "nothing is indexed before it is confirmed"
        program.press(f"Index {count} pictures", "button")
        state = program.wait(
            "the import's end", lambda state: state["jobs"] and state["jobs"][0]["state"] == "done", LONG
        )
        job = state["jobs"][0]
        assert (job["indexed"], job["failed"], job["refused"]) == (count, 0, 0), job
        program.wait("all pictures stored", lambda state: state["stored"] == count)
        program.go("Catalogue")
        program.tree.find(f"{count} pictures")
        program.close()


def drop_copy(program, stage, copy, original):
    """Drops an edited copy; its original comes first, and nothing else is called a copy."""
    program.wait("the indexed photos", lambda state: state["stored"] == len(stage.photos))
    drag.drop(program.window, [copy])
    state = program.wait("an answer", lambda state: state["query"] == copy.name and state["results"])
    first, *others = state["results"]
    assert (first["name"], first["verdict"]) == (original.name, "edited_copy"), state["results"][:3]
    assert all(other["verdict"] != "edited_copy" for other in others), others
    program.tree.find(lambda name: name.startswith(f"{original.name}, Edited copy, "), "list item")


def dropped_copy_finds_its_original(stage):
    home = stage.home("dropped-copy", photos=True)
    original = PHOTOS / "dress.jpg"
    copy = home.folder / "edited.jpg"
    pictures.edited_copy(original, copy)
    with home.open() as program:
        drop_copy(program, stage, copy, original)
        assert program.state()["stored"] == len(stage.photos), "a query adds nothing"
        program.close()


def dropped_crop_is_proven_and_outlined(stage):
    home = stage.home("dropped-crop", photos=True)
    original = PHOTOS / "dress.jpg"
    crop = home.folder / "middle.jpg"
    pictures.middle(original, crop)
    with home.open() as program:
        drop_copy(program, stage, crop, original)
        program.press("Compare")
        for side in (crop.name, original.name):
            program.tree.find(lambda name: name.startswith(f"Matching part, {side}"))
        program.tree.find(lambda name: name.startswith("Shows something else, "))
        program.close()


def pasted_picture_is_searched_for(stage):
    home = stage.home("pasted-picture", photos=True)
    original = PHOTOS / "shoes.jpg"
    copied = home.folder / "copied.png"
    pictures.png_copy(original, copied)
    with home.open() as program:
        program.wait("the indexed photos", lambda state: state["stored"] == len(stage.photos))
        copy_picture(copied)
        program.window.press("ctrl+v")
        state = program.wait(
            "an answer", lambda state: state["query"] == "Pasted picture" and state["results"]
        )
        assert state["results"][0]["name"] == original.name, state["results"][:3]
        program.close()


def import_goes_on_after_the_window_was_closed(stage):
    home = stage.home("interrupted")
    folder = home.folder / "photos"
    count = pictures.crops(stage.photos, folder, CROPS_A_PHOTO)
    with home.open() as program:
        drag.drop(program.window, [folder])
        program.wait("a complete preview", lambda state: state["preview"] and state["preview"]["complete"])
        program.press(f"Index {count} pictures", "button")
        program.wait("the first pictures", lambda state: state["jobs"] and state["jobs"][0]["indexed"] > 0)
        program.close()
    left = home.ask("status")
    assert 0 < left["stored"] < count, f"closed after {left['stored']} of {count}"
    with home.open() as program:
        state = program.wait(
            "the import's end",
            lambda state: state["stored"] == count and state["jobs"][0]["state"] == "done", LONG,
        )
        assert state["jobs"][0]["failed"] == 0, state["jobs"][0]
        program.close()
    records = [json.loads(line) for line in home.run("list", "--json").splitlines()]
    paths = Counter(path for record in records for path in record["paths"])
    assert set(paths) == {str(file) for file in folder.iterdir()}, "other pictures than were dropped"
    assert set(paths.values()) == {1} and len(records) == count, "a picture is there twice"
    home.run("verify")


def second_start_raises_the_first_window(stage):
    home = stage.home("second-start", photos=True)
    with home.open() as program:
        program.wait("the indexed photos", lambda state: state["stored"] == len(stage.photos))
        program.window.minimise()
        second = subprocess.run(home.command(), capture_output=True, text=True, timeout=30)
        said = second.stderr.strip()
        assert second.returncode == 1 and "runs already" in said, f"exit {second.returncode}: {said}"
        assert len(said.splitlines()) == 1, said
        wait_for(
            "the first window in front",
            lambda: program.window.is_active() and not program.window.is_minimised(),
        )
        program.close()


def everything_that_takes_the_keyboard_has_a_name(stage):
    home = stage.home("names", photos=True)
    copy = home.folder / "edited.jpg"
    pictures.edited_copy(PHOTOS / "hat.jpg", copy)
    nameless = {}

    def note(where, program):
        nodes = program.tree.settled()
        focusable = [node for node in nodes if "focusable" in node.states]
        assert len(focusable) >= 8, f"{where}: too few elements: {focusable}"
        without = [node for node in focusable if not node.name.strip()]
        if without:
            nameless[where] = [f"{node.role} at {tuple(node.rect())}" for node in without]

    with home.open() as program:
        program.tree.find("Choose a picture…", "button")
        note("Search before a query", program)
        drag.drop(program.window, [copy])
        program.wait("an answer", lambda state: state["results"])
        program.tree.find(lambda name: "Edited copy" in name, "list item")
        for view in VIEWS:
            program.go(view)
            note(view, program)
        program.window.press("ctrl+k")
        wait_for("the palette's field", lambda: getattr(program.tree.focused(), "name", "") == "Find or run")
        note("Palette", program)
        program.window.press("Escape")
        program.wait("no palette", lambda state: state["dialog"] is None)
        drag.drop(program.window, [PHOTOS])
        program.wait("a complete preview", lambda state: state["preview"] and state["preview"]["complete"])
        note("Import preview", program)
        program.press("Cancel", "button")
        program.wait("no dialog", lambda state: state["dialog"] is None)
        wait_for("an element with the keyboard", lambda: focus_with_tab(program))
        program.close()
    assert not nameless, f"elements without a name: {nameless}"


def focus_with_tab(program):
    program.window.press("Tab")
    program.tree.settled()
    return program.tree.focused()


def wrong_clock_is_asked_about_before_anything_ends(stage):
    home = stage.home("wrong-clock", trial=False)
    # A month that ended by the computer's clock, and had begun when the catalogue was last used.
    home.run("subscription", "trial", now="2026-01-01T00:00:00Z")
    with home.open() as program:
        program.tree.find("Which date is right?")
        program.press(lambda name: name.startswith("It is") and "Jan" in name, "button")
        program.wait("no dialog", lambda state: state["dialog"] is None)
        program.go("Subscription")
        program.press("Which is right?", "button")
        program.press(lambda name: name.startswith("It is") and "Jan" not in name, "button")
        program.tree.find("The catalogue was released")
        program.close()
    assert home.ask("status")["subscription"]["phase"] == "released"


def subscription_of_a_lost_catalogue_is_taken_over(stage):
    home = stage.home("lost-catalogue", trial=False)
    home.run("subscription", "buy", "--package", "2.5m-5", "--months", "12")
    shutil.rmtree(home.data)
    with home.open() as program:
        program.go("Subscription")
        program.press("Take it over", "button")
        program.tree.find("Active")
        program.close()
    assert home.ask("status")["subscription"]["plan"]["id"] == "2.5m-5"


def hostile_model_gives_way_to_the_built_in_one(stage):
    home = stage.home("hostile-model")
    model = home.folder / "nested.onnx"
    model.write_bytes(models.nested())
    home.settings(model=str(model))
    with home.open() as program:
        program.tree.find(lambda name: "nested.onnx" in name and "built-in model" in name)
        program.tree.find("Choose a picture…", "button")
        program.close()


TESTS = [
    first_start_begins_the_trial_in_one_click,
    dropped_folder_is_previewed_and_indexed,
    dropped_copy_finds_its_original,
    dropped_crop_is_proven_and_outlined,
    pasted_picture_is_searched_for,
    import_goes_on_after_the_window_was_closed,
    second_start_raises_the_first_window,
    everything_that_takes_the_keyboard_has_a_name,
    wrong_clock_is_asked_about_before_anything_ends,
    subscription_of_a_lost_catalogue_is_taken_over,
    hostile_model_gives_way_to_the_built_in_one,
]


def run(test, stage):
    """Runs a test and says how it ended; returns whether it passed."""
    words = test.__name__.replace("_", " ")
    started = time.monotonic()
    try:
        test(stage)
    except Exception as error:
        if not isinstance(error, AssertionError):
            traceback.print_exc()
        print(f"FAILED  {words}: {error}", flush=True)
        return False
    print(f"ok      {words} ({time.monotonic() - started:.1f} s)", flush=True)
    return True


def main():
    program, *wanted = sys.argv[1:]
    tests = [test for test in TESTS if not wanted or any(word in test.__name__ for word in wanted)]
    shutil.rmtree(FAILURES, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="image-search-gui-") as folder:
        stage = Stage(program, Path(folder))
        passed = [run(test, stage) for test in tests].count(True)
    failed = len(tests) - passed
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
