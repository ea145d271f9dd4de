"""Matrices and upright rectangles of PDF user space (ISO 32000-1 8.3)."""

Matrix = tuple[float, float, float, float, float, float]
Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top."""
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_UNIT: Rectangle = (0.0, 0.0, 1.0, 1.0)


def bounds(matrix: Matrix, rectangle: Rectangle = _UNIT) -> Rectangle:
    """The upright rectangle around a transformed one: left, bottom, right, top."""
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in rectangle[::2] for y in rectangle[1::2]]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def overlap(one: Rectangle, other: Rectangle) -> float:
    """Area that two rectangles share."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0.0, width) * max(0.0, height)


def area(rectangle: Rectangle) -> float:
    """Area of a rectangle."""
    return (rectangle[2] - rectangle[0]) * (rectangle[3] - rectangle[1])


def times(one: Matrix, two: Matrix) -> Matrix:
    """Both in one, `one` applied first."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def turn(matrix: Matrix) -> int | None:
    """Degrees clockwise (0, 90, 180, 270) by which a matrix turns; None if it mirrors, slants or turns by less."""
    a, b, c, d = matrix[:4]
    slack = 0.002 * max(abs(a), abs(b), abs(c), abs(d))
    if abs(b) <= slack and abs(c) <= slack and a * d > 0:
        return 0 if a > 0 else 180
    if abs(a) <= slack and abs(d) <= slack and b * c < 0:
        return 270 if b > 0 else 90
    return None


def around(one: Rectangle, two: Rectangle) -> Rectangle:
    """The smallest that holds both."""
    return min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3])


def common(one: Rectangle, two: Rectangle) -> Rectangle:
    """What both share; turned inside out where they share nothing, so that nothing overlaps it."""
    return max(one[0], two[0]), max(one[1], two[1]), min(one[2], two[2]), min(one[3], two[3])
