"""Which search shares the work of a city's grids evenly: ours, METIS (pymetis), and chains of random flips (GerryChain).

Usage: python -m bench.balancing [CITY]; CITY is a city file, by default the demo city, which is built into a folder
that is thrown away. Asked are the twenty communities with the most grids that have unit grids. A rival that draws all
grids anew has its grids matched with those there are by the largest common work before what moves is counted. What
is not installed is left out; the program itself needs neither.
"""

import collections
import importlib.util
import pathlib
import random
import tempfile
import time
import warnings

import numpy as np

from bench import table
from bench.decisions import NOW
from gridmgr.domain import balancing, workload
from gridmgr.services import drafts
from gridmgr.services.demo import tour
from gridmgr.services.impact import proposing
from gridmgr.services.transactions import reading
from gridmgr.store import database
from gridmgr.store import drafts as draft_rows

COMMUNITIES, LEAST_GRIDS = 20, 3


def grounds(engine):
    """Return the blocks of the communities that are asked."""
    draft = drafts.begin(engine, "bench", reason="", by="bench", at=NOW).id
    with reading(engine) as session:
        bounds, owners = draft_rows.boundaries(session, draft), collections.defaultdict(set)
        for unit in bounds.at_level("unit_grid"):
            owner = bounds.grids[unit].parent_code
            owners[bounds.grids[owner].parent_code].add(owner)
        wanted = sorted((c for c in owners if len(owners[c]) >= LEAST_GRIDS), key=lambda c: (-len(owners[c]), c))
        surveyor, _ = proposing.survey(session, draft, wanted[:COMMUNITIES], at=NOW, weights="")
        return [surveyor.ground(sorted(owners[code])) for code in wanted[:COMMUNITIES]]


def ours(ground):
    """Return the grid of each block by the search that proposals come from."""
    return balancing.balanced(ground.blocks())


def metis(ground):
    """Return the grid of each block by METIS, connected parts asked for."""
    import pymetis

    loads = np.maximum((ground.loads * 1000).astype(int), 1).tolist()
    beside = [list(near) for near in ground.beside]
    options = pymetis.Options(contig=True)
    _, parts = pymetis.part_graph(len(ground.grids), beside, vweights=loads, options=options, recursive=False)
    return matched(ground, parts)


def flips(steps):
    """Return the search by so many random flips in short bursts, towards the least spread."""

    def search(ground):
        import networkx
        from gerrychain import Graph, Partition, constraints, updaters
        from gerrychain.optimization import SingleMetricOptimizer
        from gerrychain.proposals import propose_random_flip

        random.seed(1)
        graph = networkx.Graph()
        for block, grid in enumerate(ground.owner.tolist()):
            graph.add_node(block, load=float(ground.loads[block]), grid=grid)
        graph.add_edges_from((block, other) for block, near in enumerate(ground.beside) for other in near)
        counted = {"load": updaters.Tally("load"), "cut_edges": updaters.cut_edges}
        begun = Partition(Graph.from_networkx(graph), assignment="grid", updaters=counted)
        found = SingleMetricOptimizer(
            propose_random_flip,
            [constraints.contiguous],
            begun,
            lambda one: float(np.std(list(one["load"].values()))),
            maximize=False,
        )
        collections.deque(found.short_bursts(10, steps // 10, with_progress_bar=False), maxlen=0)
        return [int(found.best_part.assignment.mapping[block]) for block in range(len(ground.owner))]

    return search


def matched(ground, parts):
    """Return parts renumbered as the grids that they have the most work in common with, each grid once."""
    count = len(ground.grids)
    common = np.zeros((count, count))
    np.add.at(common, (ground.owner, parts), ground.loads + 1e-9)
    number = {}
    while len(number) < count:
        grid, part = np.unravel_index(common.argmax(), common.shape)
        number[int(part)] = int(grid)
        common[grid, :] = common[:, part] = -1
    return [number[part] for part in parts]


def judged(ground, after):
    """Return heaviest by mean, variation, share of blocks that change hands, and parts beyond one for each grid."""
    found = workload.balance(np.bincount(after, ground.loads, len(ground.grids)))
    members = [{b for b, grid in enumerate(after) if grid == one} for one in range(len(ground.grids))]
    parts = sum(balancing.parts_of(some, ground.beside) for some in members) - len(members)
    return found.max_over_mean, found.variation, float(np.mean(np.asarray(after) != ground.owner)), parts


def row(name, search, found):
    """Return one row of the table: means over the communities that the search could answer."""
    began, results, failed = time.process_time(), [], 0
    for ground in found:
        try:
            results.append(judged(ground, search(ground)))
        except ValueError:  # A chain refuses to begin with a grid that lies in two parts.
            failed += 1
    spent = time.process_time() - began
    peak, spread, moved, parts = np.array(results).T
    return (
        name,
        peak.mean(),
        peak.max(),
        spread.mean(),
        f"{moved.mean():.0%}",
        int(parts.sum()),
        spent,
        failed or None,
    )


def main(path):
    """Print the table for the city of a file, and return its rows."""
    warnings.simplefilter("ignore")
    engine = database.connect(f"gpkg:///{path}")
    found = grounds(engine)
    engine.dispose()
    ways = [
        ("as they are", lambda ground: ground.owner.tolist(), None),
        ("ours", ours, None),
        ("METIS", metis, "pymetis"),
    ]
    ways += [(f"{count:,} flips", flips(count), "gerrychain") for count in (1000, 10_000)]
    rows = [row(name, way, found) for name, way, needs in ways if needs is None or importlib.util.find_spec(needs)]
    head = ("search", "max/mean", "worst", "variation", "moved", "parts too many", "CPU s", "not answered")
    table.show(f"{len(found)} communities", head, rows)
    return [dict(zip(head, one, strict=True)) for one in rows]


if __name__ == "__main__":
    reader = table.parser(__doc__)
    reader.add_argument("city", type=pathlib.Path, nargs="?")
    options = reader.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        city = options.city or pathlib.Path(scratch) / "city.gpkg"
        if not city.exists():
            tour.build(f"gpkg:///{city}", at=NOW, step=lambda *_, **__: None, seed=1, grids=None, unit_grids=None)
        table.write(options.json, "balancing", rows=main(city))
