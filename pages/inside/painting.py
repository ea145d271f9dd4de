"""What a PDF page paints: images with their places, visible and hidden text, anything else (ISO 32000-2 8 and 9).

A small interpreter of content streams that follows just the state that decides those questions: the matrix, the clip,
white or not, the text rendering mode, transparency. It never draws. Where it cannot follow it says `other`, which
means: this page must be rendered.
"""

import contextlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from pages.inside.documents import Geometry, numbers
from pages.inside.matrices import IDENTITY, Matrix, Rectangle, area, around, bounds, common, overlap, times, turn

CONTENT_BYTES = 2 << 20  # of one page's decoded content: scans with a text layer have a tenth; drawings have more
_DEPTH = 12  # of forms within forms, and q within q times eight
_COVERED = 0.98  # share of the page an opaque image covers to hide what lies below
_HIDDEN_MODES = {3, 7}  # text rendering modes that leave no mark (9.3.6)

_WATCHED = "q Q cm gs g rg k G RG K cs CS sc scn SC SCN re m l c v y h W W* n f F f* S s B B* b b* sh Do BI ID EI BDC EMC Tr Tj TJ ' \""
_FILLS = {"f", "F", "f*", "B", "B*", "b", "b*"}
_STROKES = {"S", "s", "B", "B*", "b", "b*"}
_GREYS = {"g": 1, "rg": 3, "k": 4, "G": 1, "RG": 3, "K": 4}


@dataclass(frozen=True, slots=True)
class Placed:
    """An image and where it lies. `image` is None for inline images. `plain`: whole, opaque, nothing mixed in."""

    image: Any
    matrix: Matrix
    plain: bool


@dataclass(slots=True)
class Painting:
    """What a page shows.

    Attributes:
        images: those not hidden below a later one.
        letters: bytes of visible text; `hidden` of text that leaves no mark or lies below an image.
        unread: some content could not be read at all.
        other: lines, areas, shades, appearances of annotations, or content that could not be followed.
    """

    images: list[Placed] = field(default_factory=list)
    letters: int = 0
    hidden: int = 0
    other: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Matrix = IDENTITY
    clip: Rectangle | None = None  # None: the whole page
    fill_white: bool = False
    stroke_white: bool = False
    mode: int = 0
    opaque: bool = True
    optional: bool = False  # within optional content: it may be switched off


def painting(page: pikepdf.Page, shape: Geometry) -> Painting:
    """What a page and its annotations paint."""
    found = Painting()
    _Painter(found, shape).run(page.obj, page.obj.get("/Resources"), _State(), 0)
    found.other = found.other or any(_shows(annotation) for annotation in _array(page.obj.get("/Annots")))
    return found


class _Painter:
    """Runs the content of one page."""

    def __init__(self, found: Painting, shape: Geometry) -> None:
        self._found = found
        self._shape = shape
        self._path: Rectangle | None = None
        self._simple = True  # the path is rectangles only
        self._clipping = False
        self._left = CONTENT_BYTES

    def run(self, holder: Any, resources: Any, state: _State, depth: int) -> None:
        """Run a page's or form's content, starting in `state`."""
        instructions = self._instructions(holder)
        if instructions is None or depth > _DEPTH:
            self._found.other = True
            return
        stack: list[_State] = []
        marks = 0
        for instruction in instructions:
            name = str(instruction.operator)
            if name == "q" and len(stack) < 8 * _DEPTH:
                stack.append(state)
            elif name == "Q":
                state = stack.pop() if stack else state
            elif name == "BDC":
                marks += 1
                state = replace(state, optional=state.optional or _is_optional(instruction.operands))
            elif name == "EMC":
                marks -= 1
                state = replace(state, optional=state.optional and marks > 0)
            elif name == "Do":
                self._draw(_resource(resources, "/XObject", instruction.operands), resources, state, depth)
            elif name == "gs":
                state = _with_graphics_state(state, _resource(resources, "/ExtGState", instruction.operands))
            else:
                state = self._step(name, instruction.operands, state)

    def _instructions(self, holder: Any) -> Any:
        """Parsed content; None where it is too much to follow or cannot be read."""
        contents = holder if isinstance(holder, pikepdf.Stream) else holder.get("/Contents")
        streams = [contents] if isinstance(contents, pikepdf.Stream) else _array(contents)
        for stream in streams:
            self._left -= _decoded_size(stream, self._left)
            if self._left < 0:
                return None
        if not streams:
            return []
        try:
            return pikepdf.parse_content_stream(
                holder if isinstance(holder, pikepdf.Stream) else pikepdf.Page(holder), _WATCHED
            )
        except (pikepdf.PdfError, RuntimeError, ValueError, TypeError):
            self._found.unread = True
            return None

    def _step(self, name: str, operands: Any, state: _State) -> _State:
        """One operator of those that need no resources; returns the state after it."""
        if name == "cm":
            matrix = numbers(operands, 6)
            return replace(state, matrix=times(matrix, state.matrix)) if matrix else state  # type: ignore[arg-type]
        if name == "Tr":
            mode = numbers(operands, 1)
            return replace(state, mode=int(mode[0])) if mode else state
        if name in _GREYS or name in {"cs", "CS", "sc", "scn", "SC", "SCN"}:
            white = _is_white(name, operands)
            return replace(state, stroke_white=white) if name[0].isupper() else replace(state, fill_white=white)
        if name in {"Tj", "TJ", "'", '"'}:
            self._show(operands, state)
        elif name == "sh" or str(name) == "INLINE IMAGE":
            self._inline(name, state)
        else:
            return self._trace(name, operands, state)
        return state

    def _show(self, operands: Any, state: _State) -> None:
        count = sum(_letters(operand) for operand in operands)
        if state.mode in _HIDDEN_MODES:
            self._found.hidden += count
        else:
            self._found.letters += count

    def _inline(self, name: str, state: _State) -> None:
        if name == "sh":
            self._found.other = True
        else:
            self._found.images.append(Placed(None, state.matrix, plain=False))

    def _trace(self, name: str, operands: Any, state: _State) -> _State:
        """Paths: building, clipping, painting."""
        if name == "re":
            rectangle = numbers(operands, 4)
            if rectangle:
                x, y, width, height = rectangle
                self._extend(bounds(state.matrix, (x, y, x + width, y + height)))
                self._simple = self._simple and turn(state.matrix) is not None
        elif name in {"m", "l", "c", "v", "y"}:
            points = numbers(operands, len(operands)) or ()
            for x, y in zip(points[::2], points[1::2], strict=False):
                self._extend(bounds(state.matrix, (x, y, x, y)))
            self._simple = False
        elif name in {"W", "W*"}:
            self._clipping = True
        elif name != "h":
            return self._finish(name, state)
        return state

    def _extend(self, rectangle: Rectangle) -> None:
        path = self._path
        self._path = rectangle if path is None else around(path, rectangle)

    def _finish(self, name: str, state: _State) -> _State:
        """The end of a path: painted, and taken as clip if so marked."""
        path, simple, clipping = self._path, self._simple, self._clipping
        self._path, self._simple, self._clipping = None, True, False
        if path is None:
            return state
        seen = (name in _FILLS and not state.fill_white) or (name in _STROKES and not state.stroke_white)
        # A line has no area: widen it, so that one within the page is seen.
        if seen and overlap((path[0] - 1, path[1] - 1, path[2] + 1, path[3] + 1), self._shape.box) > 0:
            self._found.other = True
        if not clipping:
            return state
        clip = path if state.clip is None else common(path, state.clip)
        return replace(state, clip=clip, opaque=state.opaque and simple)

    def _draw(self, thing: Any, resources: Any, state: _State, depth: int) -> None:
        if not isinstance(thing, pikepdf.Stream):
            return
        optional = state.optional or "/OC" in thing
        if thing.get("/Subtype") == "/Form":
            matrix = numbers(thing.get("/Matrix"), 6) or IDENTITY
            inner = replace(state, matrix=times(matrix, state.matrix), optional=optional)  # type: ignore[arg-type]
            group = thing.get("/Group")
            if isinstance(group, pikepdf.Dictionary) and not state.opaque:
                inner = replace(inner, opaque=False)
            box = numbers(thing.get("/BBox"), 4)
            if box and turn(inner.matrix) is not None:
                clip = bounds(inner.matrix, box)  # type: ignore[arg-type]
                inner = replace(inner, clip=clip if inner.clip is None else common(clip, inner.clip))
            self.run(thing, thing.get("/Resources", resources), inner, depth + 1)
        elif thing.get("/Subtype") == "/Image":
            self._place(thing, replace(state, optional=optional))

    def _place(self, image: Any, state: _State) -> None:
        place = bounds(state.matrix)
        whole = state.clip is None or overlap(place, state.clip) >= 0.99 * overlap(place, self._shape.box)
        masked = "/SMask" in image or "/Mask" in image or bool(image.get("/ImageMask", False))
        plain = whole and state.opaque and not state.optional and not masked
        if (
            plain
            and turn(state.matrix) is not None
            and overlap(place, self._shape.box) >= _COVERED * area(self._shape.box)
        ):
            self._found.images.clear()
            self._found.hidden += self._found.letters
            self._found.letters = 0
            self._found.other = False
        self._found.images.append(Placed(image, state.matrix, plain))


def _shows(annotation: Any) -> bool:
    """An annotation with an appearance of some size that is not hidden (ISO 32000-2 12.5.3); links and pop-ups have none."""
    if not isinstance(annotation, pikepdf.Dictionary) or annotation.get("/Subtype") in ("/Link", "/Popup"):
        return False
    (flags,) = numbers([annotation.get("/F", 0)], 1) or (0.0,)
    corners = numbers(annotation.get("/Rect"), 4)
    appearance = annotation.get("/AP")
    if int(flags) & (2 | 32) or not corners or corners[0] == corners[2] or corners[1] == corners[3]:
        return False
    normal = appearance.get("/N") if isinstance(appearance, pikepdf.Dictionary) else None
    if isinstance(normal, pikepdf.Stream):
        return _decoded_size(normal, CONTENT_BYTES) > 0
    return isinstance(normal, pikepdf.Dictionary)


def _decoded_size(stream: Any, most: int) -> int:
    """Bytes of decoded content, counted to a little above `most` so that a bomb stays small; white space is nothing."""
    if not isinstance(stream, pikepdf.Stream):
        return 0
    raw = bytes(stream.read_raw_bytes())
    if stream.get("/Filter") not in ("/FlateDecode", None):
        return len(raw) * (4 if len(raw) < most else 1)  # rarer codings seldom do better
    if "/Filter" not in stream:
        return len(raw.strip())
    with contextlib.suppress(zlib.error):
        return len(zlib.decompressobj().decompress(raw, max(most, 0) + 2).strip())
    return len(raw)


def _array(value: Any) -> Iterator[Any] | list[Any]:
    return list(value) if isinstance(value, pikepdf.Array) else []


def _resource(resources: Any, kind: str, operands: Any) -> Any:
    group = resources.get(kind) if isinstance(resources, pikepdf.Dictionary) else None
    if not isinstance(group, pikepdf.Dictionary) or len(operands) != 1 or not isinstance(operands[0], pikepdf.Name):
        return None
    return group.get(str(operands[0]))


def _is_optional(operands: Any) -> bool:
    return len(operands) > 0 and operands[0] == "/OC"


def _with_graphics_state(state: _State, parameters: Any) -> _State:
    """Transparency makes a page more than its image: constant alpha, blend modes, soft masks (ISO 32000-2 11.6)."""
    if not isinstance(parameters, pikepdf.Dictionary):
        return state
    alpha = numbers([parameters.get("/ca", 1)], 1) or (1.0,)
    blend, mask = parameters.get("/BM", "/Normal"), parameters.get("/SMask", "/None")
    opaque = alpha[0] >= 0.999 and blend in ("/Normal", "/Compatible") and mask == "/None"
    return replace(state, opaque=state.opaque and opaque)


def _is_white(name: str, operands: Any) -> bool:
    """Paper white in device grey, RGB or CMYK; of other colour spaces nothing is known."""
    values = numbers(operands, _GREYS.get(name, len(operands)))
    if not values or name in {"cs", "CS"}:
        return False
    return all(value >= 0.999 for value in values) if len(values) in {1, 3} else all(value <= 0.001 for value in values)


def _letters(operand: Any) -> int:
    """Bytes shown by an operand of a text-showing operator, spaces not counted."""
    if isinstance(operand, pikepdf.Array):
        return sum(_letters(item) for item in operand)
    return len(bytes(operand).strip(b" \0")) if isinstance(operand, pikepdf.String) else 0
