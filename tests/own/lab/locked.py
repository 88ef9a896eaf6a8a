"""Lab 2 with a lock around check and set. Run one of these on every machine, with its own NODE_ID."""
import pickle
import random
import threading
import time
from multiprocessing.connection import Client, Listener

NODE_ID = 1  # CHANGE per node
PORT = 17000
AUTHKEY = b"paxos"
ALL_NODES = {1: ("10.128.0.2", PORT), 2: ("10.128.0.3", PORT), 3: ("10.128.0.5", PORT)}
MAJORITY = 2
LOCK = threading.Lock()
FILE_NAME = "CISC5597"

counter = 0
promised_n = None
accepted_n = None
accepted_value = None


def write_file(value):
    with open(FILE_NAME, "w") as f:
        f.write(str(value))


def read_file():
    try:
        with open(FILE_NAME) as f:
            return f.read()
    except FileNotFoundError:
        return None


def prepare(n):
    global promised_n
    with LOCK:
        if promised_n is None or n > promised_n:
            print(f"[node {NODE_ID}] promises {n}")
            promised_n = n
            return ("promise", accepted_n, accepted_value)
        return ("reject", promised_n)


def accept(n, value):
    global promised_n, accepted_n, accepted_value
    with LOCK:
        if promised_n is None or n >= promised_n:
            print(f"[node {NODE_ID}] accepts {n}: {value}")
            promised_n = n
            accepted_n = n
            accepted_value = value
            write_file(value)
            return ("accepted", n)
        return ("reject", promised_n)


def call(node, name, *args):
    """One remote call; None if there is no response."""
    try:
        conn = Client(ALL_NODES[node], authkey=AUTHKEY)
        try:
            conn.send(pickle.dumps((name, args, {})))
            return pickle.loads(conn.recv())
        finally:
            conn.close()
    except Exception as e:
        print(f"[node {NODE_ID}] no response from {node} to {name}: {e!r}")
        return None


def peers():
    return [node for node in ALL_NODES if node != NODE_ID]


def SubmitValue(value):
    global counter
    time.sleep(random.uniform(0, 2))
    with LOCK:
        counter += 1
        n = counter * 10 + NODE_ID

    answers = [prepare(n)]
    for node in peers():
        answers.append(call(node, "prepare", n))
    promises = [a for a in answers if a is not None and a[0] == "promise"]
    if len(promises) < MAJORITY:
        return f"Proposal Num: {counter}, SubmitValue FAILED in Phase 1 (only {len(promises)} promises)."

    highest = None
    for _, number, seen in promises:
        if seen is not None and (highest is None or number > highest):
            highest, value = number, seen

    answers = [accept(n, value)]
    for node in peers():
        answers.append(call(node, "accept", n, value))
    accepts = [a for a in answers if a is not None and a[0] == "accepted"]
    if len(accepts) < MAJORITY:
        return f"Proposal Num: {counter}, SubmitValue FAILED in Phase 2 (only {len(accepts)} accepts)."
    return f"Proposal Num: {counter}, SubmitValue SUCCEEDED. Chosen value = {value}"


def get_value():
    if accepted_value is not None:
        return accepted_value
    return read_file()


FUNCTIONS = {"prepare": prepare, "accept": accept, "SubmitValue": SubmitValue, "get_value": get_value}


def handle_client(conn):
    try:
        while True:
            name, args, kwargs = pickle.loads(conn.recv())
            try:
                conn.send(pickle.dumps(FUNCTIONS[name](*args, **kwargs)))
            except Exception as e:
                conn.send(pickle.dumps(e))
    except EOFError:
        pass
    finally:
        conn.close()


if __name__ == "__main__":
    listener = Listener(("0.0.0.0", PORT), authkey=AUTHKEY)
    print(f"[node {NODE_ID}] listening on {PORT}")
    while True:
        connection = listener.accept()
        threading.Thread(target=handle_client, args=(connection,), daemon=True).start()
