"""A node without a kit, in a few lines: what it does at each step is in its arguments.

Each argument is WHEN=WHAT: at step WHEN (counted from 0, over all lanes), or `always`, do WHAT of the table below.
Otherwise every line is answered with no effects."""
import json
import os
import sys


def answer(lane, effects=()):
    print(json.dumps({"lane": lane, "effects": list(effects)}), flush=True)


def main():
    plan = dict(word.split("=", 1) for word in sys.argv[1:])
    hello = json.loads(sys.stdin.readline())["hello"]
    print(json.dumps({"hello": {"protocol": 1, "kit": "none", "lanes": 64, "runtime": hello["synod"]}}), flush=True)
    for step, line in enumerate(sys.stdin):
        asked = json.loads(line)
        what = plan.get(str(step), plan.get("always", "nothing"))
        if what == "echo":
            answer(asked["lane"], [{"node": 1, "log": line.strip()}] if "reset" in asked else
                   [] if "end" in asked else [{"log": line.strip()}])
        elif what == "much":
            answer(asked["lane"], [] if "end" in asked else [{"log": "x" * 100_000}])
        elif what == "pid":
            answer(asked["lane"], [{"log": str(os.getpid())}])
        elif what == "set":
            answer(asked["lane"], [{"send": len(peer), "body": peer} for peer in {"a", "bb", "ccc", "dddd", "eeeee"}])
        else:
            answer(asked["lane"])


main()
