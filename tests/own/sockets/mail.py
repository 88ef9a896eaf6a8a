"""Basic Paxos by letters: every message has a connection of its own, and an answer is a message to whoever asked."""
import json
import random
import socket
import sys
import threading
import time

ME = int(sys.argv[1])
PORTS = {1: 7001, 2: 7002, 3: 7003}

lock = threading.Condition()
promised, accepted_n, accepted_value, learned = 0, 0, None, None
counter = 0
answers = {}


def post(node, message):
    message = dict(message, sender=ME)
    try:
        with socket.create_connection(("localhost", PORTS[node]), timeout=1) as sock:
            sock.sendall(json.dumps(message).encode())
    except OSError as e:
        print("cannot reach", node, e)


def post_all(message):
    for node in PORTS:
        post(node, message)


def on_prepare(m):
    global promised
    if m["n"] > promised:
        promised = m["n"]
        return {"type": "promise", "n": m["n"], "accepted_n": accepted_n, "accepted_value": accepted_value}
    return {"type": "reject", "n": m["n"], "promised": promised}


def on_accept(m):
    global promised, accepted_n, accepted_value
    if m["n"] >= promised:
        promised = accepted_n = m["n"]
        accepted_value = m["value"]
        return {"type": "accepted", "n": m["n"]}
    return {"type": "reject", "n": m["n"], "promised": promised}


def attempt(value):
    """Both phases under one number; the value if it is chosen."""
    global counter
    with lock:
        counter += 1
        n = counter * 10 + ME
        for kind in ("promise", "accepted"):
            answers[kind, n] = {}
    post_all({"type": "prepare", "n": n})
    with lock:
        if not lock.wait_for(lambda: len(answers["promise", n]) >= 2, timeout=0.5):
            return None
        best = max(answers["promise", n].values(), key=lambda m: m["accepted_n"])
    if best["accepted_n"]:
        value = best["accepted_value"]
    post_all({"type": "accept", "n": n, "value": value})
    with lock:
        return value if lock.wait_for(lambda: len(answers["accepted", n]) >= 2, timeout=0.5) else None


def submit(value):
    while True:
        chosen = attempt(value)
        if chosen is not None:
            post_all({"type": "learn", "value": chosen})
            return chosen
        time.sleep(random.uniform(0, 1))


def handle(conn):
    global learned
    with conn:
        m = json.loads(conn.recv(65536))
        if m["type"] == "submit":
            conn.sendall(json.dumps({"chosen": submit(m["value"])}).encode())
            return
    with lock:
        if m["type"] in ("prepare", "accept"):
            answer = on_prepare(m) if m["type"] == "prepare" else on_accept(m)
        elif m["type"] == "learn":
            learned, answer = m["value"], None
        else:
            answer = None
            if m["type"] != "reject":
                answers[m["type"], m["n"]][m["sender"]] = m
                lock.notify_all()
    if answer:
        post(m["sender"], answer)


def main():
    server = socket.create_server(("", PORTS[ME]))
    while True:
        conn, _ = server.accept()
        threading.Thread(target=handle, args=(conn,)).start()


main()
