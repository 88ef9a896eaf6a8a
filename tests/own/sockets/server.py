"""Basic Paxos over sockets: a message is a line of JSON, a connection a request. Run one of these on every machine."""
import json
import random
import socket
import threading
import time

NODE_ID = 1  # CHANGE per node
PORT = 5000
NODES = {1: ("10.128.0.2", PORT), 2: ("10.128.0.3", PORT), 3: ("10.128.0.5", PORT)}
MAJORITY = 2

counter = 0
promised_n = None
accepted_n = None
accepted_value = None


def prepare(n):
    global promised_n
    if promised_n is None or n > promised_n:
        promised_n = n
        return {"type": "promise", "accepted_n": accepted_n, "accepted_value": accepted_value}
    return {"type": "reject", "promised": promised_n}


def accept(n, value):
    global promised_n, accepted_n, accepted_value
    if promised_n is None or n >= promised_n:
        promised_n = n
        accepted_n = n
        accepted_value = value
        with open("CISC5597", "w") as f:
            f.write(str(value))
        return {"type": "accepted", "n": n}
    return {"type": "reject", "promised": promised_n}


def send_message(sock, message):
    sock.sendall(json.dumps(message).encode() + b"\n")


def receive_message(sock):
    """Reads until the end of the line; None if the other side hangs up before."""
    data = b""
    while not data.endswith(b"\n"):
        chunk = sock.recv(16)
        if not chunk:
            return None
        data += chunk
    return json.loads(data)


def call(node, message):
    """One remote call; None if there is no response."""
    try:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.connect(NODES[node])
        send_message(sock, message)
        answer = receive_message(sock)
        sock.close()
        return answer
    except OSError as e:
        print(f"[node {NODE_ID}] no response from {node}: {e!r}")
        return None


def ask_everyone(own_answer, message):
    answers = [own_answer]
    for node in NODES:
        if node != NODE_ID:
            answers.append(call(node, message))
    return [a for a in answers if a is not None]


def submit(value):
    global counter
    time.sleep(random.uniform(0, 2))
    counter += 1
    n = counter * 10 + NODE_ID

    answers = ask_everyone(prepare(n), {"type": "prepare", "n": n})
    promises = [a for a in answers if a["type"] == "promise"]
    if len(promises) < MAJORITY:
        return {"status": "failed", "phase": 1, "count": len(promises)}
    voted = [p for p in promises if p["accepted_n"] is not None]
    if voted:
        value = max(voted, key=lambda p: p["accepted_n"])["accepted_value"]

    answers = ask_everyone(accept(n, value), {"type": "accept", "n": n, "value": value})
    accepts = [a for a in answers if a["type"] == "accepted"]
    if len(accepts) < MAJORITY:
        return {"status": "failed", "phase": 2, "count": len(accepts)}
    return {"status": "chosen", "value": value}


def handle(conn, addr):
    while True:
        message = receive_message(conn)
        if message is None:
            break
        if message["type"] == "prepare":
            send_message(conn, prepare(message["n"]))
        elif message["type"] == "accept":
            send_message(conn, accept(message["n"], message["value"]))
        elif message["type"] == "submit":
            send_message(conn, submit(message["value"]))
        elif message["type"] == "get":
            send_message(conn, {"value": accepted_value})
    conn.close()


if __name__ == "__main__":
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("0.0.0.0", PORT))
    server.listen(5)
    print(f"[node {NODE_ID}] listening on {PORT}")
    while True:
        conn, addr = server.accept()
        threading.Thread(target=handle, args=(conn, addr), daemon=True).start()
