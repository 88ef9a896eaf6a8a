#!/usr/bin/env python3
"""How often each printed interval contains the truth: the real command, again and again, over seeds that no two repetitions share.

usage: coverage.py [REGIME ...]

Prints a Markdown table: for each regime, command and quantity the share of intervals that contain the truth with its own standard
error, how often there was no interval, and the mean width. The truth is a closed form where one is known, and else what the same
command finds in a million runs (SYNOD_LONG=1: ten million) from seed 10^12 on, far from those of the repetitions. A nominal 95 % that
is missed by more than three standard errors is marked, and makes the exit code 1.

Takes some minutes; SYNOD_LONG=1 takes ten times the repetitions, which is hours. SYNOD=path/to/synod names the binary.
"""
import json, math, os, subprocess, sys
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
SYNOD = os.environ.get("SYNOD", os.path.join(os.path.dirname(HERE), "target/release/synod"))
LONG = os.environ.get("SYNOD_LONG") == "1"
TRUTH_RUNS, TRUTH_SEED = (10_000_000 if LONG else 1_000_000), 10**12
REPETITIONS = 2000 if LONG else 200
THREADS = str(os.environ.get("THREADS", 1))


def synod(*words):
    line = [SYNOD, *words, "--format", "json"]
    done = subprocess.run(line, capture_output=True, text=True, cwd=os.path.join(HERE, "coverage"))
    if done.returncode != 0:
        sys.exit(f"{' '.join(line)}\n{done.stderr}")
    return json.loads(done.stdout)


def quantities(cell):
    """Name -> (value, low, high); an end that is not reached is infinite, an interval that is not given is None."""
    found = {}

    def put(name, value, ends):
        if value is None or ends is None:
            found[name] = (value, None, None)
        else:
            found[name] = (value, -math.inf if ends[0] is None else ends[0], math.inf if ends[1] is None else ends[1])

    runs, first, chosen = cell["runs"], cell["first_choice"], cell["chosen_at_ns"]
    for kind in ("winner", "verdict", "hazard"):
        for name, ends in cell[f"{kind}_intervals"].items():
            put(f"{kind} {name}", cell[f"{kind}s"][name] / runs, ends)
    put("first choice: median", first["median_ns"], first["median_interval_ns"])
    for q in ("p90", "p99"):
        put(f"first choice: {q}", first[f"{q}_ns"], first[f"{q}_interval_ns"])
    put("first choice: mean of chosen", first["of_chosen_mean_ns"], first["of_chosen_mean_interval_ns"])
    put("first choice: never", first["never_chosen"], first["never_chosen_interval"])
    put("first choice: mean, bounded", first["restricted_mean_ns"], first["restricted_mean_interval_ns"])
    for q in ("p50", "p90", "p99"):
        put(f"chosen at: {q}", chosen[q], chosen["intervals"][q])
    put("mean duel", cell["duel"]["mean"], cell["duel"]["interval"])
    for name in ("attempts", "messages", "messages_lost", "preemptions"):
        put(f"mean {name}", cell[f"{name}_mean"], cell[f"{name}_interval"])
    for name, own in cell["preemptions_by"].items():
        put(f"mean preemptions of {name}", own["mean"], own["interval"])
    tail = cell["duel"]["tail"]
    if tail and tail["goes_on"] is not None:
        put("tail goes on", tail["goes_on"], tail["interval"])
    return found


def figures(comparison):
    """The same of a comparison."""
    found = {}
    for name, row in comparison.items():
        ends = row["interval"] or [None, None]
        found[f"difference {name}"] = (row["difference"], ends[0], ends[1])
    return found


class Sweep:
    def __init__(self, scenario, *words, closed=None, only=None):
        self.words, self.closed, self.only = ["sweep", scenario, *words], closed or {}, only
        self.name = "sweep"

    def read(self, seeds, first, truth=False):
        words = [w for w in self.words]
        if truth and "--until-width" in words:
            at = words.index("--until-width")
            del words[at : at + 2]
        out = synod(*words, "--seeds", str(seeds), "--first-seed", str(first), "--threads", THREADS)
        found = self.told(out)
        return {k: v for k, v in found.items() if not self.only or k in self.only}

    def told(self, out):
        return quantities(out["cells"][0])

    def truth(self):
        return {name: it[0] for name, it in self.read(TRUTH_RUNS, TRUTH_SEED, True).items()} | self.closed


class Compare(Sweep):
    def __init__(self, *words, closed=None, only=None):
        super().__init__("", *words, closed=closed, only=only)
        self.words, self.name = ["compare", *words], "compare"

    def told(self, out):
        return figures(out["figures"])


class Mutant(Sweep):
    def __init__(self, mutant):
        self.mutant, self.name, self.closed = mutant, f"mutants {mutant}", {}

    def read(self, seeds, first, truth=False):
        seeds = 40 * seeds if truth else seeds
        out = synod("mutants", "--mutant", self.mutant, "--seeds", str(seeds), "--first-seed", str(first), "--threads", THREADS)
        rate = [it for it in out["mutants"] if it["mutant"] == self.mutant][0]["rate"]
        return {"killed": (rate["value"], rate["low"], rate["high"])}

    def truth(self):
        return {"killed": self.read(20_000 if LONG else 10_000, TRUTH_SEED // 2, True)["killed"][0]}


class Many(Sweep):
    """Not a single interval, but what is said of many: how often any difference of none is marked."""

    def __init__(self, scenario):
        super().__init__(scenario)
        self.name = "sweep (marks)"

    def read(self, seeds, first, truth=False):
        out = synod(*self.words, "--seeds", str(seeds), "--first-seed", str(first), "--threads", THREADS)
        rows = [row for cell in out["cells"] if cell["paired"] for row in cell["paired"]["figures"].items()]
        shown = [row for name, row in rows if name.startswith("winner.") or name.startswith("first_choice") or name == "mean.messages"]
        off = any(row["interval"] and not row["interval"][0] <= 0 <= row["interval"][1] for row in shown)
        p = sorted(row["p"] for row in shown if row["p"] is not None)
        holm = any(x * len(p) <= 0.05 for x in p[:1])
        inside = lambda wrong: (0.0, 1.0, 2.0) if wrong else (0.0, -1.0, 1.0)
        return {"no bar of the table off 0": inside(off), "no mark in the table": inside(holm)}

    def truth(self):
        return {"no bar of the table off 0": 0.0, "no mark in the table": 0.0}


RETRY = ["--set-b", "protocol.retry.uniform.max=40ms"]
# Regime -> (what is asked, runs of a repetition, repetitions).
REGIMES = {
    "easy": [(Sweep("easy.toml"), 500, REPETITIONS), (Compare("easy.toml", *RETRY), 500, REPETITIONS)],
    "rare": [
        (Sweep("rare.toml"), 500, REPETITIONS),
        (Sweep("rare.toml", "--horizon", "1s"), 4096, REPETITIONS),
        (Compare("rare.toml", "--set-b", "network.loss=0.006"), 4096, REPETITIONS),
        (Sweep("duel.toml"), 4000, REPETITIONS),
        (Compare("duel.toml", "--set-b", "protocol.retry.uniform.max=1.2ms"), 4000, REPETITIONS),
    ],
    "heavy": [
        (Sweep("heavy.toml", closed={"first choice: mean, bounded": None}), 1000, REPETITIONS),
        (Sweep("heavy.toml", "--horizon", "100ms"), 1000, REPETITIONS),
        (Compare("heavy.toml", "--set-b", "proposer.A.start.pareto.min=6ms"), 1000, REPETITIONS),
    ],
    "censored": [(Sweep("censored.toml"), 500, REPETITIONS), (Compare("censored.toml", *RETRY), 500, REPETITIONS)],
    "discrete": [
        (Sweep("discrete.toml"), 500, REPETITIONS),
        (Compare("discrete.toml", "--set-b", "protocol.retry.fixed.delay=13ms"), 500, REPETITIONS),
    ],
    "tiny n": [(Sweep("easy.toml"), n, REPETITIONS) for n in (1, 3, 5, 10)],
    "many cells": [(Many("many.toml"), 500, REPETITIONS)],
    "peeking": [
        (Sweep("rare.toml", "--horizon", "1s", "--until-width", "2ms", only={"first choice: mean, bounded", "first choice: never"}), 200_000, REPETITIONS // 4),
        (Sweep("easy.toml", "--until-width", "0.05", only={"winner A", "winner B", "winner undecided"}), 200_000, REPETITIONS // 4),
        (Compare("rare.toml", "--set-b", "network.loss=0.02", "--horizon", "1s", "--until-width", "6ms", only={"difference first_choice_ns"}), 200_000, REPETITIONS // 4),
    ],
    "clusters": [(Mutant("ignores-votes"), 4000, REPETITIONS // 4), (Mutant("counts-duplicate-promises"), 20_000, REPETITIONS // 8)],
}


def covered(what, seeds, repetitions):
    """Quantity -> [repetitions, covered, without an interval, sum of widths, intervals]."""
    truth = what.truth()
    # A share that is 0 or 1 by what the scenario is, and a count that never varies, have nothing to miss.
    is_idle = lambda name, value: name.startswith(("verdict", "hazard", "mean")) and value in (0, 1, round(value))
    counts = {name: [0, 0, 0, 0.0, 0] for name, value in truth.items() if value is not None and not is_idle(name, value)}
    with ThreadPoolExecutor(int(os.environ.get("JOBS", os.cpu_count() or 1))) as pool:
        # Far enough apart for those that stop by themselves.
        all_found = pool.map(lambda i: what.read(seeds, 10**9 + i * max(seeds, 4096)), range(repetitions))
        for found in all_found:
            for name, count in counts.items():
                value, low, high = found.get(name, (None, None, None))
                count[0] += 1
                if low is None or high is None:
                    count[2] += 1
                    continue
                count[1] += low <= truth[name] <= high
                if math.isfinite(high - low):
                    count[3] += high - low
                    count[4] += 1
    return counts


def width(name, total, intervals):
    if not intervals:
        return "–"
    mean = total / intervals
    is_time = name.startswith(("first choice: m", "first choice: p", "chosen at", "difference first_choice")) and "never" not in name
    return f"{mean / 1e6:.3g} ms" if is_time else f"{mean:.3g}"


def main():
    asked = sys.argv[1:] or list(REGIMES)
    print("| regime | command | runs | quantity | repetitions | covered (se) | none given | mean width | |")
    print("|---|---|---:|---|---:|---:|---:|---:|---|")
    bad = False
    for regime in asked:
        for what, seeds, repetitions in REGIMES[regime]:
            words = " ".join(w for w in getattr(what, "words", [what.name])[1:] if w) if what.name in ("sweep", "compare") else ""
            for name, (n, hit, none, total, intervals) in covered(what, seeds, repetitions).items():
                given = n - none
                share = hit / given if given else None
                error = math.sqrt(share * (1 - share) / given) if given else 0.0
                least = 0.95 - 3 * math.sqrt(0.95 * 0.05 / given) if given else 0.0
                # Of many bars about one in twenty is off 0: that is what the marks are for.
                is_low = share is not None and share < least and not name.startswith("no bar")
                bad |= is_low
                text = "–" if share is None else f"{share:.3f} ({error:.3f})"
                print(f"| {regime} | `{what.name}` {words} | {seeds} | {name} | {n} | {text} | {none / n:.2f} | {width(name, total, intervals)} | {'LOW' if is_low else ''} |", flush=True)
    sys.exit(1 if bad else 0)


main()
