#!/usr/bin/env python3
"""How much faster two threads are than one, beside what two processes of one thread each gain on the same machine.

usage: threads.py [ROUNDS] [SCENARIO…]

Wall time is the only measure here that means anything, so run it on a machine that does nothing else: the second column
says how idle it was. It is the gain of two one-thread sweeps at once over one after the other, which nothing in Synod can
beat. One, two and both are timed in alternation; each figure is the median over the rounds of the ratio within a round,
of slopes between two seed counts, so that start-up and the rendering of the report cancel.
"""
import os, statistics, subprocess, sys, time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SYNOD = os.environ.get("SYNOD", os.path.join(HERE, "target/release/synod"))
#: Runs of the larger sweep: about three seconds of one thread each.
RUNS = {"w1": 4_000_000, "w2": 2_500_000, "w3": 350_000, "lab2": 4_000_000}


def sweep(name, seeds, threads, first=1):
    file = os.path.join(HERE, "scenarios", name + ".toml")
    command = [SYNOD, "sweep", file, "--seeds", str(seeds), "--threads", str(threads), "--first-seed", str(first), "--quiet"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def wall(processes):
    before = time.perf_counter()
    started = [start() for start in processes]
    if any(process.wait() for process in started):
        sys.exit("a sweep failed")
    return time.perf_counter() - before


def slope(measure, small, large):
    return measure(large) - measure(small)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    print(f"{'workload':10}{'2 threads':>10}{'2 processes':>13}{'threads ÷ processes':>21}   medians of {rounds} rounds, lowest–highest of the first")
    for name in sys.argv[2:] or RUNS:
        large = RUNS.get(name, 1_000_000)
        small = large // 8
        threads, processes = [], []
        for _ in range(rounds):
            one = slope(lambda n: wall([lambda: sweep(name, n, 1)]), small, large)
            two = slope(lambda n: wall([lambda: sweep(name, n, 2)]), small, large)
            both = slope(lambda n: wall([lambda: sweep(name, n // 2, 1), lambda: sweep(name, n // 2, 1, 1 + n)]), small, large)
            threads.append(one / two)
            processes.append(one / both)
        t, p = statistics.median(threads), statistics.median(processes)
        print(f"{name:10}{t:10.3f}{p:13.3f}{t / p:21.3f}   {min(threads):.3f}–{max(threads):.3f}", flush=True)


if __name__ == "__main__":
    main()
