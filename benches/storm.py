#!/usr/bin/env python3
"""`synod exact` beside Storm (https://www.stormchecker.org): the chains that `--export` writes, solved by both.

usage: storm.py            (pip install stormpy; SYNOD names another binary than target/release/synod)

Winners, nothing chosen, the mean of the first choice and what is chosen by a time are compared; a line for each chain says
in how many digits the worst of them agrees: after the point for probabilities, of all for times. Exits with 1 where that is
less than ten, and the difference is more than what Synod says was cut off.
"""
import json, math, os, subprocess, sys, tempfile

import stormpy

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SYNOD = os.environ.get("SYNOD", os.path.join(HERE, "target/release/synod"))
DIGITS = 10
TIMES = ["5ms", "10ms", "50ms"]

GIVE_UP = 'protocol.give_up="quorum-impossible"'
RETRY = [GIVE_UP, 'protocol.retry={ exponential = { mean = "10ms" } }']
AT_ONCE = [GIVE_UP, 'protocol.retry={ fixed = { delay = "0ms" } }']
ERLANG = 'network.delay={ gamma = { shape = 3, scale = "3333us" } }'

# Name, scenario, settings.
CASES = [
    ("duel", "duel", []),
    ("duel, loss 0.2", "duel", ["network.loss=0.2"]),
    ("duel, Erlang-3", "duel", [ERLANG]),
    ("duel, five nodes", "duel", ["cluster.nodes=5"]),
    ("duel, retry after 10 ms", "duel", RETRY),
    ("duel, retry at once", "duel", AT_ONCE),
    ("duel, retry, lost messages", "duel", RETRY + ["network.loss=0.1", "protocol.max_attempts=2"]),
    ("duel, past-highest, retry", "duel", RETRY + ['protocol.ballots="past-highest"']),
    ("duel, first rejection, once more", "duel", RETRY[1:] + ['protocol.give_up="first-reject"', "protocol.max_attempts=2"]),
    ("duel, local pre-emption, retry", "duel", RETRY + ["protocol.local_preemption=true"]),
    ("duel, quorums 1 and 3", "duel", ["cluster.quorum={ sizes = { prepare = 1, accept = 3 } }"]),
    ("duel, slow promises", "duel", ['network.kind.promise.delay={ exponential = { mean = "20ms" } }']),
    ("lab2-exponential", "lab2-exponential", []),
    ("lab2-exponential, loss 0.1", "lab2-exponential", ["network.loss=0.1"]),
    ("lab2-exponential, retry", "lab2-exponential", RETRY),
]


def chain(scenario, settings):
    """The figures of Synod, and the chain as Storm reads it."""
    with tempfile.TemporaryDirectory() as folder:
        export = os.path.join(folder, "chain")
        command = [SYNOD, "exact", scenario, "--by", ",".join(TIMES), "--export", export, "--format", "json", "--quiet"]
        for setting in settings:
            command += ["--set", setting]
        out = subprocess.run(command, capture_output=True, text=True, cwd=HERE)
        if out.returncode:
            sys.exit(f"{' '.join(command)}\n{out.stderr}")
        return json.loads(out.stdout), stormpy.build_model_from_drn(os.path.join(export, "chain.drn"))


def pairs(figures, model):
    """Each figure: its name, Synod's value and bound, Storm's value."""
    environment = stormpy.Environment()
    solver = environment.solver()
    solver.set_linear_equation_solver_type(type(solver.get_linear_equation_solver_type()).NATIVE)
    solver.native().precision = stormpy.Rational("1/1000000000000000")
    solver.native().maximal_number_of_iterations = 1_000_000

    def ask(formula):
        prop = stormpy.parse_properties(formula)[0]
        return stormpy.model_checking(model, prop, environment=environment).get_value(model.initial_states[0])

    labels = model.labeling.get_labels()
    winners = [f"won_{at + 1}" for at in range(len(figures["winners"]))]
    for (name, figure), label in zip(figures["winners"].items(), winners):
        yield name, figure, ask(f'P=? [F "{label}"]') if label in labels else 0.0
    if "nothing" in labels:
        yield "nobody", figures["nothing_chosen"], ask('P=? [F "nothing"]')
    elif figures["chosen_at_ns"]["mean"] and figures["extent"]["cut"] == 0:
        yield "first choice", figures["chosen_at_ns"]["mean"], 1e6 * ask('T=? [F "done"]')
    chosen = " | ".join(f'"{label}"' for label in winners if label in labels)
    for at in figures["by"]:
        yield f"by {at['at_ns'] / 1e6:g} ms", at["nothing_chosen"], 1 - ask(f"P=? [F<={at['at_ns'] / 1e6} {chosen}]")


def digits(figure, storm):
    """In how many digits both agree, at most 15; and whether that is enough."""
    off = abs(figure["value"] - storm)
    relative = off / max(abs(storm), 1.0)
    agree = 15.0 if relative == 0 else min(15.0, -math.log10(relative))
    return agree, agree >= DIGITS or off <= figure["bound"]


def main():
    is_off = False
    print(f"{'chain':34} {'states':>8} {'cut':>8} figures  digits of the worst")
    for name, scenario, settings in CASES:
        figures, model = chain(scenario, settings)
        worst = None
        for what, figure, storm in pairs(figures, model):
            agree, is_enough = digits(figure, storm)
            if worst is None or agree < worst[0]:
                worst = (agree, what, figure, storm)
            is_off |= not is_enough
            count = 1 if what == next(iter(figures["winners"])) else count + 1
        agree, what, figure, storm = worst
        cut = figures["extent"]["cut"]
        print(f"{name:34} {model.nr_states:8} {cut:8.0e} {count:7}  {agree:.1f} ({what}: {figure['value']!r}, {storm!r})")
    sys.exit(1 if is_off else 0)


if __name__ == "__main__":
    main()
