"""Two partitions beside each other, such as organisations and age groups: the smallest cut.

Where published totals are those of two families of disjoint groups, every unit is an edge between
one group of each, and a combination of totals is about the edges that a labelling of the groups
cuts. So the fewest people any combination can be about is a minimum cut of a bipartite graph: no
solver is needed, only whole numbers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from warehouse.disclosure.families import Bools, Ints
from warehouse.disclosure.solver import Floats, NotCertainError

COLUMNS_MAX = 14


class Cut(NamedTuple):
    """The smallest combination of totals: people it is about, and rows and columns it uses."""

    people: int
    rows: Bools
    columns: Bools


def smallest_cut(counts: Ints, outside_columns: Ints, outside_rows: Ints) -> Cut | None:
    """Return the combination of row and column totals about fewest people; None: nobody is there.

    Shape: counts (rows, columns) of people; outside_columns (rows,) people of a row who are in no
    column, outside_rows (columns,) people of a column who are in no row.
    Errors: NotCertainError when more columns hang together than can be tried.
    """
    rows, columns = counts.shape
    row, column = np.nonzero(counts)
    edges = (np.ones(len(row), dtype=np.int8), (row, rows + column))
    graph = csr_array(edges, shape=(rows + columns,) * 2)
    _, labels = connected_components(graph, directed=False)
    best: Cut | None = None
    for label in np.unique(labels):
        mine, theirs = labels[:rows] == label, labels[rows:] == label
        found = component_cut(
            counts[np.ix_(mine, theirs)], outside_columns[mine], outside_rows[theirs]
        )
        if found is not None and (best is None or found.people < best.people):
            best = Cut(found.people, spread(found.rows, mine), spread(found.columns, theirs))
    return best


def spread(chosen: Bools, places: Bools) -> Bools:
    """Return a choice among some places as a choice among all."""
    every = np.zeros(len(places), dtype=bool)
    every[places] = chosen
    return every


def component_cut(counts: Ints, outside_columns: Ints, outside_rows: Ints) -> Cut | None:
    """Return the smallest cut of groups that hang together, every choice of columns tried."""
    columns = counts.shape[1]
    if columns > COLUMNS_MAX:
        raise NotCertainError(f"{columns} groups of a breakdown hang together; too many to try.")
    # Row and column groups have the label 0 or 1; who is in no group counts as labelled 0.
    choices = (np.arange(2**columns)[:, None] >> np.arange(columns)) & 1
    ones = counts @ choices.T
    if_zero = ones
    if_one = counts.sum(axis=1)[:, None] - ones + outside_columns[:, None]
    least = np.minimum(if_zero, if_one)
    base = least.sum(axis=0) + outside_rows @ choices.T
    # A cut through nothing says nothing; then one row more must go to its worse side.
    step = np.where(base > 0, 0, extra(np.maximum(if_zero, if_one)))
    people = base + step
    if not (people > 0).any() or not np.isfinite(people).any():
        return None
    best = int(np.argmin(np.where(people > 0, people, np.inf)))
    labels = if_one[:, best] < if_zero[:, best]
    if base[best] == 0:
        worse = np.maximum(if_zero, if_one)[:, best].astype(float)
        row = int(np.argmin(np.where(worse > 0, worse, np.inf)))
        labels[row] = ~labels[row]
    return Cut(int(people[best]), labels, choices[best].astype(bool))


def extra(worse: Ints) -> Floats:
    """Return, per choice, the smallest positive cost of one row on its worse side."""
    if not len(worse):
        return np.full(worse.shape[1], np.inf)
    return np.asarray(np.where(worse > 0, worse, np.inf).min(axis=0))
