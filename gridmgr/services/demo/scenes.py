"""Drawn stand-ins for the photos of the demo city: what a collector saw, and the same spot when the work was done."""

import functools
import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT, FINE = 960, 660, 2
"""Pixels of a picture; it is painted ``FINE`` times as large and made smaller, for smooth edges."""
KINDS = ("rubbish", "manhole", "pothole", "stall", "tree", "railing")
STEEL, RUST, SHADE = "#8d989d", "#a8552f", "#2b2e30"


@functools.cache
def jpeg(kind, is_done=False, turn=0):
    """Return a picture as JPEG; ``turn`` gives another light, odd ones another side."""
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE))
    pen = Pen(image)
    PAINTERS[kind](pen, is_done)
    small = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    lit(small, turn).save(written, "JPEG", quality=82)
    return written.getvalue()


def lit(image, turn):
    """Return a picture in the light of a turn, with the grain of a phone's camera."""
    grain = np.random.default_rng(turn).normal(0, 6, (HEIGHT, WIDTH, 1))
    slope = np.linspace(12, -18, HEIGHT)[:, None, None] + 6 * (turn % 3 - 1)
    values = np.asarray(image.filter(ImageFilter.GaussianBlur(0.6)), float) + grain + slope
    made = Image.fromarray(np.clip(values, 0, 255).astype(np.uint8))
    return made.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if turn % 2 else made


class Pen:
    """Draws in a frame of 320 by 220, whatever the size of the picture."""

    def __init__(self, image):
        self.to, self.scale = ImageDraw.Draw(image), image.width / 320

    def at(self, *numbers):
        """Return coordinates of the frame as pixels."""
        return [number * self.scale for number in numbers]

    def box(self, west, top, east, bottom, colour, round_by=0):
        """Fill a box."""
        self.to.rounded_rectangle(self.at(west, top, east, bottom), round_by * self.scale, colour)

    def round(self, x, y, across, high, colour):
        """Fill an ellipse about a point."""
        self.to.ellipse(self.at(x - across, y - high, x + across, y + high), colour)

    def shape(self, points, colour):
        """Fill a polygon."""
        self.to.polygon(self.at(*[one for point in points for one in point]), colour)

    def line(self, points, colour, width):
        """Draw a line."""
        pixels = self.at(*[one for point in points for one in point])
        self.to.line(pixels, colour, round(width * self.scale), "curve")

    def fade(self, top, bottom, above, below):
        """Fill the frame between two heights from one colour to another, as (red, green, blue)."""
        first, last = (round(one * self.scale) for one in (top, bottom))
        for row in range(first, last):
            share = (row - first) / max(last - first, 1)
            colour = tuple(round(a + (b - a) * share) for a, b in zip(above, below, strict=True))
            self.to.line([(0, row), (320 * self.scale, row)], colour)


def street(pen, horizon=92):
    """Paint a street: houses, kerb, asphalt."""
    pen.fade(0, horizon, (196, 211, 219), (216, 218, 212))
    for x, top, width, colour in (
        (0, 14, 66, "#b9a68d"),
        (70, 26, 84, "#a79f93"),
        (158, 8, 70, "#c2b39b"),
        (232, 30, 88, "#9f9a90"),
    ):
        pen.box(x, top, x + width, horizon, colour)
        for row in range(int(top) + 8, horizon - 24, 16):
            for column in range(x + 8, x + width - 10, 18):
                pen.box(column, row, column + 9, row + 9, "#5d6b75")
    pen.box(0, horizon, 320, horizon + 12, "#c9c3b6")
    pen.box(0, horizon + 12, 320, horizon + 16, "#8f8b83")
    pen.fade(horizon + 16, 220, (126, 128, 128), (88, 90, 91))


def wall(pen):
    """Paint a brick wall over a pavement."""
    pen.fade(0, 128, (203, 192, 175), (170, 158, 140))
    for row in range(0, 128, 13):
        pen.line([(0, row), (320, row)], "#b3a48d", 0.8)
        for x in range(row // 13 % 2 * 16, 320, 32):
            pen.line([(x, row), (x, row + 13)], "#b3a48d", 0.8)
    pen.fade(128, 220, (150, 147, 141), (112, 110, 106))
    pen.line([(0, 129), (320, 129)], "#5d5a55", 2.4)


def asphalt(pen):
    """Paint a road seen from above, with the edge line and a kerb."""
    pen.fade(0, 220, (140, 143, 145), (92, 96, 98))
    pen.shape([(0, 0), (320, 0), (320, 10), (0, 36)], "#b9b3a4")
    pen.line([(0, 40), (320, 14)], "#d8d2c4", 4)
    for x in range(-20, 320, 74):
        pen.line([(x, 196 - x * 0.12), (x + 46, 190 - x * 0.12)], "#e4e1d6", 5)


def bin_at(pen, x, is_open):
    """Paint a green bin on the pavement."""
    pen.shape([(x, 84), (x + 54, 84), (x + 48, 162), (x + 6, 162)], "#2f6b4b")
    for foot in (x + 12, x + 42):
        pen.round(foot, 163, 6, 6, "#222222")
    pen.box(x + 19, 104, x + 34, 124, "#cfe0d6", 2)
    if is_open:
        pen.round(x + 27, 76, 24, 18, "#303336")
    pen.box(x - 4, 76, x + 58, 87, "#3c815c", 3)


def rubbish(pen, is_done):
    """Bags beside a full bin; the bins alone."""
    wall(pen)
    bin_at(pen, 34, not is_done)
    if is_done:
        return bin_at(pen, 100, False)
    for x, y, across, high, colour in (
        (128, 156, 36, 32, "#26282b"),
        (186, 160, 40, 34, "#3d4a5c"),
        (238, 168, 30, 24, "#d2cec3"),
    ):
        pen.round(x, y, across, high, colour)
        pen.shape([(x - 7, y - high - 8), (x + 7, y - high - 9), (x + 2, y - high + 5)], colour)
    pen.shape([(70, 190), (96, 172), (118, 184), (102, 200)], "#b08a55")
    pen.shape([(250, 204), (278, 190), (300, 199), (280, 214)], "#a9824f")
    pen.round(142, 200, 9, 8, "#c33f2f")
    pen.round(222, 206, 6, 5, "#6da24e")
    return None


def manhole(pen, is_done):
    """An open shaft with its cover beside it; the cover in its place."""
    asphalt(pen)
    pen.round(160, 116, 90, 50, "#747879")
    if is_done:
        cover(pen, 160, 114, 78, 41)
    else:
        pen.round(154, 118, 74, 39, "#17191a")
        pen.round(150, 124, 60, 28, "#08090a")
        cover(pen, 240, 92, 64, 31)
        pen.shape([(40, 132), (60, 132), (70, 178), (30, 178)], "#e0622b")
        pen.shape([(36, 150), (64, 150), (66, 160), (34, 160)], "#f4f0e6")
        pen.box(22, 176, 78, 184, "#c9521f", 2)


def cover(pen, x, y, across, high):
    """Paint the cover of a shaft."""
    pen.round(x, y + 4, across, high, "#55595b")
    pen.round(x, y, across, high, "#404446")
    for share in (-0.66, -0.33, 0, 0.33, 0.66):
        reach = high * (1 - share**2) ** 0.5 * 0.92
        pen.line([(x + across * share, y - reach), (x + across * share, y + reach)], "#5f6466", 2)
    for share in (-0.4, 0, 0.4):
        reach = across * (1 - share**2) ** 0.5 * 0.95
        pen.line([(x - reach, y + high * share), (x + reach, y + high * share)], "#5f6466", 2)


def pothole(pen, is_done):
    """Broken asphalt with water in it; the patch."""
    street(pen)
    if is_done:
        return pen.shape([(96, 142), (226, 138), (246, 190), (78, 196)], "#4c5052")
    pen.shape([(92, 156), (120, 138), (176, 140), (232, 148), (246, 172), (206, 194), (130, 196), (88, 180)], "#4b4a46")
    pen.shape([(112, 164), (150, 150), (214, 158), (222, 174), (168, 186), (122, 182)], "#2f3335")
    pen.shape([(134, 168), (170, 160), (206, 166), (168, 178)], "#7f95a1")
    for x, y in ((74, 190), (258, 158), (266, 190), (100, 204), (214, 206)):
        pen.round(x, y, 6, 4, "#6b6861")
    return None


def stall(pen, is_done):
    """A fruit stall on the pavement before shops; the shops alone."""
    street(pen, 128)
    for x in (14, 92, 170, 248):
        pen.box(x, 66, x + 60, 128, "#56626b")
        pen.box(x - 4, 48, x + 66, 64, "#7a3d34" if x % 4 else "#2f5e6b")
    if is_done:
        return None
    for x in (64, 254):
        pen.line([(x, 110), (x, 200)], "#55585a", 3.4)
    pen.shape([(70, 84), (250, 84), (272, 114), (48, 114)], "#c8483a")
    for x in (92, 140, 188, 236):
        pen.shape([(x, 84), (x + 18, 84), (x + 20 + (x - 160) // 8, 114), (x - 4 + (x - 160) // 8, 114)], "#f1ede2")
    pen.box(62, 158, 258, 192, "#8a6a43")
    for number, x in enumerate(range(78, 250, 21)):
        pen.round(x, 152, 11, 11, ("#d97a2b", "#c9402f", "#e2b33c")[number % 3])
    return None


def tree(pen, is_done):
    """A bough across the path; the path with a tree beside it."""
    pen.fade(0, 110, (190, 207, 213), (206, 214, 200))
    for x, y, across, high, colour in (
        (40, 60, 70, 52, "#5f8558"),
        (120, 50, 66, 48, "#6d9263"),
        (220, 56, 84, 54, "#587d52"),
        (300, 62, 60, 50, "#678c5e"),
    ):
        pen.round(x, y, across, high, colour)
    pen.box(262, 60, 276, 150, "#6b523c")
    pen.fade(108, 150, (124, 152, 98), (108, 136, 86))
    pen.fade(150, 220, (184, 176, 160), (150, 143, 130))
    if is_done:
        return
    pen.line([(30, 190), (130, 176), (240, 158)], "#5f4733", 11)
    for x, y, across, high in ((40, 176, 34, 20), (84, 186, 40, 22), (130, 168, 34, 20), (66, 160, 26, 16)):
        pen.round(x, y, across, high, "#4f7a45")
        pen.round(x + 8, y - 4, across * 0.6, high * 0.6, "#63904f")


def railing(pen, is_done):
    """A railing along the road, with a broken bay or whole."""
    street(pen, 78)
    for x in range(0, 330, 40):
        is_bent = not is_done and x in (120, 160)
        pen.line(
            [(x, 108), (x + (26 if is_bent else 0), 176 if not is_bent else 150)], STEEL if not is_bent else RUST, 4
        )
    for top in (114, 158):
        if is_done:
            pen.line([(0, top), (320, top)], STEEL, 3.4)
        else:
            pen.line([(0, top), (116, top)], STEEL, 3.4)
            pen.line([(204, top), (320, top)], STEEL, 3.4)
            pen.line([(116, top), (150, top + 44), (196, top + 52)], RUST, 3.4)
    for x in range(6, 320, 10):
        if is_done or not 110 < x < 206:
            pen.line([(x, 114), (x, 158)], STEEL, 1.4)
    if not is_done:
        pen.shape([(150, 196), (196, 188), (202, 194), (156, 204)], SHADE)


PAINTERS = {
    "rubbish": rubbish,
    "manhole": manhole,
    "pothole": pothole,
    "stall": stall,
    "tree": tree,
    "railing": railing,
}
