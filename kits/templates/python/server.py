"""Single-decree Paxos with blocking calls: a server of one function a message, a thread a connection.

Each node has this file with a NODE_ID of its own. Synod runs it as it is: its kit stands in for sockets, threads and time.
A number is counter * 10 + NODE_ID, so no two nodes ever use the same.
"""
import threading
from multiprocessing.connection import Client, Listener

NODE_ID = 1  # mine.toml sets it for each node
ADDRESSES = {1: ("10.0.0.1", 17000), 2: ("10.0.0.2", 17000), 3: ("10.0.0.3", 17000)}
AUTHKEY = b"synod"
MAJORITY = len(ADDRESSES) // 2 + 1

lock = threading.Lock()
counter = 0
promised_n = None
accepted_n = None
accepted_value = None


# The acceptor. Check and assignment are one step, whoever else calls meanwhile.


def prepare(n):
    global promised_n
    with lock:
        if promised_n is not None and n <= promised_n:
            return ("reject", promised_n, None)
        promised_n = n
        return ("promise", accepted_n, accepted_value)


def accept(n, value):
    global promised_n, accepted_n, accepted_value
    with lock:
        if promised_n is not None and n < promised_n:
            return ("reject", promised_n)
        promised_n, accepted_n, accepted_value = n, n, value
        return ("accepted", n)


# The proposer.


def call(node, name, *args):
    """Calls a function of a peer; None if that comes to nothing."""
    try:
        connection = Client(ADDRESSES[node], authkey=AUTHKEY)
        try:
            connection.send((name, args, {}))
            return connection.recv()
        finally:
            connection.close()
    except (OSError, EOFError):
        return None


def ask_all(name, own, *args):
    """The own node by a direct call, then one call to each peer in turn; all answers, without those that did not come."""
    answers = [own(*args)]
    for node in sorted(ADDRESSES):
        if node != NODE_ID:
            answers.append(call(node, name, *args))
    return [answer for answer in answers if answer is not None]


def submit(value):
    global counter
    with lock:
        counter += 1
        n = counter * 10 + NODE_ID

    promises = [answer for answer in ask_all("prepare", prepare, n) if answer[0] == "promise"]
    if len(promises) < MAJORITY:
        return told("FAILED in Phase 1 (only %d promises)." % len(promises))

    # Free to propose the own value only if no promise reports a vote.
    highest = None
    for _, vote_n, vote_value in promises:
        if vote_n is not None and (highest is None or vote_n > highest):
            highest, value = vote_n, vote_value

    accepts = [answer for answer in ask_all("accept", accept, n, value) if answer[0] == "accepted"]
    if len(accepts) < MAJORITY:
        return told("FAILED in Phase 2 (only %d accepts)." % len(accepts))
    return told("SUCCEEDED. Chosen value = %s" % (value,))


def told(text):
    return "Proposal Num: %d, SubmitValue %s" % (counter, text)


def get_value():
    return accepted_value


# The server.

FUNCTIONS = {"prepare": prepare, "accept": accept, "submit": submit, "get_value": get_value}


def serve(connection):
    try:
        while True:
            name, args, kwargs = connection.recv()
            connection.send(FUNCTIONS[name](*args, **kwargs))
    except (OSError, EOFError):
        pass
    finally:
        connection.close()


def main():
    listener = Listener(ADDRESSES[NODE_ID], authkey=AUTHKEY)
    while True:
        connection = listener.accept()
        threading.Thread(target=serve, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
