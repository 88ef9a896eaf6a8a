"""Calls over persistent connections."""
import pickle
import threading
from multiprocessing.connection import Client, Listener


class Proxy:
    """A node, as the others call it: one connection, opened when it is first needed."""

    def __init__(self, address, authkey):
        self._address, self._authkey, self._connection = address, authkey, None
        self._lock = threading.Lock()

    def __getattr__(self, name):
        def call(*args, **kwargs):
            with self._lock:
                try:
                    if self._connection is None:
                        self._connection = Client(self._address, authkey=self._authkey)
                    self._connection.send(pickle.dumps((name, args, kwargs)))
                    result = pickle.loads(self._connection.recv())
                except (OSError, EOFError):
                    self._connection = None
                    raise
            if isinstance(result, Exception):
                raise result
            return result
        return call


class Server:
    """Answers calls of registered functions, a thread for each connection."""

    def __init__(self, address, authkey):
        self._functions = {}
        self._listener = Listener(address, authkey=authkey)

    def register(self, function):
        self._functions[function.__name__] = function

    def serve_forever(self):
        while True:
            connection = self._listener.accept()
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection):
        try:
            while True:
                name, args, kwargs = pickle.loads(connection.recv())
                try:
                    connection.send(pickle.dumps(self._functions[name](*args, **kwargs)))
                except Exception as e:
                    connection.send(pickle.dumps(e))
        except EOFError:
            pass
