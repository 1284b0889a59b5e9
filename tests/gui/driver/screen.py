"""Pointer, keyboard, clipboard and windows of the X display."""

import subprocess

from Xlib import X, Xutil, display
from Xlib.protocol import event

from .waiting import wait_for


def tool(*words):
    """Runs a command and returns what it prints."""
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{' '.join(map(str, words))}: {done.stderr.strip()}"
    return done.stdout


class Window:
    """The window of a process."""

    def __init__(self, pid):
        self.display = display.Display()
        self.root = self.display.screen().root
        self.id = wait_for("the program's window", lambda: self._of(pid), 60)
        self.x = self.display.create_resource_object("window", self.id)

    def _atom(self, name):
        return self.display.intern_atom(name)

    def _of(self, pid):
        listed = self.root.get_full_property(self._atom("_NET_CLIENT_LIST"), X.AnyPropertyType)
        for window in listed.value if listed else ():
            owner = self.display.create_resource_object("window", window).get_full_property(
                self._atom("_NET_WM_PID"), X.AnyPropertyType
            )
            if owner and owner.value[0] == pid:
                return window
        return None

    def size(self):
        shape = self.x.get_geometry()
        return shape.width, shape.height

    def resize(self, width, height):
        tool("xdotool", "windowmove", self.id, 0, 0)
        tool("xdotool", "windowsize", self.id, width, height)
        wait_for(f"a window of {width} x {height}", lambda: self.size() == (width, height), 10, self.size)

    def is_active(self):
        active = self.root.get_full_property(self._atom("_NET_ACTIVE_WINDOW"), X.AnyPropertyType)
        return bool(active) and active.value[0] == self.id

    def is_minimised(self):
        state = self.x.get_full_property(self._atom("WM_STATE"), X.AnyPropertyType)
        return bool(state) and state.value[0] == Xutil.IconicState

    def activate(self):
        if not self.is_active():
            tool("xdotool", "windowactivate", self.id)
            wait_for("the window in front", self.is_active, 10)

    def minimise(self):
        tool("xdotool", "windowminimize", self.id)
        wait_for("the minimised window", self.is_minimised, 10)

    def close(self):
        """Asks the window to close, as the cross in its title bar does."""
        data = (32, [self._atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0])
        message = event.ClientMessage(window=self.x, client_type=self._atom("WM_PROTOCOLS"), data=data)
        self.x.send_event(message, event_mask=0)
        self.display.flush()

    def press(self, keys):
        """Presses keys together, such as `ctrl+v`."""
        self.activate()
        tool("xdotool", "key", "--clearmodifiers", keys)

    def write(self, text):
        self.activate()
        tool("xdotool", "type", "--delay", "15", text)

    def click(self, x, y):
        self.activate()
        tool("xdotool", "mousemove", "--window", self.id, int(x), int(y), "click", 1)

    def drag(self, start, end):
        """Moves the pointer with its button held, in steps as a hand does."""
        self.activate()
        (x0, y0), (x1, y1) = start, end
        steps = 12
        words = ["xdotool", "mousemove", "--window", self.id, int(x0), int(y0), "sleep", "0.1", "mousedown", 1]
        for step in range(1, steps + 1):
            share = step / steps
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            words += ["sleep", "0.03", "mousemove", "--window", self.id, int(x), int(y)]
        tool(*words, "sleep", "0.1", "mouseup", 1)

    def park_pointer(self):
        """Puts the pointer where it touches nothing of the window."""
        screen = self.display.screen()
        tool("xdotool", "mousemove", screen.width_in_pixels - 1, screen.height_in_pixels - 1)

    def brightness(self):
        """Of the window's lower left corner, 0 to 255."""
        pixel = self.x.get_image(2, self.size()[1] - 4, 1, 1, X.ZPixmap, 0xFFFFFFFF).data
        return sum(pixel[:3]) / 3

    def capture(self, file):
        """Saves what the window shows."""
        tool("import", "-window", self.id, "+repage", f"png24:{file}")


def copy_picture(file):
    """Puts a PNG file on the clipboard as a picture, as a browser's "copy image" does."""
    # The process that serves the clipboard goes on in the background; it must not hold our pipes.
    done = subprocess.run(
        ["xclip", "-selection", "clipboard", "-t", "image/png", "-i", str(file)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=20,
    )
    assert done.returncode == 0, "xclip could not take the clipboard"
