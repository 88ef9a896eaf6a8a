"""Paxos over XML-RPC, with the simple server: it takes one request at a time, also while it proposes."""
import random
import socket
import time
import xmlrpc.client
from xmlrpc.server import SimpleXMLRPCServer

NODES = {1: "http://127.0.0.1:8001", 2: "http://127.0.0.1:8002", 3: "http://127.0.0.1:8003"}


class PaxosNode:
    def __init__(self, node_id):
        self.node_id = node_id
        self.counter = 0
        self.promised = 0
        self.accepted_n = 0
        self.accepted_value = None

    def prepare(self, n):
        if n > self.promised:
            self.promised = n
            return {"promise": True, "n": self.accepted_n, "value": self.accepted_value}
        return {"promise": False}

    def accept(self, n, value):
        if n >= self.promised:
            self.promised = n
            self.accepted_n = n
            self.accepted_value = value
            return True
        return False

    def everyone(self, name, *args):
        answers = [getattr(self, name)(*args)]
        for node, url in NODES.items():
            if node != self.node_id:
                try:
                    answers.append(getattr(xmlrpc.client.ServerProxy(url, allow_none=True), name)(*args))
                except (OSError, xmlrpc.client.Fault) as e:
                    print("node %d does not answer: %s" % (node, e))
        return answers

    def propose(self, value):
        time.sleep(random.uniform(0, 2))
        self.counter += 1
        n = self.counter * 10 + self.node_id
        promises = [a for a in self.everyone("prepare", n) if a["promise"]]
        if len(promises) < 2:
            return "failed in phase 1 with %d" % len(promises)
        best = max(promises, key=lambda p: p["n"])
        if best["value"] is not None:
            value = best["value"]
        accepts = sum(self.everyone("accept", n, value))
        if accepts < 2:
            return "failed in phase 2 with %d" % accepts
        return "chosen: %s" % value


def start(node_id):
    socket.setdefaulttimeout(5)
    server = SimpleXMLRPCServer(("0.0.0.0", 8000 + node_id), allow_none=True, logRequests=False)
    server.register_instance(PaxosNode(node_id))
    server.serve_forever()


if __name__ == "__main__":
    start(int(input("Which node is this? ")))
