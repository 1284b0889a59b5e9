"""A drag from a file manager: the source's side of the XDND protocol, version 5.

The messages are those a file manager sends; only the pointer is not moved.
"""

import time
from urllib.parse import quote

from Xlib import X, Xatom, display
from Xlib.protocol import event

from .waiting import PAUSE_SECS, TooLate

VERSION = 5
ANSWER_SECS = 10.0


class Drag:
    """Files held over a window."""

    def __init__(self, window_id, files):
        self.display = display.Display()
        root = self.display.screen().root
        self.target = self.display.create_resource_object("window", window_id)
        aware = self.target.get_full_property(self.atom("XdndAware"), X.AnyPropertyType)
        assert aware, "the window takes no drops"
        self.list = self.atom("text/uri-list")
        self.uris = "".join(f"file://{quote(str(file))}\r\n" for file in files).encode()
        self.source = root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self.source.set_selection_owner(self.atom("XdndSelection"), X.CurrentTime)
        # Where the window lies on the screen.
        corner = self.target.translate_coords(root, 0, 0)
        self.left, self.top = -corner.x, -corner.y

    def atom(self, name):
        return self.display.intern_atom(name)

    def hover(self, x, y, seconds=0.3):
        """Carries the files to a place in the window and waits there."""
        self._tell("XdndEnter", VERSION << 24, self.list)
        at = (self.left + x) << 16 | (self.top + y)
        for _ in range(2):
            self._tell("XdndPosition", 0, at, X.CurrentTime, self.atom("XdndActionCopy"))
            self._serve(ANSWER_SECS, "XdndStatus")
        self._serve(seconds)

    def drop(self):
        self._tell("XdndDrop", 0, X.CurrentTime)
        self._serve(ANSWER_SECS, "XdndFinished")
        self.display.close()

    def leave(self):
        self._tell("XdndLeave")
        self._serve(0.2)
        self.display.close()

    def _tell(self, kind, *values):
        data = (32, [self.source.id, *values, *[0] * (4 - len(values))])
        message = event.ClientMessage(window=self.target, client_type=self.atom(kind), data=data)
        self.target.send_event(message, event_mask=0)
        self.display.flush()

    def _serve(self, seconds, answer=None):
        """Hands the files out until `answer` comes, or for so long where none is expected."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            while self.display.pending_events():
                come = self.display.next_event()
                if come.type == X.SelectionRequest:
                    self._hand_out(come)
                elif come.type == X.ClientMessage and answer == self.display.get_atom_name(come.client_type):
                    return
            time.sleep(PAUSE_SECS / 5)
        if answer:
            raise TooLate(f"the window did not answer the drag with {answer}")

    def _hand_out(self, request):
        place = request.property or request.target
        if request.target == self.list:
            request.requestor.change_property(place, self.list, 8, self.uris)
        elif request.target == self.atom("TARGETS"):
            request.requestor.change_property(place, Xatom.ATOM, 32, [self.list])
        else:
            place = X.NONE
        request.requestor.send_event(event.SelectionNotify(
            time=request.time, requestor=request.requestor, selection=request.selection,
            target=request.target, property=place,
        ))
        self.display.flush()


def drop(window, files, seconds=0.3):
    """Drops files or folders on the middle of a window."""
    width, height = window.size()
    drag = Drag(window.id, files)
    drag.hover(width // 2, height // 2, seconds)
    drag.drop()
