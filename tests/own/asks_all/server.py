"""A correct server that goes on without the nodes that refuse: python3 server.py ID, for three on loopback."""
import random
import socketserver
import sys
import time
import xmlrpc.client
import xmlrpc.server

NODES = {1: ("127.0.0.1", 9001), 2: ("127.0.0.1", 9002), 3: ("127.0.0.1", 9003)}
OWN = int(sys.argv[1])
rounds = 0
promised = (0, 0)
vote = None


def prepare(ballot):
    global promised
    if tuple(ballot) <= promised:
        return {"ok": False, "promised": promised}
    promised = tuple(ballot)
    return {"ok": True, "vote": vote}


def accept(ballot, value):
    global promised, vote
    if tuple(ballot) < promised:
        return {"ok": False, "promised": promised}
    promised = tuple(ballot)
    vote = (promised, value)
    return {"ok": True}


def ask(call):
    answers = [call(xmlrpc.client.ServerProxy("http://%s:%d" % at, allow_none=True)) for at in NODES.values()]
    return [answer for answer in answers if answer["ok"]]


def propose(value):
    global rounds
    time.sleep(random.random())
    rounds += 1
    ballot = (rounds, OWN)
    promises = ask(lambda node: node.prepare(ballot))
    if len(promises) < 2:
        return {"status": "failed", "phase": 1, "count": len(promises)}
    votes = [promise["vote"] for promise in promises if promise["vote"]]
    if votes:
        value = max(votes, key=lambda it: tuple(it[0]))[1]
    accepts = ask(lambda node: node.accept(ballot, value))
    if len(accepts) < 2:
        return {"status": "failed", "phase": 2, "count": len(accepts)}
    return {"status": "chosen", "value": value}


class Server(socketserver.ThreadingMixIn, xmlrpc.server.SimpleXMLRPCServer):
    pass


if __name__ == "__main__":
    server = Server(NODES[OWN], allow_none=True, logRequests=False)
    for function in (prepare, accept, propose):
        server.register_function(function)
    server.serve_forever()
