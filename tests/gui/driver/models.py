"""ONNX files, written by hand: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto"""


def field(number, content):
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value):
    low = bytearray()
    while value >= 0x80:
        low.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(low) + bytes([value])


def nested(depth=15_000):
    """A graph within a graph, far deeper than a stack."""
    graph = b""
    for _ in range(depth):
        attribute = field(1, b"body") + field(6, graph) + varint(20 << 3) + varint(5)
        graph = field(1, field(2, b"vector") + field(4, b"Loop") + field(5, attribute))
    return varint(1 << 3) + varint(8) + field(7, graph)
