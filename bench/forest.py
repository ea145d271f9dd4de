"""Boosted trees over figures of evidence: examples and weights come in, `ocr.extraction.confidence.Tree`s go out. Numpy alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ocr.extraction.confidence import Tree

TREES, DEPTH, RATE, RIDGE, LEAST = 150, 4, 0.08, 5.0, 4.0
SHARE, FIGURES, EDGES = 0.7, 0.5, 24  # of the examples and figures each tree sees; steps a figure is cut into

Array = np.ndarray[Any, np.dtype[np.float64]]


def grow(x: Array, wrong: Array, names: Sequence[str]) -> tuple[float, tuple[Tree, ...]]:
    """The odds at the start and the trees; the same for the same examples (fixed seed)."""
    drawn = np.random.default_rng(1)
    edges = [_edges(x[:, column]) for column in range(x.shape[1])]
    steps = np.stack([np.searchsorted(e, x[:, i], side="right") for i, e in enumerate(edges)], axis=1)
    start = float(np.log(wrong.mean() / (1 - wrong.mean())))
    odds, trees = np.full(len(x), start), []
    for _ in range(TREES):
        p = 1 / (1 + np.exp(-odds))
        slope, curve = wrong - p, p * (1 - p)
        rows = np.flatnonzero(drawn.random(len(x)) < SHARE)
        columns = drawn.choice(x.shape[1], max(1, int(FIGURES * x.shape[1])), replace=False)
        splits, leaf = _tree(steps, edges, rows, columns, slope, curve)
        size = 2**DEPTH
        up = np.bincount(leaf[rows], slope[rows], size)
        leaves = RATE * up / (np.bincount(leaf[rows], curve[rows], size) + RIDGE)
        odds += leaves[leaf]
        named = tuple((names[column] if column >= 0 else "", round(least, 5)) for column, least in splits)
        trees.append(Tree(named, tuple(round(float(value), 4) for value in leaves)))
    return start, tuple(trees)


def _edges(figure: Array) -> Array:
    values = np.unique(figure)
    if len(values) > EDGES:
        some = figure[figure != 0]
        values = np.unique(np.quantile(some if len(some) > 50 else figure, np.linspace(0, 1, EDGES)))
    cuts = (values[1:] + values[:-1]) / 2
    above = values[values > 0]
    return np.unique(np.append(cuts, above[0] / 2)) if len(above) else cuts


def _tree(
    steps: Array, edges: Sequence[Array], rows: Array, columns: Array, slope: Array, curve: Array
) -> tuple[list[tuple[int, float]], Array]:
    """(column, least) of each inner node, -1 where nothing is gained; and the leaf of every example."""
    splits: list[tuple[int, float]] = []
    node = np.zeros(len(steps), dtype=int)
    for depth in range(DEPTH):
        count = 2**depth
        best = _best(steps, edges, rows, columns, slope, curve, node, count)
        below = np.zeros_like(node)
        for number, (gain, column, edge) in enumerate(best):
            here = node == number
            if gain <= 1e-3:
                splits.append((-1, 0.0))
                below[here] = 2 * number
                continue
            splits.append((column, float(edges[column][edge])))
            below[here] = 2 * number + (steps[here, column] > edge)
        node = below
    return splits, node


def _best(
    steps: Array,
    edges: Sequence[Array],
    rows: Array,
    columns: Array,
    slope: Array,
    curve: Array,
    node: Array,
    count: int,
) -> list[tuple[float, int, int]]:
    own, up, down = node[rows], slope[rows], curve[rows]
    whole = np.bincount(own, up, count) ** 2 / (np.bincount(own, down, count) + RIDGE)
    best = [(0.0, -1, 0)] * count
    for column in columns:
        size = len(edges[column]) + 1
        if size < 2:
            continue
        at = own * size + steps[rows, column]
        left, weight = (np.bincount(at, of, count * size).reshape(count, size).cumsum(axis=1) for of in (up, down))
        right, rest = left[:, -1:] - left[:, :-1], weight[:, -1:] - weight[:, :-1]
        left, weight = left[:, :-1], weight[:, :-1]
        gain = left**2 / (weight + RIDGE) + right**2 / (rest + RIDGE) - whole[:, None]
        gain[(weight < LEAST) | (rest < LEAST)] = -1
        for number in range(count):
            edge = int(gain[number].argmax())
            if gain[number, edge] > best[number][0]:
                best[number] = (float(gain[number, edge]), int(column), edge)
    return best
