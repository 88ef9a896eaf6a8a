"""Paxos as a class: one lock, state in a JSON file that outlives a crash, a learner that is told what is chosen."""
import json
import os
import sys
import threading

from rpc import Proxy, Server

ADDRESSES = {1: ("localhost", 15001), 2: ("localhost", 15002), 3: ("localhost", 15003)}
KEY = b"peekaboo"


class Node:
    def __init__(self, node_id):
        self.node_id = node_id
        self.lock = threading.Lock()
        self.state_file = "state_%d.json" % node_id
        self.round = 0
        self.promised = None
        self.accepted_n = None
        self.accepted_value = None
        self.learned = None
        self.load()
        self.peers = {n: Proxy(a, KEY) for n, a in ADDRESSES.items() if n != node_id}

    def load(self):
        if os.path.exists(self.state_file):
            with open(self.state_file) as f:
                state = json.load(f)
            self.round, self.promised = state["round"], state["promised"]
            self.accepted_n, self.accepted_value = state["accepted_n"], state["accepted_value"]

    def save(self):
        with open(self.state_file + ".tmp", "w") as f:
            json.dump({"round": self.round, "promised": self.promised, "accepted_n": self.accepted_n,
                       "accepted_value": self.accepted_value}, f)
            f.flush()
            os.fsync(f.fileno())
        os.replace(self.state_file + ".tmp", self.state_file)

    def prepare(self, n):
        n = tuple(n)
        with self.lock:
            if self.promised is not None and n <= tuple(self.promised):
                return {"ok": False, "promised": self.promised}
            self.promised = n
            self.save()
            return {"ok": True, "accepted_n": self.accepted_n, "accepted_value": self.accepted_value}

    def accept(self, n, value):
        n = tuple(n)
        with self.lock:
            if self.promised is not None and n < tuple(self.promised):
                return {"ok": False, "promised": self.promised}
            self.promised = self.accepted_n = n
            self.accepted_value = value
            self.save()
            return {"ok": True}

    def learn(self, value):
        with self.lock:
            self.learned = value

    def ask(self, name, *args):
        """The answers of all nodes that answer, the own one first."""
        answers = [getattr(self, name)(*args)]
        for peer in self.peers.values():
            try:
                answers.append(getattr(peer, name)(*args))
            except (OSError, EOFError):
                pass
        return answers

    def submit(self, value):
        majority = len(ADDRESSES) // 2 + 1
        with self.lock:
            self.round += 1
            n = (self.round, self.node_id)
            self.save()
        promises = [a for a in self.ask("prepare", n) if a["ok"]]
        if len(promises) < majority:
            return {"chosen": False, "phase": 1, "count": len(promises)}
        voted = [p for p in promises if p["accepted_n"] is not None]
        if voted:
            value = max(voted, key=lambda p: tuple(p["accepted_n"]))["accepted_value"]
        accepts = [a for a in self.ask("accept", n, value) if a["ok"]]
        if len(accepts) < majority:
            return {"chosen": False, "phase": 2, "count": len(accepts)}
        self.ask("learn", value)
        return {"chosen": True, "value": value}

    def read(self):
        return self.learned


if __name__ == "__main__":
    node = Node(int(sys.argv[1]))
    server = Server(ADDRESSES[node.node_id], KEY)
    for function in (node.prepare, node.accept, node.learn, node.submit, node.read):
        server.register(function)
    server.serve_forever()
