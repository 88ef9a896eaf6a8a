#!/usr/bin/env python3
"""Synod against the bare loop, in alternation: medians of the slope between two seed counts, and their ratio.

usage: yardstick.py BARE [ROUNDS [WORKLOAD ...]]

BARE is the yardstick's binary (`v3/rc-stream` is the variant compared with). Synod is run as a user runs it: ordinary
scenario files, one thread, all checks and statistics on, CPU time of the whole process. Absolute figures on a shared
machine mean nothing; the ratios are what counts.
"""
import os, resource, statistics, subprocess, sys

#: Both beyond the 65,536 seeds from which a sweep runs 16 samples twice, no more: what a sweep does once is not in the slope.
SIZES = {"w1": (100_000, 500_000), "w2": (80_000, 320_000), "w3": (70_000, 210_000)}


def cpu(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def slope(make, small, large):
    few, many = cpu(make(small)), cpu(make(large))
    return (many - few) / (large - small) * 1e9


def main():
    bare, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    workloads = sys.argv[3:] or list(SIZES)
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    synod = os.environ.get("SYNOD", os.path.join(here, "target/release/synod"))
    for w in workloads:
        small, large = SIZES[w]
        scenario = os.path.join(here, "scenarios", w + ".toml")
        ours = lambda n: [synod, "sweep", scenario, "--seeds", str(n), "--threads", "1", "--quiet"]
        theirs = lambda n: [bare, "v3/rc-stream", w.upper(), str(n)]
        pairs = [(slope(ours, small, large), slope(theirs, small, large)) for _ in range(rounds)]
        a, b = (statistics.median(p[i] for p in pairs) for i in (0, 1))
        ratio = statistics.median(p[0] / p[1] for p in pairs)
        print(f"{w}: synod {a:.0f} ns/run, bare {b:.0f} ns/run, ratio {ratio:.2f} (of {rounds} rounds)", flush=True)


main()
