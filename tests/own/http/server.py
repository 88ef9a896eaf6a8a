"""Basic Paxos over HTTP, with Python's own modules: a server that takes requests in threads, and urlopen() to ask the others."""
import json
import random
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NODE = int(sys.argv[1])
HOSTS = {1: "node1:8080", 2: "node2:8080", 3: "node3:8080"}


class Acceptor:
    def __init__(self):
        self.lock = threading.Lock()
        self.promised, self.accepted_n, self.accepted_value = 0, 0, None

    def prepare(self, body):
        with self.lock:
            if body["n"] <= self.promised:
                return {"ok": False, "promised": self.promised}
            self.promised = body["n"]
            return {"ok": True, "accepted_n": self.accepted_n, "accepted_value": self.accepted_value}

    def accept(self, body):
        with self.lock:
            if body["n"] < self.promised:
                return {"ok": False, "promised": self.promised}
            self.promised = self.accepted_n = body["n"]
            self.accepted_value = body["value"]
            return {"ok": True}


acceptor = Acceptor()
counter = 0


def post(node, path, body):
    request = urllib.request.Request("http://%s%s" % (HOSTS[node], path), data=json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read())
    except urllib.error.HTTPError as e:
        return json.loads(e.read())
    except OSError as e:
        print("node", node, "does not answer:", e)
        return {"ok": False}


def everyone(own, path, body):
    answers = [own] + [post(node, path, body) for node in HOSTS if node != NODE]
    return [a for a in answers if a["ok"]]


def propose(body):
    global counter
    time.sleep(random.uniform(0, 2))
    counter += 1
    n, value = counter * 10 + NODE, body["value"]
    promises = everyone(acceptor.prepare({"n": n}), "/prepare", {"n": n})
    if len(promises) < 2:
        return {"status": "failed", "phase": 1, "count": len(promises)}
    best = max(promises, key=lambda p: p["accepted_n"])
    if best["accepted_n"]:
        value = best["accepted_value"]
    accepts = everyone(acceptor.accept({"n": n, "value": value}), "/accept", {"n": n, "value": value})
    if len(accepts) < 2:
        return {"status": "failed", "phase": 2, "count": len(accepts)}
    return {"status": "chosen", "value": value}


class Handler(BaseHTTPRequestHandler):
    routes = {"/prepare": acceptor.prepare, "/accept": acceptor.accept, "/propose": propose}

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path not in self.routes:
            self.send_error(404)
            return
        answer = self.routes[self.path](body)
        self.reply(409 if answer.get("ok") is False else 200, answer)

    def do_GET(self):
        self.reply(200, {"value": acceptor.accepted_value})

    def reply(self, status, answer):
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8080), Handler).serve_forever()
