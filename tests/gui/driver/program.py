"""The program under test: its folders, its headless verbs, its window."""

import json
import os
import shutil
import subprocess

from .screen import Window
from .tree import Tree
from .waiting import wait_for


class Home:
    """Where a catalogue, its account and the settings lie.

    `now` starts the program's clock; `evidence` is where a failure leaves what was seen.
    """

    def __init__(self, program, folder, now=None, evidence=None):
        self.program = program
        self.folder = folder
        self.now = now
        self.evidence = evidence
        self.data, self.config = folder / "data", folder / "config"
        self.state_file = folder / "state.json"
        self.log_file = folder / "window.log"

    def command(self, *words, now=None):
        clock = now or self.now
        at = ["--now", clock] if clock else []
        return [self.program, "--data-dir", str(self.data), "--config-dir", str(self.config), *at, *map(str, words)]

    def run(self, *words, now=None, expected=0):
        """Runs a headless verb and returns what it printed."""
        done = subprocess.run(self.command(*words, now=now), capture_output=True, text=True, timeout=300)
        assert done.returncode == expected, f"{words}: exit {done.returncode}: {done.stderr.strip()}"
        return done.stdout

    def ask(self, *words):
        """Runs a headless verb that answers in JSON."""
        return json.loads(self.run(*words, "--json"))

    def settings(self, **chosen):
        """Writes the settings of an earlier start."""
        self.config.mkdir(parents=True, exist_ok=True)
        (self.config / "settings.json").write_text(json.dumps(chosen))

    def open(self):
        return Program(self)


class Program:
    """The running window of a home."""

    def __init__(self, home):
        self.home = home
        home.state_file.unlink(missing_ok=True)
        environment = os.environ | {"IMAGE_SEARCH_STATE_FILE": str(home.state_file)}
        with home.log_file.open("ab") as log:
            self.process = subprocess.Popen(home.command(), env=environment, stdout=log, stderr=log)
        try:
            self.window = Window(self.process.pid)
            self.wait("a first report", lambda state: True, 60)
            self.tree = Tree(self.process.pid)
        except BaseException:
            self.kill()
            raise

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind and self.home.evidence:
            self.keep(self.home.evidence)
        self.kill()

    def keep(self, folder):
        """Keeps what there is to see of the window: its picture, state, elements and words."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in (self.home.state_file, self.home.log_file):
            if file.exists():
                shutil.copy(file, folder)
        try:
            self.window.capture(folder / "window.png")
            nodes = (f"{node} {sorted(node.states)}\n" for node in self.tree.nodes())
            (folder / "elements.txt").write_text("".join(nodes))
        except Exception as error:
            print(f"        the window could not be looked at: {error}")

    def state(self):
        """What the window shows now; empty before its first frame."""
        try:
            return json.loads(self.home.state_file.read_text())
        except FileNotFoundError:
            return {}

    def wait(self, what, fits, seconds=20.0):
        """Waits until the state fits, and returns it."""
        def probe():
            assert self.process.poll() is None, f"the program ended: {self.log()}"
            state = self.state()
            return state if state and fits(state) else None
        return wait_for(what, probe, seconds, self.state)

    def press(self, name, role=None, seconds=20.0):
        """Presses an element by its accessible name."""
        self.tree.find(name, role, seconds).press()

    def click(self, name, role=None):
        """Clicks in the middle of an element with the pointer."""
        place = self.tree.find(name, role).rect()
        self.window.click(place.x + place.width / 2, place.y + place.height / 2)

    def go(self, view):
        """Goes to a view by the navigation."""
        self.press(view, "page tab")
        self.wait(f"the view {view}", lambda state: state["view"] == view.lower())

    def close(self):
        """Closes the window and waits for the program's end."""
        self.window.close()
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            raise AssertionError("the program did not end within 60 s of closing its window") from None
        assert code == 0, f"exit {code}: {self.log()}"
        assert "panicked" not in self.log(), self.log()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def log(self):
        return self.home.log_file.read_text(errors="replace")[-4_000:].strip()
