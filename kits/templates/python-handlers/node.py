"""Single-decree Paxos as handlers: reads a line, answers a line. One process plays all nodes, of many runs side by side.

`python3 node.py lab`: the lab's server. Its own acceptor by a direct call, then one call to each peer in turn; all answers
are collected before they are counted, and nothing is tried twice.
`python3 node.py w2`: messages to all at once, gives up at the first rejection or after 200 ms, and tries again after a
random wait of up to 100 ms.

An acceptor is the same in both. What Synod wants to hear is at the end of the file: `turn`, `answer` and the loop.
"""
import json
import os
import sys

PHASE_TIMEOUT = 200_000_000  # ns
LONGEST_WAIT = 100_000_000


class Node:
    """One node: acceptor and proposer. Effects go to `self.out`, in the order in which they are to happen."""

    def __init__(self, me, nodes):
        self.me, self.nodes, self.majority = me, nodes, len(nodes) // 2 + 1
        # What a crash does not take: the rules of Paxos rest on it.
        self.promised, self.accepted, self.counter = None, None, 0
        # Names of calls and timers are unique within a run, so they outlive a crash too.
        self.names = 0
        self.out = []
        self.restart()

    def restart(self):
        self.phase, self.waiting, self.timer = None, [], None

    # The acceptor.

    def prepare(self, n):
        if self.promised is not None and n <= self.promised:
            return {"type": "reject", "of": "prepare", "n": n, "promised": self.promised}
        self.promised = n
        self.store()
        return {"type": "promise", "n": n, "vote": self.accepted}

    def accept(self, n, value):
        if self.promised is not None and n < self.promised:
            return {"type": "reject", "of": "accept", "n": n, "promised": self.promised}
        self.promised, self.accepted = n, [n, value]
        self.store()
        return {"type": "accepted", "n": n}

    def store(self):
        """Says what is stored, before anything leaves that rests on it."""
        self.out.append({"state": {"promised": self.promised, "accepted": self.accepted, "counter": self.counter}})

    def handle(self, body):
        if body["type"] == "prepare":
            return self.prepare(body["n"])
        return self.accept(body["n"], body["v"])

    # The proposer, as far as both have it.

    def submit(self, client, value):
        self.waiting.append((client, value))
        if len(self.waiting) == 1:
            self.attempt()

    def attempt(self):
        self.client, self.value = self.waiting[0]
        self.counter += 1
        self.store()
        self.ballot = self.counter * 10 + self.me
        self.best = None
        self.open("prepare", {"type": "prepare", "n": self.ballot})

    def count(self, answer):
        """Takes a yes, and the highest vote that a promise reports."""
        self.yes += 1
        vote = answer.get("vote")
        if vote is not None and (self.best is None or vote[0] > self.best[0]):
            self.best = vote

    def second_phase(self):
        if self.best is not None:
            self.value = self.best[1]
        self.open("accept", {"type": "accept", "n": self.ballot, "v": self.value})

    def tell(self, text):
        self.phase = None
        self.out.append({"told": self.client, "body": "Proposal Num: %d, SubmitValue %s" % (self.counter, text)})
        self.waiting.pop(0)
        if self.waiting:
            self.attempt()

    def succeed(self):
        self.tell("SUCCEEDED. Chosen value = %s" % self.value)

    def name(self):
        self.names += 1
        return self.names

    def on_message(self, src, body):
        pass

    def on_reply(self, call, body):
        pass

    def on_timer(self, timer):
        pass


class Lab(Node):
    """One call at a time; all answers are collected."""

    def open(self, phase, body):
        self.phase, self.request, self.yes = phase, body, 0
        self.peers = [node for node in self.nodes if node != self.me]
        self.take(self.handle(body))

    def take(self, answer):
        if answer is not None and answer["type"] in ("promise", "accepted"):
            self.count(answer)
        if self.peers:
            self.calling = self.name()
            self.out.append({"call": self.calling, "to": self.peers.pop(0), "body": self.request})
        elif self.yes >= self.majority:
            self.second_phase() if self.phase == "prepare" else self.succeed()
        else:
            number, what = (1, "promises") if self.phase == "prepare" else (2, "accepts")
            self.tell("FAILED in Phase %d (only %d %s)." % (number, self.yes, what))

    def on_reply(self, call, body):
        """A call has ended; without a body it came to nothing."""
        if self.phase is not None and call == self.calling:
            self.take(body)


class W2(Node):
    """To all at once; the first rejection ends the attempt."""

    def open(self, phase, body):
        self.phase, self.yes, self.heard = phase, 0, set()
        for node in self.nodes:
            self.out.append({"send": node, "body": body})
        self.set_timer({"after": PHASE_TIMEOUT, "name": "phase"})

    def set_timer(self, when):
        if self.timer is not None:
            self.out.append({"cancel": self.timer})
        self.timer = self.name()
        self.out.append({"timer": self.timer, **when})

    def fail(self):
        self.phase = None
        self.set_timer({"between": [0, LONGEST_WAIT], "name": "retry"})

    def on_message(self, src, body):
        if body["type"] in ("prepare", "accept"):
            self.out.append({"send": src, "body": self.handle(body)})
        elif self.phase is None or body["n"] != self.ballot:
            pass  # an answer to an attempt that is over
        elif body["type"] == "reject":
            self.fail()
        elif body["type"] == ("promise" if self.phase == "prepare" else "accepted") and src not in self.heard:
            self.heard.add(src)
            self.count(body)
            if self.yes < self.majority:
                return
            if self.phase == "prepare":
                return self.second_phase()
            self.out.append({"cancel": self.timer})
            self.timer = None
            self.succeed()

    def on_timer(self, timer):
        if timer != self.timer:
            return
        self.timer = None
        if self.phase is None:
            self.attempt()
        else:
            self.fail()


def turn(node, line):
    """One input; what the node has to say to it."""
    node.out = []
    if "submit" in line:
        node.submit(line["submit"]["id"], line["submit"]["value"])
    elif "message" in line:
        node.on_message(line["message"]["from"], line["message"]["body"])
    elif "request" in line:
        node.out.append({"answer": line["request"]["id"], "body": node.handle(line["request"]["body"])})
    elif "reply" in line:
        node.on_reply(line["reply"]["call"], line["reply"]["body"])
    elif "failed" in line:
        node.on_reply(line["failed"]["call"], None)
    elif "timer" in line:
        node.on_timer(line["timer"]["id"])
    elif "read" in line:
        body = None if node.accepted is None else node.accepted[1]
        node.out.append({"value": line["read"]["id"], "body": body})
    elif "restart" in line:
        node.restart()
    return node.out


def answer(lanes, kind, line):
    """What is said to a line."""
    if "hello" in line:
        return {"hello": {"protocol": 1, "style": "handlers", "lanes": 64}}
    effects = []
    if "reset" in line:
        nodes = line["reset"]["nodes"]
        lanes[line["lane"]] = {me: kind(me, nodes) for me in nodes}
    elif "end" in line:
        lanes.pop(line["lane"], None)
    else:
        effects = turn(lanes[line["lane"]][line["node"]], line)
    return {"lane": line["lane"], "effects": effects}


def main():
    kind = {"lab": Lab, "w2": W2}[sys.argv[1] if len(sys.argv) > 1 else "lab"]
    lanes, rest, write = {}, b"", json.JSONEncoder(separators=(",", ":")).encode
    while True:
        there = os.read(0, 1 << 16)
        if not there:
            return
        # All that is there is answered at once: nobody waits for an answer while there is more to read.
        *lines, rest = (rest + there).split(b"\n")
        sys.stdout.write("".join(write(answer(lanes, kind, json.loads(line))) + "\n" for line in lines))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
