"""A node that misbehaves at step 2, in the way that its argument names. It never imports anything of a kit."""
import faulthandler
import json
import os
import signal
import sys
import time

HOW = sys.argv[1]


def answer(lane, effects="[]"):
    sys.stdout.write('{"lane":%d,"effects":%s}\n' % (lane, effects))


def spin():
    while True: pass


def fail():
    raise ValueError("no such ballot\x1b[2J")


def misbehave(lane):
    if HOW == "exit":
        print("about to leave", file=sys.stderr)
        sys.exit(3)
    elif HOW == "raise":
        fail()
    elif HOW == "signal":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif HOW == "close":
        os.close(1)
        time.sleep(1000)
    elif HOW == "half":
        os.write(1, b'{"lane":0,"eff')
        os._exit(0)
    elif HOW == "spin":
        faulthandler.register(signal.SIGUSR2)
        print("spinning soon", file=sys.stderr, flush=True)
        spin()
    elif HOW == "silent":
        pass
    elif HOW == "late":
        answer(lane)
    elif HOW == "print":
        print("prepare(11) -> promise \x1b[31m" + "x" * 300)
        answer(lane)
    elif HOW == "lane":
        answer(lane + 1)
    elif HOW == "twice":
        os.write(1, b'{"lane":0,"effects":[]}\n{"lane":0,"effects":[{"log":"once more"}]}\n')
    elif HOW == "long":
        sys.stdout.write("x" * 100_000_000)
    elif HOW == "many":
        answer(lane, "[" + ",".join(['{"log":"x"}'] * 50_000) + "]")
    elif HOW == "key":
        answer(lane, '[{"send":2,"bdoy":{}}]')
    elif HOW == "nan":
        answer(lane, '[{"send":2,"body":{"n":NaN}}]')
    elif HOW == "flood":
        for i in range(3_000):
            print("line", i, "x" * 100, file=sys.stderr)
        sys.exit(1)


def main():
    sys.stdin.readline()
    if HOW == "refused":
        print(json.dumps({"hello": {"protocol": 1, "refused": "server.py, line 3: import asyncio\nno stand-in for `asyncio`"}}))
        return
    if HOW == "version":
        print(json.dumps({"hello": {"protocol": 7}}), flush=True)
    elif HOW == "greeting":
        print("Node 1 listening on port 17000", flush=True)
    elif HOW == "early":
        sys.exit("cannot find the lab's files")
    else:
        print(json.dumps({"hello": {"protocol": 1}}), flush=True)
    for step, line in enumerate(sys.stdin):
        lane = json.loads(line)["lane"]
        if step == 2:
            misbehave(lane)
        else:
            answer(lane)
        if HOW == "late" and "end" in json.loads(line):
            # When whoever asked has long had its answer.
            sys.stdout.flush()
            time.sleep(0.05)
            answer(lane, '[{"log":"once more"}]')
        sys.stdout.flush()


sys.excepthook = lambda kind, error, trace: print("Traceback (most recent call last):\n  ...\n%s: %s" % (kind.__name__, error), file=sys.stderr)
main()
