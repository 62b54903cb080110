"""The graphs of the oracle: a few hundred, small, of every kind that has ever been trouble."""

import random
from dataclasses import dataclass, field


@dataclass
class Case:
    """A directed multigraph: nodes by id, edges as (src, dst, weight); weight None in a graph without weights."""

    name: str
    nodes: list
    edges: list
    weighted: bool = False
    number: int = -1
    traits: set = field(default_factory=set)


def ids(n, rng):
    """Ids as a store has them, `file << 32 | local`, in no order; declarations and body nodes, from few files and many."""
    files = [rng.randrange(1, 1 << 22) for _ in range(max(1, n // 4))]
    chosen = set()
    while len(chosen) < n:
        local = rng.randrange(0, 64) if rng.random() < 0.5 else (1 << 20) + rng.randrange(0, 1 << 16)
        chosen.add(rng.choice(files) << 32 | local)
    chosen = sorted(chosen)
    rng.shuffle(chosen)
    return chosen


def by_place(name, n, pairs, rng, weights=None):
    """A case from edges between places 0..n."""
    names = ids(n, rng)
    pairs = list(pairs)
    edges = [(names[u], names[v], None) for u, v in pairs]
    case = Case(name, names, edges)
    if weights is not None:
        case.edges = [(u, v, weights(i, rng)) for i, (u, v, _) in enumerate(edges)]
        case.weighted = True
    rng.shuffle(case.edges)
    return case


def quarters(_, rng):
    """Weights whose sums are exact, and often equal."""
    return rng.randrange(1, 17) / 4


def with_zeros(_, rng):
    return rng.choice([0.0, 0.0, 0.5, 1.0, 2.0])


def reals(_, rng):
    return rng.uniform(0.1, 10.0)


def er(n, p, rng, loops=0.0):
    return [(u, v) for u in range(n) for v in range(n) if (u != v and rng.random() < p) or (u == v and rng.random() < loops)]


def dag(n, p, rng):
    order = list(range(n))
    rng.shuffle(order)
    return [(order[u], order[v]) for u in range(n) for v in range(u + 1, n) if rng.random() < p]


def ba(n, m, rng):
    """Preferential attachment, each edge turned one way or the other."""
    targets, repeated, pairs = list(range(m)), [], []
    for source in range(m, n):
        for target in set(targets):
            pairs.append((source, target) if rng.random() < 0.7 else (target, source))
        repeated += targets + [source] * m
        targets = [rng.choice(repeated) for _ in range(m)]
    return pairs


def planted(groups, size, inside, across, rng):
    n = groups * size
    return [
        (u, v)
        for u in range(n)
        for v in range(n)
        if u != v and rng.random() < (inside if u // size == v // size else across)
    ]


def tree(n, rng, inward=False):
    pairs = [(rng.randrange(v), v) for v in range(1, n)]
    return [(v, u) for u, v in pairs] if inward else pairs


def doubled(pairs, rng, share=0.3):
    """Some of the edges again, and some loops."""
    again = [pair for pair in pairs if rng.random() < share]
    ends = sorted({u for pair in pairs for u in pair})
    loops = [(u, u) for u in ends if rng.random() < 0.15]
    return list(pairs) + again + loops


def apart(pieces):
    """Graphs side by side: (n, pairs) of each."""
    start, pairs = 0, []
    for n, piece in pieces:
        pairs += [(u + start, v + start) for u, v in piece]
        start += n
    return start, pairs


def cases():
    rng = random.Random(20240917)
    found = []

    def add(name, n, pairs, weights=None):
        found.append(by_place(name, n, pairs, rng, weights))

    add("empty", 0, [])
    add("single", 1, [])
    add("single-loop", 1, [(0, 0)])
    add("single-loops", 1, [(0, 0), (0, 0)])
    add("single-loop-weighted", 1, [(0, 0)], quarters)
    add("two-alone", 2, [])
    add("seven-alone", 7, [])
    add("edge", 2, [(0, 1)])
    add("edge-and-alone", 4, [(0, 1)])
    add("there-and-back", 2, [(0, 1), (1, 0)])
    add("parallel", 2, [(0, 1), (0, 1), (0, 1)])
    add("parallel-weighted", 2, [(0, 1), (0, 1), (0, 1)], quarters)
    add("parallel-bridge", 4, [(0, 1), (1, 2), (1, 2), (2, 3), (3, 2)])
    add("loop-in-path", 3, [(0, 1), (1, 1), (1, 2)])
    add("diamond", 4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    add("diamond-weighted", 4, [(0, 1), (0, 2), (1, 3), (2, 3)], lambda i, r: [1.0, 2.0, 2.0, 1.0][i])
    add("irreducible", 6, [(0, 1), (0, 2), (1, 3), (2, 4), (3, 4), (4, 3), (3, 5), (4, 5)])
    extremes = Case("extreme-ids", [-(2**63), -1, 0, 2**63 - 1, 2**53 + 1, 2**53], [])
    n = extremes.nodes
    extremes.edges = [(n[i], n[j], None) for i, j in [(0, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 4), (4, 3)]]
    found.append(extremes)
    for n in (2, 5, 12, 60):
        add(f"path-{n}", n, [(i, i + 1) for i in range(n - 1)])
    for n in (3, 4, 7, 16, 41):
        add(f"cycle-{n}", n, [(i, (i + 1) % n) for i in range(n)])
    for n in (4, 9, 25):
        add(f"star-out-{n}", n, [(0, i) for i in range(1, n)])
        add(f"star-in-{n}", n, [(i, 0) for i in range(1, n)])
    for n in (3, 4, 5, 6):
        add(f"complete-{n}", n, [(u, v) for u in range(n) for v in range(n) if u != v])
        add(f"complete-loops-{n}", n, [(u, v) for u in range(n) for v in range(n)], quarters)
    for a, b in ((1, 3), (2, 2), (3, 4), (5, 3)):
        add(f"bipartite-{a}-{b}", a + b, [(u, a + v) for u in range(a) for v in range(b)])
    for i, (a, b) in enumerate(((4, 6), (8, 5), (10, 12))):
        pairs = [(u, a + v) for u in range(a) for v in range(b) if rng.random() < 0.4]
        add(f"bipartite-sparse-{i}", a + b, pairs, quarters if i == 2 else None)
    for i in range(6):
        n = rng.randrange(2, 26)
        add(f"tree-out-{i}", n, tree(n, rng), quarters if i % 3 == 2 else None)
        add(f"tree-in-{i}", n, tree(n, rng, inward=True), reals if i % 3 == 2 else None)
    for i in range(40):
        n = rng.randrange(2, 17) if i < 36 else rng.randrange(40, 61)
        add(f"dag-{i}", n, dag(n, rng.uniform(0.1, 0.6) if n < 20 else 0.08, rng))
    for i in range(16):
        n = rng.randrange(2, 15)
        add(f"dag-weighted-{i}", n, dag(n, rng.uniform(0.2, 0.6), rng), [quarters, reals, with_zeros][i % 3])
    for i in range(12):
        n = rng.randrange(3, 15)
        add(f"dag-negative-{i}", n, dag(n, rng.uniform(0.2, 0.6), rng), lambda _, r: r.randrange(-8, 17) / 4)
    for i in range(40):
        n = rng.randrange(2, 17) if i < 36 else rng.randrange(40, 61)
        add(f"er-{i}", n, er(n, rng.uniform(0.05, 0.5) if n < 20 else 0.07, rng))
    for i in range(16):
        n = rng.randrange(2, 14)
        add(f"er-multi-{i}", n, doubled(er(n, rng.uniform(0.1, 0.4), rng), rng))
    for i in range(36):
        n = rng.randrange(2, 15) if i < 34 else 40
        pairs = er(n, rng.uniform(0.1, 0.5) if n < 20 else 0.08, rng)
        add(f"er-weighted-{i}", n, pairs, [quarters, reals, quarters, with_zeros][i % 4])
    for i in range(16):
        n = rng.randrange(2, 13)
        pairs = doubled(er(n, rng.uniform(0.1, 0.4), rng), rng)
        add(f"er-multi-weighted-{i}", n, pairs, [quarters, reals][i % 2])
    for i in range(10):
        # No cycle is negative: what a potential adds along a cycle, it takes away again.
        n = rng.randrange(3, 13)
        pairs = er(n, 0.3, rng)
        height = [rng.randrange(0, 33) / 4 for _ in range(n)]
        add(f"er-negative-{i}", n, pairs, lambda e, r: r.randrange(0, 9) / 4 + height[pairs[e][1]] - height[pairs[e][0]])
    for i in range(8):
        n = rng.randrange(3, 12)
        pairs = [(u, (u + 1) % n) for u in range(n)] + er(n, 0.15, rng)
        add(f"negative-cycle-{i}", n, pairs, lambda e, r: -0.5 if e < n else quarters(e, r))
    add("negative-loop", 3, [(0, 1), (1, 1), (1, 2)], lambda e, r: [1.0, -1.0, 1.0][e])
    for i in range(10):
        n = rng.randrange(6, 26) if i < 8 else 50
        add(f"ba-{i}", n, ba(n, 2, rng), quarters if i % 3 == 2 else None)
    for i in range(10):
        groups, size = rng.randrange(2, 5), rng.randrange(4, 11)
        add(f"planted-{i}", groups * size, planted(groups, size, 0.5, 0.03, rng), quarters if i % 3 == 2 else None)
    for i in range(10):
        pieces = []
        for _ in range(rng.randrange(2, 5)):
            n = rng.randrange(1, 8)
            pieces.append((n, rng.choice([er(n, 0.4, rng), dag(n, 0.5, rng), tree(n, rng)])))
        n, pairs = apart(pieces)
        add(f"apart-{i}", n, pairs, quarters if i % 2 else None)
    for number, case in enumerate(found):
        case.number = number
    return found
