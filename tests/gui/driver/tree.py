"""The program's accessibility tree, as a screen reader gets it over AT-SPI."""

from collections import namedtuple

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib

from .waiting import wait_for

REGISTRY = "org.a11y.atspi.Registry"
ROOT = "/org/a11y/atspi/accessible/root"
CACHE = "/org/a11y/atspi/cache"
WINDOW_COORDINATES = 1

Rect = namedtuple("Rect", "x y width height")


class Node:
    """One element of the window."""

    def __init__(self, tree, item):
        self.tree = tree
        (self.bus, self.path), _, _, _, _, self.interfaces, self.name, role, self.description, states = item
        # Older versions of the library say "push button".
        self.role = Atspi.role_get_name(Atspi.Role(role)).removeprefix("push ")
        self.states = {
            Atspi.StateType(bit).value_nick
            for bit in range(64)
            if states[bit // 32] >> (bit % 32) & 1
        }

    def __repr__(self):
        return f"{self.role} “{self.name}”"

    def press(self):
        """Does what the element is for, as a screen reader's user does."""
        done, = self.tree.call(self.bus, self.path, "org.a11y.atspi.Action", "DoAction", GLib.Variant("(i)", (0,)))
        assert done, f"{self} does nothing"

    def rect(self):
        """Where it is in the window, in pixels."""
        arguments = GLib.Variant("(u)", (WINDOW_COORDINATES,))
        found, = self.tree.call(self.bus, self.path, "org.a11y.atspi.Component", "GetExtents", arguments)
        return Rect(*found)


class Tree:
    """The tree of the program with a process id."""

    def __init__(self, pid):
        self.pid = pid
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        # Without these a program does not build its tree.
        for switch in ("IsEnabled", "ScreenReaderEnabled"):
            arguments = GLib.Variant("(ssv)", ("org.a11y.Status", switch, GLib.Variant("b", True)))
            session.call_sync(
                "org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set",
                arguments, None, Gio.DBusCallFlags.NONE, 20_000,
            )
        address, = session.call_sync(
            "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
            None, None, Gio.DBusCallFlags.NONE, 20_000,
        )
        flags = Gio.DBusConnectionFlags
        self.connection = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None
        )
        self.bus = wait_for("the program on the accessibility bus", self._bus_of_program)

    def call(self, bus, path, interface, method, arguments=None):
        answer = self.connection.call_sync(
            bus, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, 20_000
        )
        return answer.unpack()

    def _bus_of_program(self):
        children, = self.call(REGISTRY, ROOT, "org.a11y.atspi.Accessible", "GetChildren")
        for bus, _ in children:
            arguments = GLib.Variant("(s)", (bus,))
            pid, = self.call(
                "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                "GetConnectionUnixProcessID", arguments,
            )
            if pid == self.pid:
                return bus
        return None

    def nodes(self):
        """Everything that is in the window now; nothing before its first frame."""
        try:
            items, = self.call(self.bus, CACHE, "org.a11y.atspi.Cache", "GetItems")
        except GLib.GError as error:
            if "UnknownObject" not in error.message:
                raise
            items = []
        return [Node(self, item) for item in items]

    def settled(self):
        """Everything that is in the window, once two looks at it found the same."""
        looks = []

        def probe():
            looks.append(self.nodes())
            paths = [[node.path for node in nodes] for nodes in looks[-2:]]
            return len(looks) > 1 and paths[0] == paths[1] and looks[-1]

        return wait_for("a window whose elements stay", probe)

    def all(self, name, role=None):
        """The elements whose name is `name`, or for which the function `name` says yes."""
        fits = name if callable(name) else lambda known: known == name
        return [node for node in self.nodes() if fits(node.name) and role in (None, node.role)]

    def focused(self):
        """The element that has the keyboard, if it is not the window as a whole."""
        nodes = self.nodes()
        return next((node for node in nodes if "focused" in node.states and node.role != "frame"), None)

    def find(self, name, role=None, seconds=20.0):
        """Waits for an element and returns it."""
        what = f"an element {role or ''} {name if isinstance(name, str) else 'as looked for'}"
        return wait_for(
            what,
            lambda: next(iter(self.all(name, role)), None),
            seconds,
            lambda: self.nodes(),
        )
