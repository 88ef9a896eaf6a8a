"""Paxos over HTTP: a Flask app a node, a lock a role, a learner."""
import sys
import threading

import requests
from flask import Flask, jsonify, request

NODE = int(sys.argv[1])
PEERS = [n for n in (1, 2, 3) if n != NODE]
TIMEOUT = 1.0

app = Flask(__name__)
acceptor_lock = threading.Lock()
proposer_lock = threading.Lock()
acceptor = {"promised": 0, "accepted_n": 0, "accepted_value": None}
learned = None
counter = 0


def url(node):
    return "http://node%d:5000" % node


@app.route("/prepare", methods=["POST"])
def prepare():
    n = request.get_json()["n"]
    with acceptor_lock:
        if n <= acceptor["promised"]:
            return jsonify({"ok": False, "promised": acceptor["promised"]}), 409
        acceptor["promised"] = n
        return jsonify({"ok": True, "accepted_n": acceptor["accepted_n"], "accepted_value": acceptor["accepted_value"]})


@app.route("/accept", methods=["POST"])
def accept():
    body = request.get_json()
    with acceptor_lock:
        if body["n"] < acceptor["promised"]:
            return jsonify(ok=False, promised=acceptor["promised"]), 409
        acceptor.update(promised=body["n"], accepted_n=body["n"], accepted_value=body["value"])
        return jsonify(ok=True)


@app.route("/learn", methods=["POST"])
def learn():
    global learned
    learned = request.json["value"]
    return jsonify(ok=True)


@app.route("/value")
def value():
    return jsonify(value=learned)


def post(node, path, body):
    try:
        return requests.post(url(node) + path, json=body, timeout=TIMEOUT).json()
    except requests.exceptions.RequestException as e:
        print("node", node, "does not answer:", e)
        return {"ok": False}


def everyone(path, body):
    answers = {}

    def ask(node):
        answers[node] = post(node, path, body)
    threads = [threading.Thread(target=ask, args=(n,)) for n in [NODE] + PEERS]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return [a for _, a in sorted(answers.items()) if a["ok"]]


@app.route("/propose", methods=["POST"])
def propose():
    global counter
    mine = request.get_json()["value"]
    with proposer_lock:
        counter += 1
        n = counter * 10 + NODE
        promises = everyone("/prepare", {"n": n})
        if len(promises) < 2:
            return jsonify(status="failed", phase=1, count=len(promises))
        best = max(promises, key=lambda p: p["accepted_n"])
        if best["accepted_value"] is not None:
            mine = best["accepted_value"]
        accepts = everyone("/accept", {"n": n, "value": mine})
        if len(accepts) < 2:
            return jsonify(status="failed", phase=2, count=len(accepts))
        everyone("/learn", {"value": mine})
        return jsonify(status="chosen", value=mine)


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
