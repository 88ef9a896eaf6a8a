#!/usr/bin/env python3
"""What looking for livelocks costs: the same runs with `livelock = "prove"` and `"off"`, in alternation.

usage: livelock.py [ROUNDS [OTHER-SYNOD]]
       livelock.py instructions

The second form counts instructions instead (valgrind), which a busy machine does not change: a hundredth of the runs, and
a tenth of that again, so that what a run costs is told apart from what a start costs.

User CPU time of the whole process, one thread, medians of the ratio within a round. Where runs are proved they stop sooner,
so the scenarios that can apply are those whose runs all decide. With OTHER-SYNOD (a binary from before a change) the
workloads w1, w2 and w3 are compared with it too: there no proof can apply, and nothing may be paid.
"""
import os, re, resource, shutil, statistics, subprocess, sys

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SYNOD = os.environ.get("SYNOD", os.path.join(HERE, "target/release/synod"))

# Name, scenario and settings, runs. `two` decides always (form 6); `random` has draws in its duels.
CASES = [
    ("two proposers, constant delays", "two", 150_000),
    ("the same, first-reject", "first", 150_000),
    ("the same, accepts random", "random", 1_500),
    ("w1", "scenarios/w1.toml", 150_000),
    ("w2", "scenarios/w2.toml", 100_000),
    ("w3", "scenarios/w3.toml", 12_000),
]
TWO = """
[[proposer]]
name = "A"
node = 1
start = { uniform = { min = "0ms", max = "40ms" } }
[[proposer]]
name = "B"
node = 3
start = { uniform = { min = "0ms", max = "40ms" } }
[protocol]
retry = { fixed = { delay = "3ms" } }
give_up = "GIVE_UP"
local_preemption = LOCAL
[network]
delay = { constant = "10ms" }
"""
RANDOM = '[network.kind.accept]\ndelay = { uniform = { min = "0ms", max = "12ms" } }\n'
INLINE = {
    "two": TWO.replace("GIVE_UP", "quorum-impossible").replace("LOCAL", "false"),
    "first": TWO.replace("GIVE_UP", "first-reject").replace("LOCAL", "false"),
    "random": TWO.replace("GIVE_UP", "quorum-impossible").replace("LOCAL", "true") + RANDOM,
}


def cpu(synod, scenario, runs, *more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    command = [synod, "sweep", scenario, "--seeds", str(runs), "--threads", "1", "--quiet", *more]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=HERE)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def instructions(scenario, runs, livelock):
    """Instructions of a run."""
    counted = []
    for n in (max(runs // 1_000, 3), max(runs // 100, 30)):
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", SYNOD, "sweep", scenario]
        command += ["--seeds", str(n), "--threads", "1", "--quiet", "--set", "run.livelock=" + livelock]
        told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE).stderr
        counted.append((n, int(re.search(r"Collected : (\d+)", told).group(1))))
    (fewer, little), (more, much) = counted
    return (much - little) / (more - fewer)


def ratios(one, two, rounds):
    one(), two()
    found = []
    for i in range(rounds):
        # Each goes first every other time.
        a, b = (one(), two()) if i % 2 == 0 else reversed((two(), one()))
        found.append(a / b)
    found.sort()
    return statistics.median(found), found[len(found) // 4], found[-1 - len(found) // 4]


def main():
    counts = sys.argv[1:] == ["instructions"]
    if counts and not shutil.which("valgrind"):
        sys.exit("skipped: there is no valgrind")
    rounds = 15 if counts else int(sys.argv[1]) if len(sys.argv) > 1 else 15
    other = sys.argv[2] if len(sys.argv) > 2 else None
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for name, scenario, runs in CASES:
            if scenario in INLINE:
                path = os.path.join(folder, scenario + ".toml")
                with open(path, "w") as file:
                    file.write(INLINE[scenario])
                scenario = path
            if counts:
                prove, off = [instructions(scenario, runs, livelock) for livelock in ("prove", "off")]
                print("%s: prove / off %.4f (%.0f and %.0f instructions a run)" % (name, prove / off, prove, off), flush=True)
                continue
            prove = lambda: cpu(SYNOD, scenario, runs, "--set", "run.livelock=prove")
            off = lambda: cpu(SYNOD, scenario, runs, "--set", "run.livelock=off")
            print("%s: prove / off %.3f (quartiles %.3f to %.3f)" % (name, *ratios(prove, off, rounds)), flush=True)
            if other and name.startswith("w"):
                before = lambda: cpu(other, scenario, runs)
                print("%s: now / before %.3f (quartiles %.3f to %.3f)" % (name, *ratios(prove, before, rounds)), flush=True)


main()
