"""Tests of the Python kit over its pipes: `python3 kits/python/test_kit.py`. Standard library only.

A small engine stands here for Synod's: a queue by time with constant or addressed delays, calls that come back, timers,
crashes. It checks nothing that a test does not ask for.
"""
import heapq
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import time
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
KIT = os.path.join(HERE, "synod_kit.py")
OWN = os.path.normpath(os.path.join(HERE, "..", "..", "tests", "own"))
MS = 1_000_000
sys.path.insert(0, HERE)
import synod_kit as kit  # noqa: E402

try:
    import tomllib as toml
except ImportError:
    try:
        from pip._vendor import tomli as toml
    except ImportError:
        toml = None


def config_of(name, mine="mine.toml"):
    if toml is None:
        raise unittest.SkipTest("no reader of TOML in this Python")
    with open(os.path.join(OWN, name, mine), "rb") as f:
        return toml.load(f)


def word(*address):
    """A word that only its address decides."""
    seed = 0
    for b in repr(address).encode():
        seed = kit.splitmix((seed * 257 + b) & kit.MASK)
    return seed


class Kit:
    """A process of the kit."""

    def __init__(self, folder, config, server=None, hashseed="0", python=sys.executable):
        env = dict(os.environ, PYTHONHASHSEED=hashseed)
        server = server or config["node"]["run"].split()[-1]
        self.p = subprocess.Popen([python, KIT, server], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=env)
        self.lines = []
        self.hello = self.ask({"hello": {"protocol": 1, "synod": "0", "dir": folder, "config": config}})["hello"]

    def write(self, lines):
        self.p.stdin.write(b"".join(json.dumps(m).encode() + b"\n" for m in lines))
        self.p.stdin.flush()

    def read(self):
        line = self.p.stdout.readline()
        if not line:
            raise AssertionError("the kit ended: %s" % self.p.stderr.read().decode())
        return json.loads(line)

    def ask(self, m):
        self.write([m])
        return self.read()

    def close(self):
        self.p.stdin.close()
        self.p.stdout.read()
        self.err = self.p.stderr.read().decode()
        self.p.wait()
        self.p.stdout.close()
        self.p.stderr.close()


class Run:
    """One run in one lane: what happens next, and what was said to it."""

    def __init__(self, lane, seed, nodes=3, submits=((1, "Hello from clientA"), (3, "Hello from clientB")), delay=None,
                 plan=(), given=True, start=2_000_000_000, horizon=60_000_000_000, argv=None, files=None, calls=None):
        self.lane, self.seed, self.nodes, self.delay = lane, seed, nodes, delay or (lambda *a: 250_000)
        self.heap, self.order, self.now = [], 0, 0
        self.up = {n: True for n in range(1, nodes + 1)}
        self.calls, self.requests, self.cancelled = {}, {}, set()
        self.told, self.raised, self.values, self.states, self.hazards, self.log, self.sent = {}, {}, {}, [], [], [], []
        self.answers, self.horizon, self.timers = [], horizon, []
        self.begin = {"nodes": list(range(1, nodes + 1)), "words": "%016x" % word("words", seed), "argv": argv or {},
                      "files": files or {}}
        self.stats, self.steps, self.request_ids = None, 0, 0
        for i, (node, value) in enumerate(submits):
            ns = word("start", seed, i) % start if start else 0
            s = {"id": i, "value": value}
            if given:
                s["draws"] = [{"ns": ns, "of": start}]
            self.at(0, ("input", node, {"submit": s}, "S%d" % i))
        for when, node, what in plan:
            self.at(when, ("input", node, what, "plan"))

    def at(self, when, item):
        self.order += 1
        heapq.heappush(self.heap, (when, self.order, item))

    def reset(self):
        return {"lane": self.lane, "reset": self.begin}

    def end(self):
        return {"lane": self.lane, "end": True}

    def next(self):
        """The next line for the node; None if the run is over."""
        while self.heap:
            when, _, item = heapq.heappop(self.heap)
            if when > self.horizon:
                return None
            self.now = when
            if item[0] == "input":
                _, node, what, cause = item
                if "timer" in what:
                    if (node, what["timer"]["id"]) in self.cancelled or not self.up[node]:
                        continue
                if "crash" in what:
                    self.up[node] = False
                    for r in [r for r, v in self.requests.items() if v[2] == node]:
                        self.fail(self.requests.pop(r), "reset")
                elif "restart" in what:
                    self.up[node] = True
                elif not self.up[node]:
                    continue
                return self.line(node, what, cause)
            _, call, node, to, body = item
            if not self.up[to]:
                self.fail((call, node, to), "refused")
                continue
            self.request_ids += 1
            self.requests[self.request_ids] = (call, node, to)
            return self.line(to, {"request": {"id": self.request_ids, "from": node, "body": body}}, "%d>%d" % (node, to))
        return None

    def line(self, node, what, cause):
        self.steps += 1
        self.node = node
        m = {"lane": self.lane, "at": self.now, "node": node, "cause": cause, "key": "%016x" % word("key", self.seed, self.steps)}
        m.update(what)
        return m

    def fail(self, who, why, text=None):
        call, node, to = who
        f = {"call": call, "why": why}
        if text is not None:
            f["text"] = text
        if self.calls.pop((node, call), None) is not None:
            self.at(self.now + self.delay(self.seed, to, node, "failed", self.steps), ("input", node, {"failed": f}, "failed"))

    def feed(self, answer):
        if answer["lane"] != self.lane:
            raise AssertionError("an answer for lane %s in lane %s" % (answer["lane"], self.lane))
        self.stats = answer.get("stats", self.stats)
        for e in answer["effects"]:
            node = e.get("node", getattr(self, "node", None))
            self.answers.append((self.now, node, {k: v for k, v in e.items() if k != "node"}))
            self.effect(node, e)

    def effect(self, node, e):
        if "call" in e:
            self.sent.append((self.now, node, e["to"], e["body"]))
            self.calls[(node, e["call"])] = True
            d = self.delay(self.seed, node, e["to"], e["body"].get("call"), e["body"].get("args"))
            if d is None:
                self.at(self.now + 250_000, ("input", node, {"failed": {"call": e["call"], "why": "lost"}}, "lost"))
            else:
                self.at(self.now + d, ("request", e["call"], node, e["to"], e["body"]))
            if "timeout" in e:
                self.at(self.now + e["timeout"], ("input", node, {"failed": {"call": e["call"], "why": "timeout"}}, "timeout"))
        elif "answer" in e or "raise" in e:
            who = self.requests.pop(e.get("answer", e.get("raise")), None)
            if who is None:
                return
            if "raise" in e:
                self.fail(who, "raised", e["text"])
            else:
                d = self.delay(self.seed, who[2], who[1], "reply", e["body"])
                self.at(self.now + d, ("input", who[1], {"reply": {"call": who[0], "body": e["body"]}}, "reply"))
        elif "timer" in e:
            after = e["after"] if "after" in e else e["between"][0] + word("timer", self.seed, node, e["timer"]) % (
                e["between"][1] - e["between"][0] + 1)
            self.timers.append((node, e))
            self.at(self.now + after, ("input", node, {"timer": {"id": e["timer"]}}, "timer"))
        elif "cancel" in e:
            self.cancelled.add((node, e["cancel"]))
        elif "told" in e:
            if "raised" in e:
                self.raised[e["told"]] = e["raised"]
            else:
                self.told[e["told"]] = e["body"]
        elif "value" in e:
            self.values[e["value"]] = e["body"]
        elif "state" in e:
            self.states.append((self.now, node, e["state"]))
        elif "hazard" in e:
            self.hazards.append((self.now, node, e["hazard"], e["text"]))
        elif "log" in e:
            self.log.append((self.now, node, e["log"]))

    def chosen(self):
        """Values that a majority voted for under one ballot."""
        votes, out = {}, []
        for _, node, state in self.states:
            if state.get("accepted"):
                ballot, value = state["accepted"]
                if value is None:
                    continue
                key = json.dumps([ballot, value])
                votes.setdefault(key, set()).add(node)
                if len(votes[key]) > self.nodes // 2 and value not in out:
                    out.append(value)
        return out


def play(process, runs):
    """Plays runs side by side, a lane each."""
    process.write([r.reset() for r in runs])
    for r in runs:
        r.feed(process.read())
    going = list(runs)
    while going:
        lines = [(r, r.next()) for r in going]
        going = [r for r, m in lines if m is not None]
        if going:
            process.write([m for _, m in lines if m is not None])
            for r in going:
                r.feed(process.read())
    process.write([r.end() for r in runs])
    for r in runs:
        r.feed(process.read())
    return runs


def spread(seed, a, b, *what):
    """Delays of 1 to 201 ms, by address."""
    return MS + word("delay", seed, a, b, what) % (200 * MS)


class Base(unittest.TestCase):
    def kit(self, name, mine="mine.toml", **k):
        config = k.pop("config", None) or config_of(name, mine)
        process = Kit(os.path.join(OWN, name), config, **k)
        self.addCleanup(process.close)
        self.assertNotIn("refused", process.hello, process.hello.get("refused"))
        return process

    def program(self, source, python=None, mapping=None, node=None, **k):
        """A kit with a file of this test's own."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with open(os.path.join(folder.name, "server.py"), "w") as f:
            f.write(textwrap.dedent(source))
        for path, text in k.pop("beside", {}).items():
            with open(os.path.join(folder.name, path), "w") as f:
                f.write(textwrap.dedent(text))
        config = {"node": dict({"run": "server.py", "files": ["server.py"]}, **(node or {})), "python": python or {},
                  "map": mapping or {"submit": {"call": "go", "args": ["{value}"]}, "read": {"call": "get"}}}
        process = Kit(folder.name, config, **k)
        self.addCleanup(process.close)
        return process


class Lab(Base):
    def test_one_run_decides_with_the_right_texts(self):
        p = self.kit("lab")
        run, = play(p, [Run(0, 7)])
        self.assertEqual(run.told[1], "Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = " + run.chosen()[0])
        self.assertRegex(run.told[0], r"^Proposal Num: 1, SubmitValue (SUCCEEDED|FAILED)")
        self.assertEqual(len(run.chosen()), 1)
        self.assertEqual([n for _, n, s in run.states if "promised" in s and s["promised"] == 13], [3, 1, 2])
        self.assertEqual(run.sent[0][3]["call"], "prepare")
        self.assertFalse(run.hazards)

    def test_the_first_draw_is_the_start(self):
        p = self.kit("lab")
        run, = play(p, [Run(0, 3)])
        starts = sorted(word("start", 3, i) % 2_000_000_000 for i in (0, 1))
        self.assertEqual([t for t, n, e in run.answers if "call" in e][0], starts[0])
        self.assertEqual(sorted(e["after"] for _, e in run.timers), starts)

    def test_a_lone_proposer_is_told_by_everyone(self):
        p = self.kit("lab")
        run, = play(p, [Run(0, 1, submits=[(2, "v")], plan=[(10_000 * MS, 2, {"read": {"id": 4}})])])
        self.assertEqual(run.told, {0: "Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = v"})
        self.assertEqual(run.values, {4: "v"})
        self.assertEqual([b["args"] for _, _, _, b in run.sent], [[12], [12], [12, "v"], [12, "v"]])
        self.assertEqual([to for _, _, to, _ in run.sent], [1, 3, 1, 3])

    def test_unreachable_peers_are_no_response(self):
        p = self.kit("lab")
        run, = play(p, [Run(0, 1, submits=[(1, "v")], plan=[(0, 2, {"crash": True}), (0, 3, {"crash": True})])])
        self.assertEqual(run.told[0], "Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises).")
        self.assertTrue(any("ConnectionRefusedError" in text for _, _, text in run.log))

    def test_a_lost_call_is_no_response(self):
        p = self.kit("lab")
        run, = play(p, [Run(0, 1, submits=[(1, "v")], delay=lambda s, a, b, *w: None if w[0] == "accept" else MS)])
        self.assertEqual(run.told[0], "Proposal Num: 1, SubmitValue FAILED in Phase 2 (only 1 accepts).")

    def test_lanes_and_hash_seeds_change_nothing(self):
        def answers(hashseed, width):
            p = self.kit("lab", hashseed=hashseed)
            runs = []
            for k in range(0, 32, width):
                runs += play(p, [Run(i, k + i, delay=spread) for i in range(width)])
            return [r.answers for r in runs]
        once = answers("1", 1)
        self.assertEqual(once, answers("1", 16))
        self.assertEqual(once, answers("2", 1))
        self.assertGreater(len({json.dumps(a) for a in once}), 30)

    def test_the_file_outlives_a_crash_and_memory_does_not(self):
        p = self.kit("lab")
        plan = [(20_000 * MS, 2, {"crash": True}), (21_000 * MS, 2, {"restart": True}), (22_000 * MS, 2, {"read": {"id": 1}})]
        run, = play(p, [Run(0, 5, submits=[(1, "v")], plan=plan)])
        self.assertEqual(run.values, {1: "v"})
        last = {}
        for _, n, s in run.states:
            if n == 2:
                last.update(s)
        self.assertEqual(last, {"promised": None, "accepted": None})
        again, = play(p, [Run(0, 5, submits=[], plan=[(0, 2, {"read": {"id": 1}})])])
        self.assertEqual(again.values, {1: None})      # a run begins with nothing

    def test_a_crash_ends_what_the_node_was_doing(self):
        p = self.kit("lab")
        run, = play(p, [Run(0, 5, submits=[(1, "v")], delay=lambda *a: 100 * MS,
                            plan=[(2_050 * MS, 1, {"crash": True}), (3_000 * MS, 1, {"restart": True})], start=2_000_000_000)])
        self.assertEqual(run.told, {})
        self.assertFalse(run.hazards)

    def test_hold_ups_at_the_races_choose_two_values(self):
        config = config_of("lab")
        config["node"].update(preempt="races", gap="15ms")
        p, both = self.kit("lab", config=config), 0
        for k in range(0, 640, 64):
            for r in play(p, [Run(i, k + i, delay=lambda s, a, b, *w: 100_000, start=60 * MS) for i in range(64)]):
                both += len(r.chosen()) > 1
                self.assertTrue(all(e.get("name", "").startswith("hold-up server.py:") for _, e in r.timers if "between" in e))
        self.assertGreater(both, 0)
        config = config_of("lab", "locked.toml")
        config["node"].update(preempt="lines", p=0.2, gap="15ms")
        p = self.kit("lab", config=config)
        held = 0
        for k in range(0, 128, 64):
            for r in play(p, [Run(i, k + i, delay=lambda s, a, b, *w: 100_000, start=60 * MS) for i in range(64)]):
                self.assertLessEqual(len(r.chosen()), 1)
                held += sum("between" in e for _, e in r.timers)
        self.assertGreater(held, 100)

    def test_hold_ups_at_given_lines(self):
        with open(os.path.join(OWN, "lab", "server.py")) as f:
            line = [k for k, text in enumerate(f, 1) if text.strip() == "promised_n = n"][0]
        config = config_of("lab")
        config["node"].update(preempt=[line], gap="15ms")
        run, = play(self.kit("lab", config=config), [Run(0, 1)])
        names = {e["name"] for _, e in run.timers if "between" in e}
        self.assertEqual(names, {"hold-up server.py:%d" % line})
        self.assertEqual([e["between"] for _, e in run.timers if "between" in e][0], [0, 30 * MS])

    def test_a_wrong_key_kills_the_accept_loop(self):
        with open(os.path.join(OWN, "lab", "server.py")) as f:
            source = f.read()
        config = config_of("lab")
        p = self.program(source.replace('AUTHKEY = b"paxos"', 'AUTHKEY = b"x" if NODE_ID == 3 else b"k"'),
                         python={k: v for k, v in config_of("lab")["python"].items()}, mapping=config["map"])
        run, = play(p, [Run(0, 1, submits=[(1, "v")])])
        self.assertTrue(any("AuthenticationError" in text for _, _, text in run.log))
        self.assertTrue(any(n == 3 and kind == "uncaught" for _, n, kind, _ in run.hazards))
        self.assertIn("SUCCEEDED", run.told[0])


class Others(Base):
    """The other shapes in which students write it."""

    def test_a_class_with_a_lock_keeps_its_promise_over_a_crash(self):
        p = self.kit("stored")
        plan = [(5_000 * MS, 2, {"crash": True}), (6_000 * MS, 2, {"restart": True}), (9_000 * MS, 2, {"submit": {"id": 9, "value": "w"}})]
        run, = play(p, [Run(0, 5, submits=[(1, "v")], given=False, plan=plan)])
        self.assertEqual(run.told, {0: {"chosen": True, "value": "v"}, 9: {"chosen": True, "value": "v"}})
        self.assertEqual(run.chosen(), ["v"])
        self.assertFalse(run.hazards)
        self.assertEqual({n for _, n, s in run.states if s.get("learned") == "v"}, {1, 2, 3})
        promised = [tuple(s["promised"]) for _, n, s in run.states if n == 2 and s.get("promised")]
        self.assertEqual(promised, sorted(promised))
        self.assertEqual(len([b for _, n, _, b in run.sent if n == 1 and "conn" in b]), 4)

    def test_connections_that_stay_open_break_with_a_crash(self):
        p = self.kit("stored")
        plan = [(5_000 * MS, 2, {"crash": True}), (7_000 * MS, 1, {"submit": {"id": 2, "value": "w"}}),
                (8_000 * MS, 2, {"restart": True}), (9_000 * MS, 1, {"submit": {"id": 3, "value": "x"}})]
        run, = play(p, [Run(0, 5, submits=[(1, "v")], given=False, plan=plan)])
        self.assertEqual([run.told[i]["value"] for i in (0, 2, 3)], ["v", "v", "v"])
        after = [b for t, n, to, b in run.sent if t >= 9_000 * MS and n == 1 and to == 2]
        self.assertEqual(len(after), 3)
        self.assertNotIn("conn", after[0])

    def test_a_simple_xmlrpc_server_takes_one_request_at_a_time(self):
        p = self.kit("xmlrpc")
        run, = play(p, [Run(0, 1, submits=[(1, "v")])])
        self.assertEqual(run.told, {0: "chosen: v"})
        run, = play(p, [Run(0, 1, delay=lambda *a: 100 * MS, start=MS, horizon=100_000 * MS)])
        self.assertTrue(any("does not answer: timed out" in text for _, _, text in run.log))
        prepares = [t for t, n, to, b in run.sent if b["call"] == "prepare"]
        self.assertGreater(max(prepares), 5_000 * MS)      # each waited for the other

    def test_a_flask_app(self):
        p = self.kit("flask")
        runs = play(p, [Run(i, i, given=False, delay=spread, plan=[(9_000 * MS, 2, {"read": {"id": 1}})]) for i in range(20)])
        for run in runs:
            self.assertEqual(len(run.chosen()), 1)
            self.assertIn(run.told[1]["status"], ("chosen", "failed"))
            self.assertTrue(all(kind != "uncaught" for _, _, kind, _ in run.hazards), run.hazards)
            chosen = [b["value"] for b in run.told.values() if b["status"] == "chosen"]
            self.assertEqual(set(chosen), set(run.chosen()))
            self.assertEqual(run.values[1]["value"], run.chosen()[0])
        self.assertTrue(any(e["body"].get("status") == 409 for r in runs for _, _, e in r.answers if "answer" in e))
        body = [b for _, _, _, b in runs[0].sent if b["call"] == "POST /prepare"][0]
        self.assertEqual(sorted(body), ["args", "call"])
        self.assertIn("n", body["args"][0])

    def test_a_flask_app_times_out(self):
        p = self.kit("flask")
        run, = play(p, [Run(0, 1, submits=[(1, "v")], given=False, delay=lambda *a: 800 * MS)])
        self.assertEqual(run.told, {0: {"status": "failed", "phase": 1, "count": 0}})
        self.assertTrue(any("Read timed out" in text for _, _, text in run.log))

    def test_lanes_change_nothing_for_them(self):
        for name in ("stored", "xmlrpc", "flask"):
            def answers(width, hashseed):
                p = self.kit(name, hashseed=hashseed)
                out = []
                for k in range(0, 8, width):
                    out += [r.answers for r in play(p, [Run(i, k + i, given=False, delay=spread) for i in range(width)])]
                return out
            self.assertEqual(answers(1, "3"), answers(8, "4"), name)


if __name__ == "__main__":
    unittest.main()
