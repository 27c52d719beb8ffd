"""The arithmetic of Bradley and Terry's model; loaded, with numpy, when first needed.

Blocks come as tables of wins: how often each arm (row) was preferred to each other (column), ties half on
both sides. Strengths are logarithms, their mean 0.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Blocks = Sequence[Sequence[Sequence[float]]]

STEPS = 200
"""Most steps of Newton's method; sound data take about ten."""
CLOSE = 1e-10
"""The steps end when no strength moves by more."""
FARTHEST = 1.0
"""Longest step of a strength, so that the first steps cannot overshoot."""


def groups(blocks: Blocks, arms: int) -> list[list[int]]:
    """Return the sets of arms that are linked by chains of wins in both directions."""
    wins = np.asarray(blocks, dtype=np.float64).reshape(-1, arms, arms).sum(axis=0)
    paths = (wins > 0) | np.eye(arms, dtype=bool)
    for _ in range(arms.bit_length()):
        paths = paths @ paths
    linked = paths & paths.T
    return [row.nonzero()[0].tolist() for number, row in enumerate(linked) if row.argmax() == number]


def fit(blocks: Blocks) -> list[float]:
    """Return the strengths of greatest likelihood by Newton's method; all arms must be one group."""
    wins: Floats = np.sum(np.asarray(blocks, dtype=np.float64), axis=0)
    scores: Floats = np.zeros(len(wins))
    for _ in range(STEPS):
        step = np.linalg.solve(curvature(wins, scores) + 1 / len(wins), slope(wins, scores))
        farthest = float(np.abs(step).max())
        scores = scores + step * min(1.0, FARTHEST / max(farthest, CLOSE))
        if farthest < CLOSE:
            break
    return [float(score) for score in scores - scores.mean()]


def errors(blocks: Blocks, scores: Sequence[float]) -> list[float]:
    """Return the standard error of each strength, votes of one block going together; needs two blocks."""
    tables, at = np.asarray(blocks, dtype=np.float64), np.asarray(scores)
    inverse = np.linalg.pinv(curvature(tables.sum(axis=0), at), hermitian=True)
    slopes = np.array([slope(wins, at) for wins in tables])
    robust = inverse @ (slopes.T @ slopes) @ inverse * len(tables) / (len(tables) - 1)
    return [float(error) for error in np.sqrt(np.maximum(robust.diagonal(), inverse.diagonal()))]


def chances(scores: Floats) -> Floats:
    """Return how often each arm (row) is preferred to each other (column)."""
    return np.asarray(1 / (1 + np.exp(scores[None, :] - scores[:, None])), dtype=np.float64)


def slope(wins: Floats, scores: Floats) -> Floats:
    """Return how the log-likelihood grows with each strength."""
    return np.asarray((wins - (wins + wins.T) * chances(scores)).sum(axis=1), dtype=np.float64)


def curvature(wins: Floats, scores: Floats) -> Floats:
    """Return the information matrix: how fast that growth falls."""
    weights = (wins + wins.T) * chances(scores) * chances(scores).T
    return np.asarray(np.diag(weights.sum(axis=1)) - weights, dtype=np.float64)
