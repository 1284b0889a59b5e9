"""Pictures made from photos by ImageMagick."""

from concurrent.futures import ThreadPoolExecutor

from .screen import tool


def photos_in(folder):
    return sorted(folder.rglob("*.jpg"))


def edited_copy(photo, file):
    """A smaller, cropped and much compressed copy."""
    tool("convert", photo, "-gravity", "center", "-crop", "88%x88%+0+0", "+repage",
         "-resize", "70%", "-quality", 40, file)


def middle(photo, file):
    """The middle part of a photo, 60 % of its sides, and a red bar across it."""
    tool("convert", photo, "-gravity", "center", "-crop", "60%x60%+0+0", "+repage",
         "-resize", "400x", "-fill", "#d02020", "-draw", "rectangle 0,40 399,76", "-quality", 80, file)


def web_copy(photo, file):
    tool("convert", photo, "-resize", "60%", "-quality", 70, file)


def grey_copy(photo, file):
    tool("convert", photo, "-colorspace", "Gray", "-quality", 80, file)


def is_tall(photo):
    width, height = tool("identify", "-format", "%w %h ", photo).split()[:2]
    return int(height) > int(width)


def page_with(photo, file):
    """A page with the photo on it, as on a phone's screen; returns two corners of the photo, as
    shares of the page."""
    page, left, top = (600, 960), 60, 150
    width, height = 480, 640
    bars = [(60, 44, 300, 66), (60, 92, 540, 104), (60, 112, 420, 124), (60, 820, 360, 840), (60, 862, 540, 874),
            (60, 884, 480, 896)]
    drawn = [word for bar in bars for word in ("-draw", "rectangle {},{} {},{}".format(*bar))]
    tool("convert", "-size", "{}x{}".format(*page), "xc:#f3f1ec", "-fill", "#c9c5bb", *drawn,
         "(", photo, "-resize", f"{width}x{height}^", "-gravity", "center", "-extent", f"{width}x{height}", ")",
         "-gravity", "NorthWest", "-geometry", f"+{left}+{top}", "-composite", file)
    corner = left / page[0], top / page[1]
    return corner, ((left + width) / page[0], (top + height) / page[1])


def png_copy(photo, file):
    tool("convert", photo, "-resize", "80%", f"png24:{file}")


def crops(photos, folder, each):
    """Makes `each` different crops of every photo; returns how many there are."""
    folder.mkdir(parents=True)

    def cut(photo):
        words = ["convert", photo]
        for number in range(each):
            share, left, top = 60 + 4 * (number % 7), 16 * (number % 5), 20 * (number % 4)
            words += [
                "(", "+clone", "-crop", f"{share}%x{share}%+{left}+{top}", "+repage",
                "-filter", "triangle", "-resize", "480x", "-quality", 85,
                "-write", folder / f"{photo.stem}-{number:02}.jpg", "+delete", ")",
            ]
        tool(*words, "null:")

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(cut, photos))
    return len(list(folder.iterdir()))
