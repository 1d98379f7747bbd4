"""Villages out of cells and towns out of villages: connected regions of a graph, by growth from seeds."""

import math
from collections.abc import Sequence
from random import Random

from liandong.sample.terrain import Spot


def is_connected(neighbours: Sequence[Sequence[int]]) -> bool:
    """Whether every node can be reached from the first."""
    reached, todo = {0}, [0]
    while todo:
        for other in neighbours[todo.pop()]:
            if other not in reached:
                reached.add(other)
                todo.append(other)
    return len(reached) == len(neighbours)


def spread(rng: Random, neighbours: Sequence[Sequence[int]], count: int) -> list[int]:
    """`count` nodes far from each other, counted in steps of the graph."""
    steps = [len(neighbours)] * len(neighbours)
    chosen: list[int] = []
    while len(chosen) < count:
        farthest = max(steps)
        node = rng.choice([node for node, far in enumerate(steps) if far == farthest])
        chosen.append(node)
        _come_nearer(steps, neighbours, node)
    return chosen


def _come_nearer(steps: list[int], neighbours: Sequence[Sequence[int]], start: int) -> None:
    steps[start] = 0
    wave, far = [start], 0
    while wave:
        far += 1
        ahead = []
        for node in wave:
            for other in neighbours[node]:
                if steps[other] > far:
                    steps[other] = far
                    ahead.append(other)
        wave = ahead


def grow(
    seeds: Sequence[int], neighbours: Sequence[Sequence[int]], spots: Sequence[Spot], shares: Sequence[float]
) -> list[int]:
    """The region of every node. The region that lags most behind its share takes the free neighbour nearest to it."""
    owner = [-1] * len(neighbours)
    fronts: list[set[int]] = [set() for _ in seeds]
    sizes = [0] * len(seeds)
    for region, node in enumerate(seeds):
        owner[node] = region
    for region, node in enumerate(seeds):
        _settle(owner, fronts, sizes, neighbours, node, region)
    while any(fronts):
        region = min((r for r in range(len(seeds)) if fronts[r]), key=lambda r: (sizes[r] / shares[r], r))
        middle = spots[seeds[region]]
        node = min(fronts[region], key=lambda n: (math.dist(spots[n], middle), n))
        owner[node] = region
        _settle(owner, fronts, sizes, neighbours, node, region)
    return owner


def _settle(
    owner: list[int],
    fronts: list[set[int]],
    sizes: list[int],
    neighbours: Sequence[Sequence[int]],
    node: int,
    region: int,
) -> None:
    sizes[region] += 1
    for front in fronts:
        front.discard(node)
    fronts[region].update(other for other in neighbours[node] if owner[other] < 0)


def neighbours_of(owner: Sequence[int], neighbours: Sequence[Sequence[int]], count: int) -> list[tuple[int, ...]]:
    """Which regions touch."""
    touching: list[set[int]] = [set() for _ in range(count)]
    for node, others in enumerate(neighbours):
        touching[owner[node]].update(owner[other] for other in others)
    return [tuple(sorted(others - {region})) for region, others in enumerate(touching)]
