#!/usr/bin/env python3
"""How the cost of an event grows: with nodes, with proposers, with messages in flight. Writes reports/scaling.

usage: scaling.py [ROUNDS]

scaling.csv, scaling.svg, and scaling.png where `rsvg-convert` (librsvg) is installed.

Each point is the median slope of CPU time between two seed counts of an ordinary one-thread sweep, divided by the mean
number of events; the points are taken in turn, round after round, so that a busy moment of the machine meets all of
them. What is drawn is the ratio to the first point of each line: absolute times mean nothing on a shared machine.
"""
import csv, json, os, resource, shutil, statistics, subprocess, sys, tempfile
from xml.sax.saxutils import escape

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SYNOD = os.environ.get("SYNOD", os.path.join(HERE, "target/release/synod"))
NODES, PROPOSERS = [3, 5, 9, 17, 33, 63], [2, 4, 8, 16, 32]
IN_FLIGHT = [10, 100, 1_000, 10_000, 100_000]
#: Events of the larger of the two sweeps of a point, about.
EVENTS = 3_000_000


def scenario(nodes, proposers, protocol, network, run=""):
    who = "".join(f'[[proposer]]\nname = "P{i}"\nnode = {i % nodes + 1}\n' for i in range(proposers))
    return f'title = "scaling"\n[cluster]\nnodes = {nodes}\n{who}[protocol]\n{protocol}[network]\n{network}[run]\n{run}'


RACE = 'retry = { exponential = { mean = "200ms" } }\nown_messages = "network"\n'
DELAY = 'delay = { uniform = { min = "5ms", max = "50ms" } }\n'
#: A fixed stream of events, whoever wins: the last message of an attempt is never delivered, so nobody learns.
ENDLESS = 'own_messages = "network"\ngive_up = "timeout-only"\nphase_timeout = "100ms"\nretry = { uniform = { max = "10ms" } }\n'
NOBODY_LEARNS = "[network.kind.accepted]\nloss = 1.0\n"


def crowd(messages):
    """Nine nodes, eight proposers that send 72 requests every 105 ms or so; the delay decides how many are under way."""
    mean_ms = messages * 105 / (72 * 1.9)
    delay = f'delay = {{ uniform = {{ min = "{mean_ms * 0.5:.6f}ms", max = "{mean_ms * 1.5:.6f}ms" }} }}\n'
    horizon = max(5 * mean_ms, 2_000)
    run = f'horizon = "{horizon:.3f}ms"\nstop = "quiescent"\nmax_events = 100000000\nlivelock = "off"\n'
    return scenario(9, 8, ENDLESS, delay + NOBODY_LEARNS, run), mean_ms, horizon


def points():
    for n in NODES:
        yield "nodes", n, scenario(n, 2, RACE, DELAY), None
    for p in PROPOSERS:
        run = 'horizon = "5s"\nstop = "quiescent"\nlivelock = "off"\n'
        yield "proposers", p, scenario(9, p, ENDLESS, DELAY + NOBODY_LEARNS, run), None
    for m in IN_FLIGHT:
        text, mean_ms, horizon = crowd(m)
        yield "in flight", m, text, (mean_ms, horizon)


def cpu(file, seeds):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [SYNOD, "sweep", file, "--seeds", str(seeds), "--threads", "1", "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Point:
    def __init__(self, folder, line, x, text, crowd):
        self.line, self.x, self.slopes = line, x, []
        self.file = os.path.join(folder, f"{line}-{x}.toml".replace(" ", "-"))
        with open(self.file, "w") as file:
            file.write(text)
        command = [SYNOD, "sweep", self.file, "--seeds", "4", "--threads", "1", "--quiet", "--format", "json"]
        cell = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["cells"][0]
        self.events = cell["events_mean"]
        # Little's law: arrivals a second times the mean delay; the run's first delay is not steady yet.
        self.in_flight = crowd and self.events * crowd[0] / (crowd[1] - crowd[0])
        self.seeds = max(6, round(EVENTS / self.events))
        # The first 64 runs of a sweep are digested, and run a second time: they are in both ends of the slope.
        self.few = max(64, self.seeds // 5)

    def measure(self):
        slope = (cpu(self.file, self.few + self.seeds) - cpu(self.file, self.few)) / self.seeds
        self.slopes.append(slope / self.events * 1e9)

    def ns(self):
        return statistics.median(self.slopes)


def log(x, low, high, a, b):
    from math import log10
    return a + (b - a) * (log10(x) - log10(low)) / (log10(high) - log10(low))


def svg(lines):
    """Three panels side by side, both axes logarithmic, one curve each, with log n for comparison."""
    from math import log2
    width, height, top, bottom, left, panel, gap = 960, 340, 64, 276, 64, 240, 56
    top_ratio = 8
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
           'font-family="Inter, Helvetica, Arial, sans-serif" font-size="12" fill="#1f2328">',
           f'<title>Cost of an event</title><rect width="{width}" height="{height}" fill="#ffffff"/>',
           '<text x="16" y="24" font-size="15" font-weight="bold">What an event costs as a run grows</text>',
           '<text x="16" y="44" fill="#5c636b">CPU time of an event, × the leftmost point; one thread, medians. '
           'Dashed: log₂ of the number in flight, × its leftmost point.</text>']
    for i, (name, points) in enumerate(lines.items()):
        x0 = left + i * (panel + gap)
        xs = [p.in_flight or p.x for p in points]
        x = lambda v: log(v, xs[0], xs[-1], x0, x0 + panel)
        y = lambda v: log(v, 0.5, top_ratio, bottom, top)
        for tick in (0.5, 1, 2, 4, 8):
            out.append(f'<line x1="{x0}" x2="{x0 + panel}" y1="{y(tick):.1f}" y2="{y(tick):.1f}" stroke="#dfe2e6"/>')
            if i == 0:
                out.append(f'<text x="{x0 - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick} ×</text>')
        for point, v in zip(points, xs):
            label = f"{point.x:,}".replace(",", " ")
            out.append(f'<line x1="{x(v):.1f}" x2="{x(v):.1f}" y1="{bottom}" y2="{bottom + 4}" stroke="#1f2328"/>'
                       f'<text x="{x(v):.1f}" y="{bottom + 18}" text-anchor="middle">{escape(label)}</text>')
        titles = {"nodes": "nodes (two proposers)", "proposers": "proposers (nine nodes)", "in flight": "messages in flight, about"}
        out.append(f'<text x="{x0 + panel / 2}" y="{bottom + 40}" text-anchor="middle">{titles[name]}</text>')
        if name == "in flight":
            path = " ".join(f"{x(v):.1f},{y(log2(v) / log2(xs[0])):.1f}" for v in xs)
            out.append(f'<polyline points="{path}" fill="none" stroke="#5c636b" stroke-dasharray="4 4"/>')
        ratios = [p.ns() / points[0].ns() for p in points]
        path = " ".join(f"{x(v):.1f},{y(r):.1f}" for v, r in zip(xs, ratios))
        out.append(f'<polyline points="{path}" fill="none" stroke="#0072b2" stroke-width="2"/>')
        for v, r in zip(xs, ratios):
            out.append(f'<circle cx="{x(v):.1f}" cy="{y(r):.1f}" r="3.5" fill="#0072b2"/>'
                       f'<text x="{x(v):.1f}" y="{y(r) - 9:.1f}" text-anchor="middle" font-size="11" '
                       f'stroke="#ffffff" stroke-width="3" paint-order="stroke">{r:.2f}</text>')
    return "\n".join(out + ["</svg>", ""])


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        every = [Point(folder, *point) for point in points()]
        for _ in range(rounds):
            for point in every:
                point.measure()
    lines = {}
    for point in every:
        lines.setdefault(point.line, []).append(point)
    target = os.path.join(HERE, "reports/scaling")
    os.makedirs(target, exist_ok=True)
    with open(os.path.join(target, "scaling.csv"), "w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["line", "x", "in_flight", "events_per_run", "rounds", "cost_ratio"])
        for name, line in lines.items():
            for p in line:
                crowd = f"{p.in_flight:.1f}" if p.in_flight else ""
                table.writerow([name, p.x, crowd, f"{p.events:.1f}", rounds, f"{p.ns() / line[0].ns():.3f}"])
                print(f"{name} {p.x}: {p.ns():.1f} ns an event, × {p.ns() / line[0].ns():.2f}, in flight {crowd}")
    drawing = os.path.join(target, "scaling.svg")
    with open(drawing, "w") as file:
        file.write(svg(lines))
    if shutil.which("rsvg-convert"):
        subprocess.run(["rsvg-convert", "--zoom", "2", "--output", drawing[:-3] + "png", drawing], check=True)
    else:
        print("no rsvg-convert: scaling.png is not drawn")


main()
