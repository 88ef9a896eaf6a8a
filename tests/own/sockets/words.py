"""Basic Paxos as texts over a socketserver: `PREPARE 11` is answered by `PROMISE 0 None` or by `REJECT 13`."""
import random
import socket
import socketserver
import sys
import time

NODE = int(sys.argv[1])
ADDRESSES = {1: ("10.128.0.2", 6000), 2: ("10.128.0.3", 6000), 3: ("10.128.0.5", 6000)}


class State:
    counter = promised = accepted_n = 0
    accepted_value = None


state = State()


def prepare(n):
    if n > state.promised:
        state.promised = n
        return f"PROMISE {state.accepted_n} {state.accepted_value}"
    return f"REJECT {state.promised}"


def accept(n, value):
    if n >= state.promised:
        state.promised = state.accepted_n = n
        state.accepted_value = value
        return f"ACCEPTED {n}"
    return f"REJECT {state.promised}"


def ask(node, text):
    try:
        with socket.create_connection(ADDRESSES[node]) as sock:
            sock.sendall(text.encode() + b"\n")
            return sock.makefile().readline().strip()
    except OSError as e:
        print("node", node, "does not answer:", e)
        return ""


def ask_all(mine, text):
    return [mine] + [ask(node, text) for node in ADDRESSES if node != NODE]


def submit(value):
    time.sleep(random.uniform(0, 2))
    state.counter += 1
    n = state.counter * 10 + NODE
    promises = [a.split(" ", 2) for a in ask_all(prepare(n), f"PREPARE {n}") if a.startswith("PROMISE")]
    if len(promises) < 2:
        return f"FAILED in phase 1 with {len(promises)}"
    _, highest, seen = max(promises, key=lambda p: int(p[1]))
    if highest != "0":
        value = seen
    accepts = [a for a in ask_all(accept(n, value), f"ACCEPT {n} {value}") if a.startswith("ACCEPTED")]
    if len(accepts) < 2:
        return f"FAILED in phase 2 with {len(accepts)}"
    return f"CHOSEN {value}"


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        words = self.rfile.readline().decode().strip().split(" ", 1)
        if words[0] == "PREPARE":
            answer = prepare(int(words[1]))
        elif words[0] == "ACCEPT":
            n, value = words[1].split(" ", 1)
            answer = accept(int(n), value)
        elif words[0] == "SUBMIT":
            answer = submit(words[1])
        else:
            answer = str(state.accepted_value)
        self.wfile.write(answer.encode() + b"\n")


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True


if __name__ == "__main__":
    with Server(("", 6000), Handler) as server:
        server.serve_forever()
