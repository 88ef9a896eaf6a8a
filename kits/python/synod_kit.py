"""The Python kit: runs server files, unmodified, as the nodes of a cluster under Synod's engine.

    python3 synod_kit.py server.py            # a node program for `[node] run` in mine.toml
    python3 synod_kit.py --races server.py    # a look for checks and sets that no lock holds together

The engine writes one JSON line an input and reads one line of effects for it; time, randomness, network and disk are in
these lines, so that a run depends on nothing else. The file is loaded once a node and lane, with `__import__`, `open` and
`print` replaced: modules that wait, draw, read clocks or touch the outside are answered by stand-ins. Exactly one thread
runs at any time, whoever has the baton; what blocks parks its thread and becomes an effect. Whoever runs out of work reads
the next line itself, so that a handler that does not block costs no switch of threads.

Standard library only, Python 3.8 or later. Absent on purpose: datagrams, event loops, processes; they are refused by name.

Sections: values, randomness, baton, lines, loader, disk, stand-ins (one a module), the look for races, the beginning.
"""
import ast
import builtins
import io
import json
import math
import os
import pickle
import re
import sys
import types
from _thread import allocate_lock, get_ident, stack_size, start_new_thread
from collections import deque

KIT = "python 1.0"
PROTOCOL = 1
LANES = 64
EPOCH_S = 1_700_000_000          # what time.time() says when a run begins
HOME = "/lab"                    # where the files lie, as the program sees it: the same on every machine
LOG_LIMIT = 4000                 # characters of a line for people
THROWS = 50                      # how often a thread that swallows the end of its run is told again


class RunOver(BaseException):
    """Ends a task at the place where it waits: its run is over, or its node crashed. No `except Exception` catches it."""


class Refused(BaseException):
    """Something is used that the kit does not stand in for."""


# ==================================================================================================== values on the wire

TAGS = ("()", "b64", "{}", "set", "int")
SAFE = 1 << 53


class CannotTravel(TypeError):
    """A value that no message can carry."""


def enc(x):
    """A Python value as JSON: tuples, bytes, sets and large integers under a tag, exceptions and objects not at all."""
    t = type(x)
    if t is str or t is bool or x is None:
        return x
    if t is int:
        return x if -SAFE <= x <= SAFE else {"int": str(x)}
    if t is float:
        if x != x or x in (math.inf, -math.inf):
            raise CannotTravel("the number %r cannot travel in a message: JSON has no such number" % x)
        return x
    if t is tuple:
        return {"()": [enc(y) for y in x]}
    if t is list or t is deque:
        return [enc(y) for y in x]
    if t is dict or isinstance(x, dict):
        if all(type(k) is str for k in x) and not (len(x) == 1 and next(iter(x)) in TAGS):
            return {k: enc(v) for k, v in x.items()}
        return {"{}": [[enc(k), enc(v)] for k, v in x.items()]}
    if t is bytes or t is bytearray:
        import base64
        return {"b64": base64.b64encode(x).decode("ascii")}
    if t is set or t is frozenset:
        return {"set": sorted((enc(y) for y in x), key=json.dumps)}
    for plain in (bool, int, float, str, list, tuple):      # what inherits from them: enumerations, named tuples
        if isinstance(x, plain):
            return enc(plain(x))
    raise CannotTravel("a value of class %s cannot travel in a message: send numbers, texts, lists, tuples or "
                       "dictionaries (of an object, its fields)" % t.__name__)


def dec(x):
    """The value that `enc` wrote."""
    t = type(x)
    if t is list:
        return [dec(y) for y in x]
    if t is dict:
        if len(x) == 1:
            (tag, inner), = x.items()
            if tag == "()":
                return tuple([dec(y) for y in inner])
            if tag == "b64":
                import base64
                return base64.b64decode(inner)
            if tag == "{}":
                return {dec(k): dec(v) for k, v in inner}
            if tag == "set":
                return {dec(y) for y in inner}
            if tag == "int":
                return int(inner)
        return {k: dec(v) for k, v in x.items()}
    return x


def plain(x):
    """A value as people and checks see it: tuples as lists, anything unknown as text."""
    t = type(x)
    if t is str or t is bool or x is None:
        return x
    if t is int and -SAFE <= x <= SAFE:
        return x
    if t is float and x == x and x not in (math.inf, -math.inf):
        return x
    if isinstance(x, (list, tuple, deque)):
        return [plain(y) for y in x]
    if isinstance(x, (set, frozenset)):
        return sorted((plain(y) for y in x), key=json.dumps)
    if isinstance(x, dict):
        return {k if type(k) is str else str(k): plain(v) for k, v in x.items()}
    if isinstance(x, BaseException):
        return "%s: %s" % (type(x).__name__, x)
    if isinstance(x, (bytes, bytearray)):
        return bytes(x).decode("utf-8", "replace")
    return str(x)


def dumps(x):
    """One line of JSON; halves of surrogate pairs, which no other reader takes, become question marks."""
    text = ENCODE(x)
    return ENCODE(whole(x)) if "\\ud" in text else text


ENCODE = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode


def whole(x):
    if type(x) is str:
        return x.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if type(x) is list:
        return [whole(y) for y in x]
    if type(x) is dict:
        return {whole(k): whole(v) for k, v in x.items()}
    return x


def fill(x, words):
    """A value of mine.toml with its `{name}`s filled in; a text that is one name alone takes the value itself."""
    if type(x) is str:
        for name, value in words.items():
            slot = "{%s}" % name
            if x == slot:
                return value
            if slot in x:
                x = x.replace(slot, str(value))
        return x
    if type(x) is list:
        return [fill(y, words) for y in x]
    if type(x) is dict:
        if x and all(k.isdigit() for k in x) and str(words.get("node")) in x:
            return fill(x[str(words["node"])], words)       # each node has its own
        return {k: fill(v, words) for k, v in x.items()}
    return x


# ======================================================================================================== randomness

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
CHILD = 0xD1342543DE82EF95


def mixed(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def splitmix(seed):
    """The first word of the stream that this seed begins."""
    return mixed((seed + GAMMA) & MASK)


class Draws:
    """Draws of a SplitMix64 stream. Written here, since Python's own have changed between versions."""

    def __init__(self, seed=None):
        self.seed(seed)

    def seed(self, seed=None, version=2):
        if seed is None:
            seed = HOST.current.draws().word() if HOST.current else 0
        if type(seed) is not int:
            text, seed = repr(seed).encode("utf-8", "replace"), 0
            for b in text:
                seed = mixed((seed * 257 + b + GAMMA) & MASK)
        self.state = seed & MASK

    def word(self):
        self.state = s = (self.state + GAMMA) & MASK
        return mixed(s)

    def random(self):
        return (self.word() >> 11) * 2.0 ** -53

    def below(self, n):
        """An integer from 0 to n - 1."""
        if n <= 0:
            raise ValueError("empty range for a draw")
        if n <= MASK:
            return (self.word() * n) >> 64
        return self.getrandbits(n.bit_length() + 64) % n

    def getrandbits(self, k):
        if k < 0:
            raise ValueError("number of bits must be non-negative")
        out = have = 0
        while have < k:
            out |= self.word() << have
            have += 64
        return out & ((1 << k) - 1)

    def randbytes(self, n):
        return self.getrandbits(8 * n).to_bytes(n, "little")

    def uniform(self, a, b):
        return a + (b - a) * self.random()

    def randint(self, a, b):
        return self.randrange(a, b + 1)

    def randrange(self, start, stop=None, step=1):
        r = range(start) if stop is None else range(start, stop, step)
        if not len(r):
            raise ValueError("empty range for randrange()")
        return r[self.below(len(r))]

    def choice(self, seq):
        if not len(seq):
            raise IndexError("Cannot choose from an empty sequence")
        return seq[self.below(len(seq))]

    def choices(self, population, weights=None, *, cum_weights=None, k=1):
        population = list(population)
        if weights is None and cum_weights is None:
            return [self.choice(population) for _ in range(k)]
        if cum_weights is None:
            total, cum_weights = 0, []
            for w in weights:
                total += w
                cum_weights.append(total)
        out = []
        for _ in range(k):
            u = self.random() * cum_weights[-1]
            out.append(next((p for p, c in zip(population, cum_weights) if u < c), population[-1]))
        return out

    def shuffle(self, x):
        for i in reversed(range(1, len(x))):
            j = self.below(i + 1)
            x[i], x[j] = x[j], x[i]

    def sample(self, population, k, *, counts=None):
        pool = list(population)
        if counts is not None:
            pool = [p for p, c in zip(pool, counts) for _ in range(c)]
        if not 0 <= k <= len(pool):
            raise ValueError("Sample larger than population or is negative")
        return [pool.pop(self.below(len(pool))) for _ in range(k)]

    def expovariate(self, lambd=1.0):
        return -math.log(1.0 - self.random()) / lambd

    def gauss(self, mu=0.0, sigma=1.0):
        u, v = self.random(), self.random()
        return mu + sigma * math.sqrt(-2.0 * math.log(1.0 - u)) * math.cos(2.0 * math.pi * v)

    normalvariate = gauss

    def lognormvariate(self, mu=0.0, sigma=1.0):
        return math.exp(self.gauss(mu, sigma))

    def triangular(self, low=0.0, high=1.0, mode=None):
        u = self.random()
        c = 0.5 if mode is None else (mode - low) / (high - low) if high != low else 0.5
        if u > c:
            u, c, low, high = 1.0 - u, 1.0 - c, high, low
        return low + (high - low) * math.sqrt(u * c)

    def paretovariate(self, alpha):
        return (1.0 - self.random()) ** (-1.0 / alpha)

    def weibullvariate(self, alpha, beta):
        return alpha * (-math.log(1.0 - self.random())) ** (1.0 / beta)

    def getstate(self):
        return self.state

    def setstate(self, state):
        self.state = state


# ================================================================================================= tasks and the baton

class Activation:
    """What made a task run: an input of the engine, with the word for its randomness and the draws that are given."""
    __slots__ = ("key", "given", "cause", "live", "request")

    def __init__(self, key, cause, given=None, live=True, request=None):
        self.key, self.cause, self.given, self.live, self.request = key, cause, given, live, request


class Worker:
    """A thread of the pool, and the gate at which it waits for the baton."""
    __slots__ = ("gate", "job", "ident")

    def __init__(self, job):
        self.gate, self.job, self.ident = allocate_lock(), job, None
        self.gate.acquire()


class Task:
    """A thread of a node, as the program sees it."""
    __slots__ = ("node", "fn", "act", "seed", "spawned", "lines", "stream", "hold", "worker", "killed", "kills", "done", "ok",
                 "value", "joiners", "name", "ident", "daemon", "where", "woken", "thread", "ends", "locals", "main", "caught", "unsent")

    def __init__(self, node, fn, act, seed, name=None, daemon=True):
        self.node, self.fn, self.act, self.seed = node, fn, act, seed
        self.spawned = self.lines = self.kills = 0
        self.stream = self.hold = self.worker = self.value = self.where = self.thread = self.locals = None
        self.killed = self.done = self.ok = self.woken = self.main = self.caught = False
        self.joiners = self.ends = self.unsent = None
        node.idents += 1
        self.ident = node.idents
        if not daemon:
            node.alive += 1
        self.name, self.daemon = name or "handler-%d" % self.ident, daemon

    def draws(self):
        if self.stream is None:
            self.stream = Draws(self.seed)
        return self.stream

    def enter(self, request):
        """From now on the task works for this request."""
        self.act = request.act
        self.seed, self.stream, self.hold, self.spawned, self.lines = request.act.key, None, None, 0, 0


class Queue:
    """Tasks that wait, first come, first served."""
    __slots__ = ("tasks",)

    def __init__(self):
        self.tasks = deque()

    def wait(self, timeout=None, where=None):
        """Parks the current task; false if its time was up first."""
        return HOST.wait(self.tasks, timeout, where)

    def wake(self):
        while self.tasks:
            if HOST.wake(self.tasks.popleft()):
                return True
        return False

    def wake_all(self):
        while self.wake():
            pass

    def __len__(self):
        return len(self.tasks)


class Host:
    """The process: the baton, the lanes, the lines."""

    def __init__(self):
        self.runq, self.idle, self.then = deque(), [], deque()
        self.current = None
        self.lanes, self.lane, self.now = {}, None, 0
        self.said, self.out, self.states, self.opened, self.begun = [], [], [], False, False
        self.node = None
        self.muted = False
        self.program = None
        self.leaked, self.threads, self.switches = 0, 0, 0
        self.input = self.output = -1
        self.pending, self.written = deque(), []
        self.rest = b""

    # ---- the loop: whoever is free runs it

    def pick(self):
        """The next task to run; reads lines until there is one."""
        self.current = None
        runq = self.runq
        try:
            while not runq:
                if self.then:
                    self.then.popleft()()
                    continue
                if self.opened:
                    self.answer()
                self.take(self.read())
        except BaseException:
            fatal()
        return runq.popleft()

    def worker_main(self, w):
        w.ident = get_ident()
        task = w.job
        while True:
            w.job = None
            task.worker = w
            self.current = task
            self.run(task)
            task = self.pick()
            if task.worker is None:
                continue
            self.idle.append(w)
            self.resume(task)
            w.gate.acquire()
            task = w.job

    def resume(self, task):
        """Hands the baton to another thread."""
        self.switches += 1
        if task.worker is not None:
            task.worker.gate.release()
        elif self.idle:
            w = self.idle.pop()
            w.job = task
            w.gate.release()
        else:
            self.threads += 1
            w = Worker(task)
            start_new_thread(self.worker_main, (w,))

    def run(self, task):
        if task.killed:
            task.done = True
            return
        trace = self.program.tracer
        try:
            if trace:
                sys.settrace(trace)
            task.value = task.fn()
            task.ok = True
        except RunOver as e:
            task.value = e
        except SystemExit as e:
            task.ok = True
            if task.main and not task.killed and not task.node.listeners:
                task.node.hazard("uncaught", "%s: SystemExit: %s, and nobody listens (MainThread)" % (place_of(e), e.code))
        except BaseException as e:
            if trace:
                sys.settrace(None)
            task.value = e
            if not task.caught:
                task.node.uncaught(e, task)
            e.__traceback__ = None
        if trace:
            sys.settrace(None)
        task.fn = None
        if task.unsent is not None:
            self.send_off(task, True)
        task.worker, task.done = None, True
        if not task.killed:
            task.node.ended(task)
        if task.joiners is not None:
            task.joiners.wake_all()

    def park(self, task, where):
        """Blocks the current task until somebody wakes it."""
        if task.killed:
            self.throw(task)
        if task.unsent is not None and where is not HELD:
            self.send_off(task)
        node = task.node
        node.parked[task] = True
        task.where = where
        nxt = self.pick()
        if nxt is not task:
            self.resume(nxt)
            task.worker.gate.acquire()
        self.current = task
        task.where = None
        if task.killed:
            self.throw(task)

    def send_off(self, task, ending=False):
        """What a task has written to sockets leaves when it waits or ends; Python closes what nobody holds."""
        unsent, task.unsent = task.unsent, None
        for sock in unsent:
            listed = task.ends is not None and sock in task.ends
            if sock.holders() <= UNHELD + listed and (ending or not listed):
                sock.close()
            else:
                sock.part()

    def throw(self, task):
        task.kills += 1
        if task.kills > THROWS:      # it swallows everything: left behind for ever
            self.leaked += 1
            task.done = True
            self.resume(self.pick())
            gate = allocate_lock()
            gate.acquire()
            gate.acquire()
        raise RunOver()

    def wake(self, task):
        """Makes a parked task runnable; false if it was not parked."""
        if task.node.parked.pop(task, None) is None:
            return False
        task.woken = True
        self.runq.append(task)
        return True

    def wait(self, queue, timeout, where):
        task = self.current
        if task is None:
            return False
        node, timer = task.node, None
        task.woken = False
        if timeout is not None:
            # What is left of a time-out may be less than a nanosecond, and must not be none: it would be left for ever.
            timer = node.timer(nanoseconds(timeout) or int(timeout > 0), lambda: self.expire(task, queue))
        queue.append(task)
        self.park(task, where)
        if timer is not None and task.woken:
            node.cancel(timer)
        return task.woken

    def expire(self, task, queue):
        if self.wake(task):
            task.woken = False
            try:
                queue.remove(task)
            except ValueError:
                pass

    def sleep(self, seconds):
        task = self.current
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        node = task.node
        node.timer(nanoseconds(seconds), lambda: self.wake(task))
        node.sample(task, True)
        self.park(task, None)

    def spawn(self, node, fn, act, seed, name=None, daemon=True):
        task = Task(node, fn, act, seed, name, daemon)
        if self.muted or (self.current is not None and self.current.killed):
            task.done = True
        else:
            self.runq.append(task)
        return task

    def child(self, fn, name=None, daemon=True):
        """A thread that the current task starts: its randomness is named by its place in the tree of threads."""
        me = self.current
        me.spawned += 1
        return self.spawn(me.node, fn, me.act, splitmix((me.seed + me.spawned * CHILD) & MASK), name, daemon)

    # ---- lines

    def read(self):
        if not self.pending:
            if self.written:
                self.flush()
            data = self.rest
            while True:
                more = os.read(self.input, 1 << 16)
                if not more:
                    os._exit(0)
                data += more
                if b"\n" in more:
                    break
            lines = data.split(b"\n")
            self.rest = lines.pop()
            self.pending.extend(lines)
        return self.pending.popleft()

    def flush(self):
        data = b"".join(self.written)
        self.written = []
        while data:
            data = data[os.write(self.output, data):]

    def write(self, x):
        self.written.append(dumps(x).encode("ascii") + b"\n")

    def answer(self):
        """Ends a step: what is watched is looked at once more, and the line is written."""
        self.opened = False
        lane = self.lane
        for node in (lane.nodes.values() if self.begun else (self.node,)):
            if node is not None and node.up:
                node.sample(None)
        effects = self.said + self.states + self.out
        if self.begun:
            effects = [dict(e, node=n) for n, e in effects]
        else:
            effects = [e for _, e in effects]
        line = {"lane": lane.number, "effects": effects}
        if lane.stats is not None:
            line["stats"], lane.stats = lane.stats, None
        self.said, self.out, self.states, self.begun, self.node = [], [], [], False, None
        self.write(line)

    def settle(self):
        """What is stored from here on is stored after the answer that has just left: another request may follow in this step."""
        self.said += self.states + self.out
        self.states, self.out = [], []

    def take(self, line):
        m = json.loads(line)
        if "hello" in m:
            self.written.append(dumps({"hello": greeting(m["hello"])}).encode("ascii") + b"\n")
            return
        number = m.get("lane", 0)
        lane = self.lanes.get(number)
        if lane is None:
            lane = self.lanes[number] = Lane(number)
        self.lane, self.opened = lane, True
        if "reset" in m:
            begin = m["reset"]
            self.now = 0
            self.unwind(list(lane.nodes.values()), lambda: lane.begin(begin))
        elif "end" in m:
            lane.stats = statistics_of(lane)
            self.unwind(list(lane.nodes.values()), lane.over)
        else:
            self.now = m["at"]
            self.node = node = lane.nodes[m["node"]]
            node.take(m)

    def unwind(self, nodes, then):
        """Ends all tasks of these nodes, says nothing of what they do meanwhile, then goes on."""
        disks = [(n, dict(n.disk.files), set(n.disk.folders)) for n in nodes]
        for n in nodes:
            n.up = False
            for t in n.parked:
                t.killed = True
                self.runq.append(t)
            n.parked = {}
        self.muted = True

        def after():
            self.muted = False
            for n, files, folders in disks:
                n.forget()
                n.disk.files, n.disk.folders = files, folders      # what was not flushed is lost
            then()
        self.then.append(after)


HOST = Host()
HELD = "held up between two lines"


def nanoseconds(seconds):
    return max(0, int(round(seconds * 1e9)))


def fatal():
    """The kit itself is wrong, or the line was: says where and ends."""
    import traceback
    sys.stderr.write("synod_kit: an error in the kit or in a line for it; please report this\n" + traceback.format_exc())
    sys.stderr.flush()
    os._exit(70)


class Lane:
    """A run that is going on."""

    def __init__(self, number):
        self.number, self.nodes, self.keys, self.stats = number, {}, {}, None

    def begin(self, begin):
        numbers = begin.get("nodes") or []
        words = int(begin.get("words", "0"), 16)
        self.keys, self.argv = {}, begin.get("argv") or {}
        if list(self.nodes) != numbers:
            self.nodes = {n: Node(self, n) for n in numbers}
        HOST.begun = True
        for node in self.nodes.values():
            node.begin(splitmix((words + node.number * CHILD) & MASK), begin.get("files") or {})

    def over(self):
        HOST.node = None


def statistics_of(lane):
    """What people want to know at the end: who waits for whom, and how many threads there are."""
    stats, blocked = {"threads": HOST.threads, "leaked": HOST.leaked}, []
    for node in lane.nodes.values():
        for task in node.parked:
            if type(task.where) is tuple:
                blocked.append(blocking(node, task))
    if blocked:
        stats["blocked"] = blocked
    return stats


def blocking(node, task):
    what, owner, taken = task.where[0], None, None
    lock = task.where[1]
    if isinstance(lock, LockBase):
        owner, taken = lock.owner, lock.taken
    line = where_is(sys._current_frames().get(task.worker.ident))
    out = {"node": node.number, "thread": task.name, "at": line, "waits": what}
    text = "node %d: %s waits at %s for %s" % (node.number, task.name, line, what)
    if owner is not None:
        out["holder"], out["taken"] = owner.name, taken
        text += " that %s took at %s" % (owner.name, taken)
        if owner.done:
            text += " and ended without releasing"
    out["text"] = text
    return out


def where_is(frame):
    """The innermost place in the program's own files, `server.py:41`."""
    files = HOST.program.files
    while frame is not None:
        if frame.f_code.co_filename in files:
            return "%s:%d" % (frame.f_code.co_filename, frame.f_lineno)
        frame = frame.f_back
    return "the kit"


def place_of(error):
    """Where an error was raised: the innermost frame of the program's own files."""
    at, tb, files = None, error.__traceback__, HOST.program.files
    while tb is not None:
        if tb.tb_frame.f_code.co_filename in files:
            at = "%s:%d in %s" % (tb.tb_frame.f_code.co_filename, tb.tb_lineno, tb.tb_frame.f_code.co_name)
        tb = tb.tb_next
    return at or "the kit"


# ============================================================================================================ a node

class Request:
    """Something that wants an answer: a call of another node, or a client's submission or read."""
    __slots__ = ("node", "kind", "id", "src", "body", "act", "done")

    def __init__(self, node, kind, id, src, body, key, cause, given=None):
        self.node, self.kind, self.id, self.src, self.body, self.done = node, kind, id, src, body, False
        self.act = Activation(key, cause, given, True, self)

    def answer(self, value, status=200, text=False, more=None):
        if self.done:
            return
        self.done = True
        kind, node = self.kind, self.node
        if kind == "request":
            body = {"value": enc(value)}
            if status != 200:
                body["status"] = status
            if text:
                body["text"] = True
            if more:
                body.update(more)
            node.emit({"answer": self.id, "body": body})
        elif kind == "submit" or kind == "read":
            value = plain(value)
            if status != 200:
                value = {"value": value, "status": status}
            node.emit({"told": self.id, "body": value} if kind == "submit" else {"value": self.id, "body": value})

    def fail(self, text):
        if self.done:
            return
        self.done = True
        if self.kind == "request":
            self.node.emit({"raise": self.id, "text": text})
        elif self.kind == "submit":
            self.node.emit({"told": self.id, "raised": text})
        elif self.kind == "read":
            self.node.hazard("read", "the read ended without a value: " + text)
            self.node.emit({"value": self.id, "body": None})


class Pending:
    """A call of this node that has no answer yet."""
    __slots__ = ("ok", "body", "why", "text", "queue", "over")

    def __init__(self):
        self.ok, self.body, self.why, self.text, self.over, self.queue = False, None, None, None, False, Queue()

    def wait(self, timeout=None):
        """True when the call is over, false if this time was up first."""
        if not self.over:
            self.queue.wait(timeout)
        return self.over


class Node:
    """A node of a lane: its memory, its disk, its tasks."""

    def __init__(self, lane, number):
        self.lane, self.number, self.program = lane, number, HOST.program
        self.parked, self.up, self.idents = {}, False, 0
        self.disk, self.ns, self.modules, self.builtins = Disk(), None, {}, None

    # ---- its life

    def begin(self, key, files):
        self.ids = self.boots = self.idents = 0
        self.disk = Disk()
        self.disk.lay(self.program.laid)
        self.disk.lay(files)
        self.reported, self.misreads = {}, set()
        self.boot(key)

    def forget(self):
        """Memory is gone; namespaces are emptied, so that no collector has to look for their circles."""
        if self.ns is not None:
            self.ns.clear()
            for module in self.modules.values():
                if getattr(module, "__builtins__", None) is self.builtins:
                    module.__dict__.clear()
        self.calls, self.timers, self.listeners, self.ns, self.torn = {}, {}, [], None, None
        self.modules, self.objects = {}, {}
        self.flows, self.epoch, self.unused = {}, object(), False

    def boot(self, key):
        self.forget()
        self.boots += 1
        self.up, self.clients, self.default_timeout, self.threads, self.unended = True, 0, None, 0, 0
        self.alive = 0
        self.words = dict(self.lane.argv, node=self.number, index=self.number - 1, nodes=len(self.lane.nodes))
        program = self.program
        self.builtins = b = dict(BUILTINS)
        b["__import__"], b["open"], b["print"] = self.import_, self.disk.open, self.print
        if program.classes:
            b["__build_class__"] = self.build_class
        b["__name__"] = "builtins"
        entry = program.entry
        name = program.stem if entry else "__main__"
        module = self.modules["__main__"] = types.ModuleType(name)
        self.ns = ns = module.__dict__
        ns.update(__builtins__=b, __file__=HOME + "/" + program.name, __package__="")

        def main():
            exec(program.main_code(self), ns)
            if entry:
                exec(compile(fill(entry, self.words), "<entry>", "exec"), ns)
        act = Activation(key, "boot", None, False)
        HOST.spawn(self, main, act, key, "MainThread", False).main = True

    def ended(self, task):
        """A task of this node has ended; a program ends with the last of its threads that is no daemon."""
        if task.ends is not None:
            for end in task.ends:
                if end.holders() <= UNHELD:
                    end.hang_up()        # Python closes what nobody holds
        if task.main:
            self.sample(task)
            self.check_watches()
        if not task.daemon:
            self.alive -= 1
            if not self.alive:
                self.exit()

    def exit(self):
        """The last thread that is no daemon has ended, and so has the process: nobody listens any more."""
        servers = [l for l in self.listeners if not isinstance(l, Functions)]
        if not servers:
            return                       # a file of functions, which are called as they are
        self.log("the program has ended")
        self.listeners = []
        for task in self.parked:
            task.killed = True
            HOST.runq.append(task)
        self.parked = {}
        for server in servers:
            server.shut()

    def uncaught(self, error, task):
        if isinstance(error, Refused):
            self.hazard("refused", "%s: %s" % (place_of(error), error))
        else:
            self.hazard("uncaught", "%s: %s: %s (%s)" % (place_of(error), type(error).__name__, error, task.name))
        if task.ends is not None:
            for end in task.ends:
                end.broken()

    # ---- inputs

    def take(self, m):
        if "request" in m:
            r = m["request"]
            self.request(Request(self, "request", r["id"], r["from"], r["body"], word_of(m), m.get("cause")))
        elif "reply" in m:
            self.close_call(m["reply"]["call"], True, m["reply"]["body"], None, None)
        elif "timer" in m:
            ring = self.timers.pop(m["timer"]["id"], None)
            if ring is not None:
                ring()
        elif "submit" in m:
            s = m["submit"]
            self.client("submit", s["id"], {"value": s["value"]}, m, m.get("draws"))
        elif "failed" in m:
            f = m["failed"]
            self.close_call(f["call"], False, None, f["why"], f.get("text"))
        elif "message" in m:
            r = m["message"]
            said = r["body"].get("socket") if type(r["body"]) is dict else None
            if said and said.get("back"):
                if said["conn"] in self.flows:
                    self.flows[said["conn"]].pushed(r["body"])
            else:
                self.request(Request(self, "message", None, r["from"], r["body"], word_of(m), m.get("cause")))
        elif "read" in m:
            self.client("read", m["read"]["id"], {}, m, None)
        elif "crash" in m:
            HOST.unwind([self], lambda: None)
        elif "restart" in m:
            self.boot(word_of(m))
        else:
            raise ValueError("an input of no known kind: %s" % sorted(m))

    def client(self, kind, id, words, m, draws):
        row = self.program.map.get(kind)
        if not row:
            body = {}
        else:
            words = dict(self.words, **words)
            body = {"call": row["call"], "args": fill(row.get("args", []), words)}
            if row.get("kwargs"):
                body["kwargs"] = fill(row["kwargs"], words)
        given = deque((d["ns"], d["of"]) for d in draws) if draws else None
        request = Request(self, kind, id, 0, body, word_of(m), m.get("cause"), given)
        if not row:
            request.fail("mine.toml does not say what a client calls: write [map] %s = { call = \"…\" }" % kind)
        elif self.is_function(body):
            direct(self.ns[body["call"]], request)
        else:
            self.request(request)

    def is_function(self, body):
        """Where servers read bytes, a client may also call a function of the file: unless it sends a message, as one argument."""
        args = body["args"]
        return (any(isinstance(l, SocketListener) for l in self.listeners) and callable(self.ns.get(body["call"]))
                and not (len(args) == 1 and isinstance(args[0], (dict, list))))

    def request(self, request):
        body = request.body
        call = body.get("call") if type(body) is dict else None
        for listener in self.listeners:
            if listener.takes(call, body):
                listener.deliver(request)
                return
        if not self.up:
            return
        port = port_of(body)
        if port is not None and port not in ports_of(self):
            request.fail("refused: nobody listens at port %d of node %d" % (port, self.number))
        elif self.listeners:
            request.fail("no %s: the program's servers do not know it" % shown(call))
        elif request.kind in ("submit", "read") and callable(self.ns.get(call)):
            direct(self.ns[call], request)
        else:
            request.fail("refused: nobody listens at node %d" % self.number)

    def close_call(self, call, ok, body, why, text):
        pending = self.calls.pop(call, None)
        if pending is None:
            return
        if why == "raised" and text is not None:
            for kind in ("refused", "closed", "auth", "reset"):
                if text.startswith(kind + ": "):
                    why, text = kind, text[len(kind) + 2:]
        pending.ok, pending.body, pending.why, pending.text, pending.over = ok, body, why, text, True
        pending.queue.wake_all()

    # ---- effects

    def emit(self, effect):
        if HOST.muted or (HOST.current is not None and HOST.current.killed):
            return
        leaving = not LEAVING.isdisjoint(effect)
        if self.program.watches:
            self.sample(HOST.current, leaving=leaving)
        HOST.out.append((self.number, effect))
        if leaving:
            HOST.settle()

    def note(self, effect):
        if not (HOST.muted or (HOST.current is not None and HOST.current.killed)):
            HOST.out.append((self.number, effect))

    def log(self, text):
        text = text.rstrip("\n")
        if text and self.program.logs:
            self.note({"log": text if len(text) <= LOG_LIMIT else text[:LOG_LIMIT] + " …"})

    def hazard(self, kind, text):
        self.note({"hazard": kind, "text": text})

    def fresh(self):
        self.ids += 1
        return self.ids

    def timer(self, after, ring):
        i = self.fresh()
        self.timers[i] = ring
        self.note({"timer": i, "after": after})
        return i

    def cancel(self, i):
        if self.timers.pop(i, None) is not None:
            self.note({"cancel": i})

    def call(self, to, body, timeout=None):
        i = self.fresh()
        pending = self.calls[i] = Pending()
        effect = {"call": i, "to": to, "body": body}
        if timeout is not None:
            effect["timeout"] = nanoseconds(timeout)
        self.emit(effect)
        return pending

    def print(self, *args, sep=" ", end="\n", file=None, flush=False):
        text = (" " if sep is None else sep).join([str(a) for a in args]) + ("\n" if end is None else end)
        if file is None:
            self.log(text)
        else:
            file.write(text)

    # ---- what is watched

    def look(self, watch):
        _, code, cls, _ = watch
        try:
            if cls is None:
                return eval(code, self.ns)
            return eval(code, self.ns, {"self": self.objects[cls]})
        except Exception:
            return NOTHING

    def sample(self, task, inside=False, leaving=False):
        """Compares what is watched with what was last reported. `inside`: the task pauses in the middle of its work."""
        if not self.up or HOST.muted:
            return
        changed, reported = None, self.reported
        for watch in self.program.watches:
            name, value = watch[0], self.look(watch)
            if value is NOTHING:
                continue
            old = reported.get(name, NOTHING)
            t = type(value)
            if (t is int and -SAFE <= value <= SAFE) or t is str or value is None:
                if value == old and type(old) is t:
                    continue
            else:
                value = plain(value)
                if name == "accepted" and type(value) is list and value and value[0] is None:
                    value = None
                if value == old and old is not NOTHING:
                    continue
            if not well_formed(name, value):
                self.misread(watch, value)
                continue
            if name == "accepted" and self.half_way(task, inside, leaving, old, value):
                continue
            reported[name] = value
            if changed is None:
                changed = {}
            changed[name] = value
        if changed:
            HOST.states.append((self.number, {"state": changed}))

    def misread(self, watch, value):
        if watch[0] not in self.misreads:
            self.misreads.add(watch[0])
            self.hazard("watch", "%s is %s, which is no %s: [python] watch %s must be %s" % (
                watch[3], shown(value), watch[0], watch[0], SHAPES[watch[0]]))

    def half_way(self, task, inside, leaving, old, value):
        """Whether number and value of the vote do not belong together yet, since their thread stands between the two."""
        torn = self.torn
        if torn is not None:
            if torn[0] is task and not inside or torn[0].done:
                self.torn = None
                return False
            if torn[1] == value:
                if leaving and not torn[2]:
                    torn[2] = True
                    self.hazard("torn", "%s: an answer leaves while the vote is half written: %s" % (torn[3], dumps(value)))
                return True
            return False
        if not inside or task is None or old is NOTHING:
            return False
        a = old if type(old) is list and len(old) == 2 else [None, None]
        b = value if type(value) is list and len(value) == 2 else [None, None]
        if (a[0] == b[0]) == (a[1] == b[1]):
            return False
        self.torn = [task, value, False, where_is(sys._getframe())]
        return True

    def check_watches(self):
        for watch in self.program.watches:
            if watch[2] is None and self.boots == 1 and self.look(watch) is NOTHING:
                self.hazard("watch", "mine.toml watches %s, which cannot be read after the start: [python] watch names "
                            "variables of %s, or `Class: self.name`" % (watch[3], self.program.name))

    def build_class(self, fn, name, *bases, **kw):
        cls = builtins.__build_class__(fn, name, *bases, **kw)
        if name in self.program.classes and "__new__" not in cls.__dict__:
            node = self

            def __new__(made, *a, **k):
                inherited = super(cls, made).__new__
                obj = inherited(made) if inherited is object.__new__ else inherited(made, *a, **k)
                node.objects[name] = obj
                return obj
            cls.__new__ = __new__
        return cls

    # ---- imports

    def import_(self, name, globals=None, locals=None, fromlist=(), level=0):
        if level:
            package = (globals or {}).get("__package__") or ""
            parts = package.split(".") if package else []
            parts = parts[:len(parts) - (level - 1)]
            name = ".".join(parts + ([name] if name else []))
        module = self.module(name)
        if fromlist:
            for part in fromlist:
                if part != "*" and not hasattr(module, part):
                    try:
                        setattr(module, part, self.module(name + "." + part))
                    except ImportError:
                        pass
            return module
        return self.module(name.partition(".")[0]) if "." in name else module

    def module(self, name):
        module = self.modules.get(name)
        if module is not None:
            return module
        head, _, last = name.rpartition(".")
        module = self.own_module(name) or self.stand_in(name)
        if module is None:
            module = real_module(name, self.program)
        self.modules[name] = module
        if head and (head in STAND_INS or self.program.find(head)):
            setattr(self.module(head), last, module)
        return module

    def stand_in(self, name):
        make = STAND_INS.get(name)
        if make is None:
            return None
        module = types.ModuleType(name)
        module.__dict__.update(make(self))
        return module

    def own_module(self, name):
        path = self.program.find(name)
        if path is None:
            return None
        module = types.ModuleType(name)
        shown_name = os.path.relpath(path, self.program.folder).replace(os.sep, "/")
        package = path.endswith("__init__.py")
        module.__dict__.update({"__builtins__": self.builtins, "__file__": HOME + "/" + shown_name,
                                "__package__": name if package else name.rpartition(".")[0]})
        if package:
            module.__path__ = []
        sys.modules.setdefault(name, types.ModuleType(name))      # decorators of classes look their module up
        self.modules[name] = module
        try:
            exec(self.program.code(path, shown_name), module.__dict__)
        except BaseException:
            del self.modules[name]
            raise
        return module

    # ---- where others are

    def find(self, address):
        """The node at an address, and the body's `port` if it is not the node's first."""
        found = self.program.resolve(address, self)
        if found is None:
            self.hazard("address", "nobody is at %s: [python] addresses of mine.toml knows %s" % (
                shown(plain(address)), ", ".join("%s:%s" % a for a in self.program.places) or "none"))
            raise ConnectionRefusedError(111, "Connection refused")
        return found


LEAVING = frozenset(("answer", "told", "value"))
NOTHING = object()
SHAPES = {"accepted": "None or ballot and value, `(accepted_n, accepted_value)`", "counter": "a whole number from 0"}


def well_formed(name, value):
    """Whether what is watched can be told: a vote is null or ballot and value, a counter a number."""
    if name == "accepted":
        return value is None or (type(value) is list and len(value) == 2)
    return name != "counter" or (type(value) is int and value >= 0)


BUILTINS = dict(vars(builtins))


def no_input(prompt=""):
    raise EOFError("nobody is at the keyboard: input() has no line under Synod")


BUILTINS["input"] = no_input


def word_of(m):
    return int(m.get("key") or "0", 16)


def shown(x):
    text = json.dumps(x, default=str)
    return text if len(text) <= 120 else text[:120] + " …"


def direct(fn, request, extra=()):
    """Runs a function as the answer to a request, in a thread of its own."""
    node, body = request.node, request.body

    def job():
        try:
            value = fn(*[dec(a) for a in body.get("args", [])], **{k: dec(v) for k, v in body.get("kwargs", {}).items()})
            request.answer(value)
        except Exception as e:
            request.fail("%s: %s" % (type(e).__name__, e))
            raise
    HOST.spawn(node, job, request.act, request.act.key)


def raise_failure(pending, lost=ConnectionResetError):
    """The error that the program sees when a call ended without an answer."""
    why = pending.why
    if why == "refused":
        raise ConnectionRefusedError(111, "Connection refused")
    if why == "timeout":
        raise timed_out()
    if why == "closed":
        raise EOFError()
    if why == "auth":
        raise AuthenticationError("digest sent was rejected")
    raise ConnectionResetError(104, "Connection reset by peer")


def timed_out():
    import socket
    return socket.timeout("timed out")


# ======================================================================================================== the program

ADDRESS = re.compile(r"([A-Za-z0-9_.\-]+)['\"]?\s*[:,]\s*(\d+)")


class Program:
    """The files, as they are loaded for every node, and what mine.toml says about them."""

    def __init__(self, path, hello):
        config = hello.get("config") or {}
        python, node = config.get("python") or {}, config.get("node") or {}
        folder = hello.get("dir")
        if not os.path.exists(path) and folder and os.path.exists(os.path.join(folder, path)):
            path = os.path.join(folder, path)
        if not os.path.exists(path):
            raise Refusal("there is no file %s: [node] run names it, from the folder of mine.toml" % path)
        self.path, self.folder = os.path.abspath(path), os.path.dirname(os.path.abspath(path))
        self.name = os.path.basename(path)
        self.stem = self.name[:-3] if self.name.endswith(".py") else self.name
        self.map = config.get("map") or {}
        self.entry = python.get("entry") or ""
        self.argv = python.get("argv") or []
        self.env = python.get("env") or {}
        self.allow = set(python.get("allow") or [])
        self.set = python.get("set") or {}
        self.logs = node.get("log", True)
        self.trees, self.codes, self.files, self.found = {}, {}, set(), {}
        self.tree(self.path, self.name)
        self.laid = self.files_of(node.get("files") or [], folder or self.folder)
        self.watches, self.classes = self.read_watches(python.get("watch") or {})
        self.places, self.first = self.read_addresses(python.get("addresses") or {})
        self.check_set()
        look_at_imports(self)
        self.wire_form = look_at_payloads(self)
        self.bytes_form = look_at_bytes(self)
        self.tracer = None
        self.read_preempt(node)

    # ---- source

    def tree(self, path, name):
        if path not in self.trees:
            with open(path, "rb") as f:
                text = f.read()
            try:
                self.trees[path] = (name, ast.parse(text, name))
            except SyntaxError as e:
                raise Refusal("%s:%s: Python cannot read it: %s" % (name, e.lineno, e.msg))
            self.files.add(name)
        return self.trees[path][1]

    def code(self, path, name):
        code = self.codes.get(path)
        if code is None:
            code = self.codes[path] = compile(self.tree(path, name), name, "exec", dont_inherit=True)
        return code

    def main_code(self, node):
        """The file with the constants of this node; compiled once for each set of them."""
        values = {k: fill(v, node.words) for k, v in self.set.items()}
        for k in node.lane.argv:
            if k not in values and k in self.constants:
                values[k] = node.lane.argv[k]
        if not values:
            return self.code(self.path, self.name)
        key = repr(sorted(values.items()))
        code = self.codes.get(key)
        if code is None:
            with open(self.path, "rb") as f:
                tree = ast.parse(f.read(), self.name)
            for statement, target in constants(tree):
                if target in values:
                    statement.value = ast.copy_location(expression(values[target]), statement.value)
            code = self.codes[key] = compile(ast.fix_missing_locations(tree), self.name, "exec", dont_inherit=True)
        return code

    def check_set(self):
        self.constants = {t for _, t in constants(self.trees[self.path][1])}
        for name in self.set:
            if name not in self.constants:
                raise Refusal("[python] set: %s has no constant %s at its top level%s" % (
                    self.name, name, near(name, self.constants)))

    def find(self, name):
        """The path of a module that lies beside the file, if there is one."""
        if name not in self.found:
            base = os.path.join(self.folder, *name.split("."))
            path = None
            for candidate in (base + ".py", os.path.join(base, "__init__.py")):
                if os.path.isfile(candidate) and os.path.abspath(candidate) != self.path:
                    path = candidate
                    break
            if path is not None and name.partition(".")[0] in ("synod_kit", "synod"):
                path = None
            self.found[name] = path
        return self.found[name]

    def files_of(self, names, folder):
        """Declared files that are no code lie on every node's disk from the start."""
        out = {}
        for name in names:
            path = os.path.join(folder, name)
            if not name.endswith(".py") and os.path.isfile(path):
                with open(path, "rb") as f:
                    out[os.path.relpath(path, self.folder)] = f.read()
        return out

    # ---- what mine.toml says

    def read_watches(self, rows):
        watches, classes = [], set()
        for name in ("promised", "accepted", "learned", "counter"):
            text = rows.get(name)
            if not text:
                continue
            m = re.match(r"\s*([A-Za-z_]\w*)\s*:\s*(.+)$", text, re.S)
            cls, source = (m.group(1), m.group(2)) if m else (None, text)
            try:
                watches.append((name, compile(source.strip(), "<watch>", "eval"), cls, text))
            except SyntaxError as e:
                raise Refusal("[python] watch: %s = %s is no Python expression: %s" % (name, shown(text), e.msg))
            if cls:
                classes.add(cls)
        return watches, classes

    def read_addresses(self, rows):
        places, first = {}, {}
        for number, text in rows.items():
            if not isinstance(text, str):
                text = json.dumps(text)
            found = ADDRESS.findall(text)
            if not found:
                raise Refusal("[python] addresses: %s = %s has no host and port: write \"('10.0.0.2', 17000)\" or "
                              "\"10.0.0.2:17000\"" % (number, shown(text)))
            for k, (host, port) in enumerate(found):
                places[(host, int(port))] = (int(number), None if k == 0 else int(port))
        return places, first

    def resolve(self, address, node):
        if isinstance(address, (tuple, list)) and len(address) == 2:
            key = (str(address[0]), int(address[1]))
        else:
            m = ADDRESS.search(re.sub(r"^[a-z]+://", "", str(address)))
            key = (m.group(1), int(m.group(2))) if m else (str(address), 0)
        found = self.places.get(key)
        if found is None and key[0] in LOOPBACK:
            for host in LOOPBACK:
                found = found or self.places.get((host, key[1]))
        if found is None and not self.places:
            guessed = guessed_addresses(node)
            if key in guessed:
                return guessed[key], None
            for other in node.lane.nodes.values():      # without a table: whoever listens at the port, if it is one
                if sum(key[1] in ports_of(n) for n in node.lane.nodes.values()) == 1 and key[1] in ports_of(other):
                    return other.number, None
        return found

    def read_preempt(self, node):
        kind = node.get("preempt")
        if not kind:
            return
        gap = duration(node.get("gap") or "15ms")
        if kind == "races":
            lines = {(r["file"], r["line"]) for r in look_for_races(self) if r["kind"] == "check-and-set"}
        elif kind == "lines":
            lines = None
        else:
            lines = {(self.name, int(n)) for n in kind}
        self.tracer = Holder(self.files, lines, float(node.get("p") or 0.05), gap).tracer


def guessed_addresses(node):
    """Where nodes are by a table of the program's own: by number, or a list in their order."""
    numbers = list(node.lane.nodes)
    for table in list(node.ns.values()):
        if isinstance(table, dict) and list(table) == numbers:
            places = list(table.values())
        elif isinstance(table, (list, tuple)) and len(table) == len(numbers):
            places = list(table)
        else:
            continue
        found = [ADDRESS.search(re.sub(r"^[a-z]+://", "", str(p))) for p in places if isinstance(p, (str, tuple, list))]
        if len(found) == len(numbers) and all(found):
            return {(m.group(1), int(m.group(2))): n for m, n in zip(found, numbers)}
    return {}


LOOPBACK = ("localhost", "127.0.0.1", "0.0.0.0", "")


def ports_of(node):
    return [l.port for l in node.listeners]


def port_of(body):
    """The port that a message is for, if it is not its node's first."""
    if type(body) is not dict:
        return None
    said = body.get("socket")
    if type(said) is dict and not HTTP.match(str(body.get("call"))):
        body = said
    port = body.get("port")
    return port if type(port) is int and ("call" in body or body is said) else None


class Refusal(Exception):
    """Why the program cannot begin, for people."""


def near(name, names):
    import difflib
    close = difflib.get_close_matches(name, sorted(names), 1)
    return "; did you mean %s?" % close[0] if close else ": it has " + ", ".join(sorted(names)[:12])


def duration(text):
    """ns of a duration as scenario files write it."""
    if isinstance(text, (int, float)):
        return int(text)
    m = re.match(r"\s*([0-9.]+)\s*(ns|us|µs|ms|s|min|h)\s*$", text)
    if not m:
        raise Refusal("[node] gap = %s is no duration: write \"15ms\"" % shown(text))
    scale = {"ns": 1, "us": 10 ** 3, "µs": 10 ** 3, "ms": 10 ** 6, "s": 10 ** 9, "min": 60 * 10 ** 9, "h": 3600 * 10 ** 9}
    from fractions import Fraction
    return int(Fraction(m.group(1)) * scale[m.group(2)])


def constants(tree):
    """Assignments to names at the top level, also under an `if` or `try` there."""
    todo = list(tree.body)
    while todo:
        s = todo.pop(0)
        if isinstance(s, ast.Assign):
            for t in s.targets:
                if isinstance(t, ast.Name):
                    yield s, t.id
        elif isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name) and s.value is not None:
            yield s, s.target.id
        elif isinstance(s, (ast.If, ast.Try)):
            todo.extend(s.body + s.orelse)


def expression(value):
    """A value of mine.toml as code: a text that reads as a Python literal is that literal."""
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            pass
    return ast.parse(repr(value), mode="eval").body


class Holder:
    """Holds threads up between two lines."""

    def __init__(self, files, lines, p, gap):
        self.files, self.lines, self.threshold, self.gap = files, lines, int(p * 2.0 ** 64), gap
        self.codes = {}

    def tracer(self, frame, event, arg):
        code = frame.f_code
        wanted = self.codes.get(code)
        if wanted is None:
            wanted = code.co_filename in self.files
            if wanted and self.lines is not None:
                import dis
                wanted = any((code.co_filename, n) in self.lines for _, n in dis.findlinestarts(code))
            self.codes[code] = wanted
        return self.line if wanted else None

    def line(self, frame, event, arg):
        if event != "line":
            return self.line
        task = HOST.current
        if task is None or task.killed or not task.act.live:
            return self.line
        if self.lines is None:
            if task.hold is None:
                task.hold = Draws(task.seed ^ 0x686F6C642D757021)
            if task.hold.word() >= self.threshold:
                return self.line
        elif (frame.f_code.co_filename, frame.f_lineno) not in self.lines:
            return self.line
        node = task.node
        i = node.fresh()
        node.timers[i] = lambda: HOST.wake(task)
        node.sample(task, True)
        node.note({"timer": i, "between": [0, 2 * self.gap],
                   "name": "hold-up %s:%d" % (frame.f_code.co_filename, frame.f_lineno)})
        HOST.park(task, HELD)
        return self.line


# ============================================================================================================ modules

# Real modules that neither wait nor draw nor read clocks nor touch the outside.
REAL = set("""__future__ abc array ast base64 binascii bisect builtins calendar cmath collections collections.abc
contextlib copy copyreg csv dataclasses decimal difflib dis enum errno fractions functools gc hashlib heapq hmac html
html.parser inspect itertools json json.decoder json.encoder keyword locale marshal math numbers operator opcode pickle
pprint queue_types re reprlib string struct statistics stringprep symtable sre_constants textwrap token types
typing typing_extensions unicodedata urllib.parse warnings weakref xml xml.etree xml.etree.ElementTree zlib
ipaddress graphlib getopt colorsys fnmatch posixpath ntpath stat http.cookies urllib.error urllib.response""".split())

# Real modules of which each node has its own copy, loaded with its own imports.
PRIVATE = {"argparse", "configparser", "gettext"}

BESIDE = "keep state in a file that open() writes: the kit gives every node a disk of its own"
SOCKETS = ("use sockets that block, with a thread for each connection: the kit stands in for socket, socketserver, http.server and "
           "urllib.request, multiprocessing.connection, xmlrpc, flask and requests; or write the node as handlers, that need no kit")
UDP = ("send each message over TCP, by a connection of its own (socket.SOCK_STREAM: connect, sendall, close); or write the node as "
       "handlers, that need no kit")
LOOPS = "write calls that block, in threads: the kit stands in for threading; or write the node as handlers, that need no kit"
ONE = "a node is one process here: use threading"
REFUSED = {
    "asyncio": LOOPS, "aiohttp": LOOPS, "tornado": LOOPS, "twisted": LOOPS, "trio": LOOPS, "anyio": LOOPS, "gevent": LOOPS,
    "eventlet": LOOPS, "asyncore": LOOPS, "asynchat": LOOPS, "uvicorn": LOOPS, "fastapi": LOOPS, "quart": LOOPS,
    "selectors": SOCKETS, "select": SOCKETS, "ssl": SOCKETS, "grpc": SOCKETS, "zmq": SOCKETS, "Pyro4": SOCKETS, "Pyro5": SOCKETS,
    "rpyc": SOCKETS, "websockets": SOCKETS, "urllib3": SOCKETS, "httpx": SOCKETS, "telnetlib": SOCKETS, "ftplib": SOCKETS, "smtplib": SOCKETS, "paramiko": SOCKETS,
    "subprocess": ONE, "multiprocessing.pool": ONE, "multiprocessing.managers": ONE, "multiprocessing.shared_memory": ONE,
    "pty": ONE, "fcntl": BESIDE, "mmap": BESIDE, "sqlite3": BESIDE, "shelve": BESIDE, "dbm": BESIDE, "tempfile": BESIDE,
    "gzip": BESIDE, "zipfile": BESIDE, "bz2": BESIDE, "lzma": BESIDE, "tarfile": BESIDE, "glob": BESIDE, "redis": BESIDE, "pymongo": BESIDE, "psycopg2": BESIDE,
    "ctypes": "native code cannot be held to virtual time", "cffi": "native code cannot be held to virtual time",
    "_thread": "use threading, for which the kit stands in", "sched": "use threading.Timer", "curses": "a node has no terminal",
    "tkinter": "a node has no window", "readline": "a node has no terminal",
}
REFUSED_NAMES = {
    ("socket", "SOCK_DGRAM"): UDP, ("socket", "SOCK_RAW"): UDP, ("socket", "AF_UNIX"): UDP, ("socket", "AF_INET6"): "use AF_INET",
    ("socket", "socketpair"): "use queue.Queue between threads", ("socket", "fromfd"): SOCKETS,
    ("os", "fork"): ONE, ("os", "system"): ONE,
    ("os", "popen"): ONE, ("os", "kill"): ONE, ("os", "_exit"): "end with sys.exit()", ("os", "execv"): ONE,
    ("os", "spawnv"): ONE, ("os", "pipe"): ONE, ("multiprocessing", "Process"): ONE, ("multiprocessing", "Pool"): ONE,
    ("multiprocessing", "Manager"): ONE, ("multiprocessing", "Queue"): ONE, ("multiprocessing", "Pipe"): ONE,
    ("concurrent.futures", "ProcessPoolExecutor"): "use ThreadPoolExecutor, for which the kit stands in",
    ("socketserver", "UDPServer"): UDP, ("socketserver", "ThreadingUDPServer"): UDP, ("socketserver", "DatagramRequestHandler"): UDP,
    ("socketserver", "UnixStreamServer"): UDP, ("socketserver", "ThreadingUnixStreamServer"): UDP,
    ("socketserver", "ForkingMixIn"): ONE, ("socketserver", "ForkingTCPServer"): ONE, ("socketserver", "ForkingUDPServer"): ONE,
    ("http.server", "SimpleHTTPRequestHandler"): "write do_GET in a BaseHTTPRequestHandler",
    ("http.server", "CGIHTTPRequestHandler"): "write do_GET in a BaseHTTPRequestHandler",
    ("http.client", "HTTPSConnection"): "use HTTPConnection", ("urllib.request", "urlretrieve"): "use urlopen(), and write the file",
}


def real_module(name, program):
    """A module of Python's own, if it can do no harm; else it is refused by name."""
    head = name.partition(".")[0]
    if name in REFUSED or head in REFUSED:
        raise ImportError("the kit does not stand in for %s: %s" % (name, REFUSED.get(name) or REFUSED[head]))
    if name in REAL or name in program.allow or head in program.allow:
        __import__(name)
        return sys.modules[name]
    raise ModuleNotFoundError("No module named %r: it lies not beside %s, and the kit does not stand in for it" % (
        name, program.name), name=name)


def look_at_imports(program):
    """Refuses before any run what no run could do: modules and functions that the kit does not stand in for."""
    seen, todo = set(), [(program.path, program.name)]
    while todo:
        path, name = todo.pop(0)
        if path in seen:
            continue
        seen.add(path)
        tree = program.tree(path, name)
        aliases, guarded = {}, set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Try) and node.handlers:
                guarded.update(id(x) for s in node.body for x in ast.walk(s))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names = [(a.name, None) for a in node.names]
                for a in node.names:
                    aliases[a.asname or a.name.partition(".")[0]] = a.name if a.asname else a.name.partition(".")[0]
            elif isinstance(node, ast.ImportFrom):
                if node.level:
                    names = []
                    folder = os.path.relpath(os.path.dirname(path), program.folder)
                    base = ".".join([p for p in folder.split(os.sep) if p != "."] + ([node.module] if node.module else []))
                    mine = [base] + [(base + "." if base else "") + a.name for a in node.names]
                else:
                    names = [(node.module, a.name) for a in node.names]
                    mine = [node.module] + [node.module + "." + a.name for a in node.names]
                for m in mine:
                    found = program.find(m) if m else None
                    if found:
                        todo.append((found, os.path.relpath(found, program.folder).replace(os.sep, "/")))
            else:
                continue
            for module, attribute in names:
                found = program.find(module)
                if found:
                    todo.append((found, os.path.relpath(found, program.folder).replace(os.sep, "/")))
                elif id(node) not in guarded:
                    refuse_import(program, name, node.lineno, module, attribute)
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
                refuse_name(name, node.lineno, aliases[node.value.id], node.attr)


def refuse_import(program, name, line, module, attribute):
    head = module.partition(".")[0]
    whole_name = "%s.%s" % (module, attribute)
    for m in (whole_name, module, head):
        if m in REFUSED and m not in program.allow and not (m == head and module in STAND_INS):
            raise Refusal("%s:%d: the kit does not stand in for %s: %s" % (name, line, m, REFUSED[m]))
    if attribute:
        refuse_name(name, line, module, attribute)
    if not (module in STAND_INS or module in REAL or module in PRIVATE or module in program.allow or head in program.allow
            or module in REFUSED or module == "__main__"):
        raise Refusal("%s:%d: there is no %s: it lies not beside %s, and the kit does not stand in for it; if it neither "
                      "waits nor draws, write [python] allow = [\"%s\"]" % (name, line, module, program.name, head))


def refuse_name(name, line, module, attribute):
    why = REFUSED_NAMES.get((module, attribute))
    if why:
        raise Refusal("%s:%d: the kit does not stand in for %s.%s: %s" % (name, line, module, attribute, why))


def refused(module, attribute):
    """What stands where a function is that the kit does not stand in for: it says so when it is called."""
    why = REFUSED_NAMES[(module, attribute)]

    class Missing:
        def __init__(self, *a, **k):
            raise Refused("the kit does not stand in for %s.%s: %s" % (module, attribute, why))
    Missing.__name__ = Missing.__qualname__ = attribute
    return Missing


def refused_names(module):
    if module not in CLASSES:
        CLASSES[module] = {a: refused(m, a) for m, a in REFUSED_NAMES if m == module}
    return CLASSES[module]


STAND_INS = {}


def stands_in(*names, shared=False):
    """Registers what makes a module's names; `shared` ones are the same for all nodes, and made once."""
    def note(make):
        def once(node):
            if make not in MADE:
                MADE[make] = make(node)
            return MADE[make]
        for name in names:
            STAND_INS[name] = once if shared else make
        return make
    return note


MADE = {}


def whole_module(name, **over):
    """The names of a real module, some of them replaced."""
    real = __import__(name, fromlist=["*"])
    out = {k: v for k, v in vars(real).items() if not k.startswith("__")}
    out.update(over)
    return out


def private(name):
    def make(node):
        import importlib.util
        code = PRIVATE_CODE.get(name)
        if code is None:
            spec = importlib.util.find_spec(name)
            code = PRIVATE_CODE[name] = spec.loader.get_code(name)
        space = {"__name__": name, "__builtins__": node.builtins}
        exec(code, space)
        return space
    return make


PRIVATE_CODE = {}
for _name in sorted(PRIVATE):
    STAND_INS[_name] = private(_name)


# ============================================================================================================ the disk

class Disk:
    """The files of a node: they outlive a crash, and nothing else does."""

    def __init__(self):
        self.files, self.folders = {}, {"/", HOME, "/tmp"}

    def lay(self, files):
        for path, text in files.items():
            path = self.path(path)
            if isinstance(text, dict) and "b64" in text:
                text = dec(text)
            self.files[path] = text if isinstance(text, bytes) else str(text).encode("utf-8")
            self.above(path)

    def above(self, path):
        while path != "/":
            path = os.path.dirname(path)
            self.folders.add(path)

    def path(self, path):
        if hasattr(path, "__fspath__"):
            path = path.__fspath__()
        if isinstance(path, bytes):
            path = path.decode("utf-8", "surrogateescape")
        if not isinstance(path, str):
            raise TypeError("expected str, bytes or os.PathLike object, not %s" % type(path).__name__)
        return os.path.normpath(HOME + "/" + path if not path.startswith("/") else path)

    def missing(self, path):
        return FileNotFoundError(2, "No such file or directory", str(path))

    def open(self, file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
        where = self.path(file)
        if len([c for c in mode if c in "rwax"]) != 1 or set(mode) - set("rwaxbt+"):
            raise ValueError("invalid mode: %r" % mode)
        if where in self.folders:
            raise IsADirectoryError(21, "Is a directory", str(file))
        there = where in self.files
        if "r" in mode and not there:
            raise self.missing(file)
        if "x" in mode and there:
            raise FileExistsError(17, "File exists", str(file))
        if "r" not in mode and os.path.dirname(where) not in self.folders:
            raise self.missing(file)
        data = b"" if "w" in mode or not there else self.files[where]
        if "r" not in mode:
            self.files[where] = data
        raw = DiskFile(self, where, data, mode)
        raw.name = file
        if "b" in mode:
            return raw
        text = io.TextIOWrapper(raw, encoding=encoding or "utf-8", errors=errors, newline=newline)
        text.mode = mode
        return text

    def remove(self, path, *, dir_fd=None):
        if self.files.pop(self.path(path), None) is None:
            raise self.missing(path)

    def rename(self, a, b, **k):
        src, dst = self.path(a), self.path(b)
        if src not in self.files:
            raise self.missing(a)
        self.files[dst] = self.files.pop(src)

    def exists(self, path):
        path = self.path(path)
        return path in self.files or path in self.folders

    def isfile(self, path):
        return self.path(path) in self.files

    def isdir(self, path):
        return self.path(path) in self.folders

    def getsize(self, path):
        where = self.path(path)
        if where not in self.files:
            raise self.missing(path)
        return len(self.files[where])

    def mkdir(self, path, mode=0o777, **k):
        where = self.path(path)
        if self.exists(where):
            raise FileExistsError(17, "File exists", str(path))
        if os.path.dirname(where) not in self.folders:
            raise self.missing(path)
        self.folders.add(where)

    def makedirs(self, name, mode=0o777, exist_ok=False):
        where = self.path(name)
        if self.exists(where) and not (exist_ok and where in self.folders):
            raise FileExistsError(17, "File exists", str(name))
        self.folders.add(where)
        self.above(where)

    def listdir(self, path="."):
        where = self.path(path)
        if where not in self.folders:
            raise self.missing(path)
        return sorted({p[len(where.rstrip("/")) + 1:].partition("/")[0]
                       for p in list(self.files) + list(self.folders) if p.startswith(where.rstrip("/") + "/") and p != where})

    def rmdir(self, path, **k):
        where = self.path(path)
        if where not in self.folders:
            raise self.missing(path)
        if self.listdir(where):
            raise OSError(39, "Directory not empty", str(path))
        self.folders.discard(where)


class DiskFile(io.BytesIO):
    """An open file. What is written reaches the disk when it is flushed or closed, as with real buffers."""

    def __init__(self, disk, where, data, mode):
        super().__init__(data)
        self.files, self.where, self.mode, self.dirty = disk.files, where, mode, False
        self.reads, self.writes = "r" in mode or "+" in mode, "r" not in mode or "+" in mode
        if "a" in mode:
            self.seek(0, 2)

    def readable(self):
        return self.reads

    def writable(self):
        return self.writes

    def check(self, may, what):
        if not may:
            raise io.UnsupportedOperation("not " + what)

    def read(self, *a):
        self.check(self.reads, "readable")
        return super().read(*a)

    def write(self, data):
        self.check(self.writes, "writable")
        if "a" in self.mode:
            self.seek(0, 2)
        self.dirty = True
        return super().write(data)

    def truncate(self, size=None):
        self.dirty = True
        return super().truncate(size)

    def fileno(self):
        return 1000

    def flush(self):
        if self.dirty and not self.closed:
            self.files[self.where] = self.getvalue()
            self.dirty = False

    def close(self):
        self.flush()
        super().close()


@stands_in("os", "posix")
def make_os(node):
    out = {k: getattr(os, k) for k in ("sep", "linesep", "name", "pathsep", "curdir", "pardir", "extsep", "fspath", "PathLike",
                                        "O_RDONLY", "O_WRONLY", "O_RDWR", "O_CREAT", "strerror", "error", "fsencode", "fsdecode")}
    disk = node.disk
    env = {str(k): str(fill(v, node.words)) for k, v in node.program.env.items()}

    def ignore(*a, **k):
        return None
    out.update(refused_names("os"))
    out.update(path=node.module("os.path"), environ=env, getenv=env.get, getpid=lambda: 1000 + node.number, cpu_count=lambda: 2,
               getcwd=lambda: HOME, remove=disk.remove, unlink=disk.remove, rename=disk.rename, replace=disk.rename,
               mkdir=disk.mkdir, makedirs=disk.makedirs, listdir=disk.listdir, rmdir=disk.rmdir, fsync=ignore, fdatasync=ignore,
               chmod=ignore, sync=ignore, urandom=lambda n: HOST.current.draws().randbytes(n), access=lambda p, m: disk.exists(p),
               F_OK=0, R_OK=4, W_OK=2, X_OK=1)
    return out


@stands_in("os.path")
def make_os_path(node):
    out = {k: getattr(os.path, k) for k in ("join", "basename", "dirname", "splitext", "split", "normpath", "isabs", "sep",
                                             "commonprefix", "commonpath", "relpath", "normcase")}
    disk = node.disk
    out.update(exists=disk.exists, lexists=disk.exists, isfile=disk.isfile, isdir=disk.isdir, getsize=disk.getsize,
               abspath=disk.path, realpath=disk.path, expanduser=lambda p: p.replace("~", HOME, 1) if p[:1] == "~" else p,
               islink=lambda p: False, getmtime=lambda p: EPOCH_S + HOST.now / 1e9)
    return out


@stands_in("io")
def make_io(node):
    return whole_module("io", open=node.disk.open)


@stands_in("codecs")
def make_codecs(node):
    def open_text(filename, mode="r", encoding=None, errors="strict", buffering=-1):
        return node.disk.open(filename, mode, encoding=encoding, errors=errors)
    return whole_module("codecs", open=open_text)


@stands_in("traceback")
def make_traceback(node):
    """Tracebacks without the kit's own frames; what would be printed goes to the log."""
    import traceback
    files = node.program.files

    def format_error(error):
        whole_error = traceback.TracebackException.from_exception(error)
        whole_error.stack = traceback.StackSummary.from_list([f for f in whole_error.stack if f.filename in files])
        return list(whole_error.format(chain=False))

    def format_exc(limit=None, chain=True):
        error = sys.exc_info()[1]
        return "NoneType: None\n" if error is None else "".join(format_error(error))

    def print_exc(limit=None, file=None, chain=True):
        node.print(format_exc(), end="", file=file)

    def print_exception(*a, file=None, **k):
        node.print("".join(format_error(a[1] if len(a) > 1 else a[0])), end="", file=file)
    return whole_module("traceback", format_exc=format_exc, print_exc=print_exc, print_exception=print_exception)


@stands_in("shutil")
def make_shutil(node):
    disk = node.disk

    def copy(a, b, **k):
        target = disk.path(b)
        if target in disk.folders:
            target = target + "/" + os.path.basename(str(a))
        with disk.open(a, "rb") as f, disk.open(target, "wb") as g:
            g.write(f.read())
        return b

    def rmtree(path, ignore_errors=False, **k):
        where = disk.path(path)
        if where not in disk.folders and not ignore_errors:
            raise disk.missing(path)
        disk.files = {p: v for p, v in disk.files.items() if not p.startswith(where + "/")}
        disk.folders = {p for p in disk.folders if p != where and not p.startswith(where + "/")}
    return {"copy": copy, "copyfile": copy, "copy2": copy, "move": disk.rename, "rmtree": rmtree,
            "get_terminal_size": lambda *a, **k: os.terminal_size((80, 24))}


@stands_in("pathlib")
def make_pathlib(node):
    import pathlib
    disk = node.disk

    class Path(pathlib.PurePosixPath):
        __slots__ = ()

        def exists(self):
            return disk.exists(self)

        def is_file(self):
            return disk.isfile(self)

        def is_dir(self):
            return disk.isdir(self)

        def open(self, mode="r", *a, **k):
            return disk.open(self, mode, *a, **k)

        def read_text(self, encoding=None, errors=None):
            with disk.open(self, "r", encoding=encoding, errors=errors) as f:
                return f.read()

        def read_bytes(self):
            with disk.open(self, "rb") as f:
                return f.read()

        def write_text(self, data, encoding=None, errors=None):
            with disk.open(self, "w", encoding=encoding, errors=errors) as f:
                return f.write(data)

        def write_bytes(self, data):
            with disk.open(self, "wb") as f:
                return f.write(data)

        def mkdir(self, mode=0o777, parents=False, exist_ok=False):
            if disk.isdir(self) and exist_ok:
                return
            if parents:
                disk.makedirs(self, exist_ok=exist_ok)
            else:
                disk.mkdir(self)

        def unlink(self, missing_ok=False):
            if disk.isfile(self) or not missing_ok:
                disk.remove(self)

        def rename(self, target):
            disk.rename(self, target)
            return Path(target)

        replace = rename

        def resolve(self, strict=False):
            return Path(disk.path(self))

        absolute = resolve

        def touch(self, mode=0o666, exist_ok=True):
            disk.open(self, "a").close()

        def iterdir(self):
            return iter([self / n for n in disk.listdir(self)])

        @classmethod
        def cwd(cls):
            return cls(HOME)
    return {"Path": Path, "PosixPath": Path, "PurePath": pathlib.PurePath, "PurePosixPath": pathlib.PurePosixPath}


# ============================================================================================== time, randomness, the process

def clock():
    return EPOCH_S + HOST.now / 1e9


@stands_in("time", shared=True)
def make_time(node):
    import time

    def at(seconds):
        return clock() if seconds is None else seconds

    def gmtime(seconds=None):
        return time.gmtime(at(seconds))

    def strftime(form, t=None):
        return time.strftime(form, gmtime() if t is None else t)

    def monotonic():
        return HOST.now / 1e9

    def monotonic_ns():
        return HOST.now

    def asctime(t=None):
        return time.asctime(gmtime() if t is None else t)
    import calendar
    return {"sleep": HOST.sleep, "time": clock, "time_ns": lambda: EPOCH_S * 10 ** 9 + HOST.now, "monotonic": monotonic,
            "monotonic_ns": monotonic_ns, "perf_counter": monotonic, "perf_counter_ns": monotonic_ns, "process_time": lambda: 0.0,
            "process_time_ns": lambda: 0, "thread_time": lambda: 0.0, "gmtime": gmtime, "localtime": gmtime, "strftime": strftime,
            "strptime": time.strptime, "asctime": asctime, "ctime": lambda s=None: asctime(gmtime(s)),
            "mktime": lambda t: float(calendar.timegm(t)), "struct_time": time.struct_time, "timezone": 0, "altzone": 0,
            "daylight": 0, "tzname": ("UTC", "UTC")}


@stands_in("datetime", shared=True)
def make_datetime(node):
    import datetime
    if "datetime" not in CLASSES:
        class DateTime(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return cls.fromtimestamp(clock(), tz)

            @classmethod
            def utcnow(cls):
                return cls.fromtimestamp(clock())

            @classmethod
            def today(cls):
                return cls.fromtimestamp(clock())

            @classmethod
            def fromtimestamp(cls, t, tz=None):
                moment = cls(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(microseconds=round(t * 1e6))
                return moment.replace(tzinfo=None) if tz is None else moment.astimezone(tz)

        class Date(datetime.date):
            @classmethod
            def today(cls):
                return DateTime.now().date()
        DateTime.__name__ = DateTime.__qualname__ = "datetime"
        Date.__name__ = Date.__qualname__ = "date"
        CLASSES["datetime"] = DateTime, Date
    moment, date = CLASSES["datetime"]
    return whole_module("datetime", datetime=moment, date=date)


CLASSES = {}

DRAWS = ("getrandbits", "randbytes", "randint", "randrange", "choice", "choices", "shuffle", "sample", "expovariate", "gauss",
         "normalvariate", "lognormvariate", "triangular", "paretovariate", "weibullvariate")


def given(kind, a=None, b=None):
    """The draw that the scenario hands over, if this is the one."""
    task = HOST.current
    draws = task.act.given
    if not draws:
        return None
    ns, of = draws.popleft()
    if kind == "uniform":
        return ns / 1e9
    if kind == "random" and of:
        return ns / of
    task.node.hazard("foreign-draw", "%s: the scenario gives the first draw of a submission, as random.uniform or random.random, "
                     "but this is random.%s: it is the node's own" % (where_is(sys._getframe()), kind))
    return None


def drawn(kind):
    def draw(*a, **k):
        if HOST.current.act.given:
            given(kind)
        return getattr(HOST.current.draws(), kind)(*a, **k)
    draw.__name__ = kind
    return draw


def draw_uniform(a, b):
    task = HOST.current
    x = given("uniform") if task.act.given else None
    return a + (b - a) * task.draws().random() if x is None else x


def draw_random():
    task = HOST.current
    x = given("random") if task.act.given else None
    return task.draws().random() if x is None else x


RANDOM = {k: drawn(k) for k in DRAWS}
RANDOM.update(uniform=draw_uniform, random=draw_random, seed=lambda a=None, version=2: None, Random=Draws, SystemRandom=Draws,
              getstate=lambda: None, setstate=lambda s: None)


@stands_in("random", shared=True)
def make_random(node):
    return RANDOM


@stands_in("secrets", shared=True)
def make_secrets(node):
    def draws():
        return HOST.current.draws()
    return {"token_bytes": lambda n=32: draws().randbytes(n), "token_hex": lambda n=32: draws().randbytes(n).hex(),
            "token_urlsafe": lambda n=32: draws().randbytes(n).hex(), "randbelow": lambda n: draws().below(n),
            "choice": lambda s: draws().choice(s), "randbits": lambda k: draws().getrandbits(k), "SystemRandom": Draws}


@stands_in("uuid", shared=True)
def make_uuid(node):
    import uuid

    def fresh(*a, **k):
        return uuid.UUID(bytes=HOST.current.draws().randbytes(16), version=4)
    return {"UUID": uuid.UUID, "uuid4": fresh, "uuid1": fresh, "uuid3": uuid.uuid3, "uuid5": uuid.uuid5, "getnode": lambda: HOST.current.node.number,
            "NAMESPACE_DNS": uuid.NAMESPACE_DNS, "NAMESPACE_URL": uuid.NAMESPACE_URL}


class LogStream:
    """What stands for stdout and stderr: lines for people."""
    encoding, errors, closed, buffer = "utf-8", "strict", False, None

    def __init__(self, node):
        self.node, self.part = node, ""

    def write(self, text):
        self.part += text
        if "\n" in self.part:
            lines, _, self.part = self.part.rpartition("\n")
            self.node.log(lines)
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        if self.part:
            self.node.log(self.part)
            self.part = ""

    def isatty(self):
        return False

    def fileno(self):
        raise io.UnsupportedOperation("fileno")

    def reconfigure(self, **k):
        pass

    def close(self):
        pass


@stands_in("sys")
def make_sys(node):
    def leave(code=0):
        raise SystemExit(code)
    program = node.program
    out = {k: getattr(sys, k) for k in ("maxsize", "version", "version_info", "byteorder", "platform", "implementation",
                                         "exc_info", "getsizeof", "float_info", "hexversion", "getrecursionlimit", "intern",
                                         "getdefaultencoding", "getfilesystemencoding", "_getframe", "maxunicode",
                                         "getrefcount", "int_info", "flags")}
    out.update(argv=[program.name] + [str(fill(a, node.words)) for a in program.argv], stdout=LogStream(node),
               stderr=LogStream(node), stdin=io.StringIO(), exit=leave, path=[HOME], modules=node.modules, executable="python3",
               setrecursionlimit=lambda n: None, setswitchinterval=lambda s: None, settrace=lambda f: None, prefix="/usr",
               exec_prefix="/usr", builtin_module_names=())
    return out


@stands_in("signal")
def make_signal(node):
    return {"SIGINT": 2, "SIGTERM": 15, "SIGHUP": 1, "SIGUSR1": 10, "SIGUSR2": 12, "SIGKILL": 9, "SIG_DFL": 0, "SIG_IGN": 1,
            "SIGPIPE": 13, "SIGCHLD": 17, "signal": lambda n, f: None, "getsignal": lambda n: None,
            "pause": lambda: HOST.park(HOST.current, None)}


@stands_in("atexit", shared=True)
def make_atexit(node):
    return {"register": lambda f, *a, **k: f, "unregister": lambda f: None}


@stands_in("importlib")
def make_importlib(node):
    def import_module(name, package=None):
        level = len(name) - len(name.lstrip("."))
        node.import_(name.lstrip("."), {"__package__": package}, None, ("*",), level)
        return node.module(name.lstrip(".")) if not level else node.module(package + "." + name.lstrip("."))
    return {"import_module": import_module}


@stands_in("platform")
def make_platform(node):
    return {"node": lambda: "node%d" % node.number, "system": lambda: "Linux", "machine": lambda: "x86_64",
            "python_version": lambda: "%d.%d.%d" % sys.version_info[:3], "platform": lambda: "Linux"}


@stands_in("getpass")
def make_getpass(node):
    return {"getuser": lambda: "node%d" % node.number, "getpass": no_input}


@stands_in("termcolor")
def make_termcolor(node):
    def cprint(text, *a, end="\n", file=None, **k):
        node.print(text, end=end, file=file)
    return {"colored": lambda text, *a, **k: str(text), "cprint": cprint}


@stands_in("colorama")
def make_colorama(node):
    class Blank:
        def __getattr__(self, name):
            return ""
    blank = Blank()
    return {"Fore": blank, "Back": blank, "Style": blank, "init": lambda *a, **k: None, "deinit": lambda: None,
            "just_fix_windows_console": lambda: None}


# ============================================================================================================= logging

LEVELS = {"CRITICAL": 50, "FATAL": 50, "ERROR": 40, "WARNING": 30, "WARN": 30, "INFO": 20, "DEBUG": 10, "NOTSET": 0}


@stands_in("logging", "logging.handlers")
def make_logging(node):
    """Loggers whose lines go to the log, above the level that the program sets."""
    names = {v: k for k, v in LEVELS.items() if k not in ("FATAL", "WARN")}

    def number(level):
        return LEVELS[level] if isinstance(level, str) else level

    class Handler:
        def __init__(self, *a, **k):
            pass

        def __getattr__(self, name):
            return lambda *a, **k: None

    class Logger:
        def __init__(self, name, parent):
            self.name, self.parent, self.level, self.handlers, self.disabled, self.propagate = name, parent, 0, [], False, True

        def getEffectiveLevel(self):
            logger = self
            while logger is not None:
                if logger.level:
                    return logger.level
                logger = logger.parent
            return 0

        def isEnabledFor(self, level):
            return not self.disabled and level >= self.getEffectiveLevel() and level > off[0]

        def setLevel(self, level):
            self.level = number(level)

        def addHandler(self, handler):
            self.handlers.append(handler)

        def removeHandler(self, handler):
            if handler in self.handlers:
                self.handlers.remove(handler)

        def hasHandlers(self):
            return bool(self.handlers)

        def getChild(self, suffix):
            return get(self.name + "." + suffix)

        def addFilter(self, f):
            pass

        def log(self, level, msg, *args, exc_info=None, **k):
            if not self.isEnabledFor(level):
                return
            text = str(msg)
            if args:
                try:
                    text = text % (args[0] if len(args) == 1 and isinstance(args[0], dict) and args[0] else args)
                except Exception as e:
                    text = "%s (%s)" % (text, e)
            if exc_info:
                error = exc_info if isinstance(exc_info, BaseException) else sys.exc_info()[1]
                if error is not None:
                    text += " [%s: %s: %s]" % (place_of(error), type(error).__name__, error)
            node.log("%s:%s:%s" % (names.get(level, str(level)), self.name, text))

        def debug(self, *a, **k):
            self.log(10, *a, **k)

        def info(self, *a, **k):
            self.log(20, *a, **k)

        def warning(self, *a, **k):
            self.log(30, *a, **k)
        warn = warning

        def error(self, *a, **k):
            self.log(40, *a, **k)

        def exception(self, *a, **k):
            k.setdefault("exc_info", True)
            self.log(40, *a, **k)

        def critical(self, *a, **k):
            self.log(50, *a, **k)
        fatal = critical
    root = Logger("root", None)
    root.level = 30
    loggers, off = {}, [0]

    def get(name=None):
        if not name:
            return root
        if name not in loggers:
            loggers[name] = Logger(name, get(name.rpartition(".")[0]) if "." in name else root)
        return loggers[name]

    def basic(level=None, **k):
        if level is not None:
            root.setLevel(level)

    def disable(level=50):
        off[0] = number(level)
    out = dict(LEVELS)
    out.update({k: getattr(root, k) for k in ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "log")})
    out.update(getLogger=get, basicConfig=basic, Logger=Logger, root=root, disable=disable, getLevelName=lambda n: names.get(n, n),
               addLevelName=lambda n, t: names.__setitem__(n, t), Filter=Handler)
    for name in ("Handler", "StreamHandler", "FileHandler", "NullHandler", "Formatter", "RotatingFileHandler",
                 "TimedRotatingFileHandler"):
        out[name] = Handler
    if "logging.handlers" not in node.modules:
        handlers = types.ModuleType("logging.handlers")
        handlers.__dict__.update(out)
        node.modules["logging.handlers"] = out["handlers"] = handlers
    return out


# =========================================================================================================== threading

class Thread:
    """A thread of the program; its order is that of its start."""

    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        node = HOST.current.node
        node.threads += 1
        self._target, self._args, self._kwargs = target, args, kwargs or {}
        self._name = str(name) if name else "Thread-%d" % node.threads
        self._daemon = HOST.current.daemon if daemon is None else bool(daemon)
        self._task = None

    def run(self):
        try:
            if self._target:
                self._target(*self._args, **self._kwargs)
        finally:
            del self._target, self._args, self._kwargs

    def start(self):
        if self._task is not None:
            raise RuntimeError("threads can only be started once")
        self._task = HOST.child(self.run, self._name, self._daemon)
        self._task.thread = self

    def join(self, timeout=None):
        task = self._task
        if task is None:
            raise RuntimeError("cannot join thread before it is started")
        if task is HOST.current:
            raise RuntimeError("cannot join current thread")
        join(task, timeout)

    def is_alive(self):
        return self._task is not None and not self._task.done
    isAlive = is_alive

    @property
    def name(self):
        return self._name

    @name.setter
    def name(self, name):
        self._name = str(name)
        if self._task is not None:
            self._task.name = self._name

    @property
    def daemon(self):
        return self._daemon

    @daemon.setter
    def daemon(self, daemon):
        self._daemon = bool(daemon)

    @property
    def ident(self):
        return None if self._task is None else self._task.ident
    native_id = ident

    def getName(self):
        return self.name

    def setName(self, name):
        self.name = name

    def isDaemon(self):
        return self.daemon

    def setDaemon(self, daemon):
        self.daemon = daemon

    def __repr__(self):
        return "<Thread(%s)>" % self._name


def join(task, timeout=None):
    if task.done:
        return True
    if task.joiners is None:
        task.joiners = Queue()
    return task.joiners.wait(timeout, None if timeout is not None else ("the end of thread %s" % task.name, None))


class Timer(Thread):
    def __init__(self, interval, function, args=None, kwargs=None):
        Thread.__init__(self)
        self.interval, self.function, self.args, self.kwargs = interval, function, args or [], kwargs or {}
        self.finished = Event()

    def cancel(self):
        self.finished.set()

    def run(self):
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            self.function(*self.args, **self.kwargs)
        self.finished.set()


class LockBase:
    """A lock: whoever waits longest has it next."""
    reentrant = False

    def __init__(self):
        self.owner, self.depth, self.taken, self.queue = None, 0, None, Queue()

    def acquire(self, blocking=True, timeout=-1):
        me = HOST.current
        if self.owner is None:
            self.owner, self.depth, self.taken = me, 1, sys._getframe(1)
            self.taken = where_is(self.taken)
            return True
        if self.reentrant and self.owner is me:
            self.depth += 1
            return True
        if not blocking:
            return False
        what = "a lock (%s)" % type(self).__name__
        if not self.queue.wait(None if timeout is None or timeout < 0 else timeout, (what, self)):
            return False
        self.taken = where_is(sys._getframe(1))      # the releaser handed it over
        return True

    def release(self):
        if self.owner is None:
            raise RuntimeError("release unlocked lock")
        if self.reentrant and self.owner is not HOST.current:
            raise RuntimeError("cannot release un-acquired lock")
        self.depth -= 1
        if not self.depth:
            self.hand_over()

    def hand_over(self):
        self.owner = None
        tasks = self.queue.tasks
        while tasks:
            task = tasks.popleft()
            if HOST.wake(task):
                self.owner, self.depth = task, 1
                return

    def locked(self):
        return self.owner is not None

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *a):
        self.release()


class Lock(LockBase):
    pass


class RLock(LockBase):
    reentrant = True

    def _is_owned(self):
        return self.owner is HOST.current


class Condition:
    def __init__(self, lock=None):
        self.lock = RLock() if lock is None else lock
        self.acquire, self.release, self.queue = self.lock.acquire, self.lock.release, Queue()

    def __enter__(self):
        return self.lock.__enter__()

    def __exit__(self, *a):
        self.lock.release()

    def wait(self, timeout=None):
        lock = self.lock
        if lock.owner is not HOST.current:
            raise RuntimeError("cannot wait on un-acquired lock")
        depth, lock.depth = lock.depth, 0
        lock.hand_over()
        try:
            return self.queue.wait(timeout, ("a condition", self) if timeout is None else None)
        finally:
            if not HOST.current.killed:
                lock.acquire()
                lock.depth = depth

    def wait_for(self, predicate, timeout=None):
        end = None if timeout is None else HOST.now / 1e9 + timeout
        result = predicate()
        while not result:
            left = None if end is None else end - HOST.now / 1e9
            if left is not None and left <= 0:
                break
            self.wait(left)
            result = predicate()
        return result

    def notify(self, n=1):
        if self.lock.owner is not HOST.current:
            raise RuntimeError("cannot notify on un-acquired lock")
        for _ in range(n):
            if not self.queue.wake():
                break

    def notify_all(self):
        self.notify(len(self.queue))
    notifyAll = notify_all


class Event:
    def __init__(self):
        self.flag, self.queue = False, Queue()

    def is_set(self):
        return self.flag
    isSet = is_set

    def set(self):
        self.flag = True
        self.queue.wake_all()

    def clear(self):
        self.flag = False

    def wait(self, timeout=None):
        if self.flag:
            return True
        return self.queue.wait(timeout, ("an event", self) if timeout is None else None) or self.flag


class Semaphore:
    limit = None

    def __init__(self, value=1):
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self.value, self.queue = value, Queue()

    def acquire(self, blocking=True, timeout=None):
        if self.value > 0:
            self.value -= 1
            return True
        if not blocking:
            return False
        return self.queue.wait(timeout, ("a semaphore", self) if timeout is None else None)

    def release(self, n=1):
        for _ in range(n):
            if self.limit is not None and self.value >= self.limit:
                raise ValueError("Semaphore released too many times")
            if not self.queue.wake():
                self.value += 1

    def __enter__(self):
        return self.acquire()

    def __exit__(self, *a):
        self.release()


class BoundedSemaphore(Semaphore):
    def __init__(self, value=1):
        Semaphore.__init__(self, value)
        self.limit = value


class BrokenBarrierError(RuntimeError):
    pass


class Barrier:
    def __init__(self, parties, action=None, timeout=None):
        self.parties, self.action, self.timeout, self.count, self.queue = parties, action, timeout, 0, Queue()
        self.broken = False

    def wait(self, timeout=None):
        if self.broken:
            raise BrokenBarrierError
        index, self.count = self.parties - 1 - self.count, self.count + 1
        if index == 0:
            if self.action:
                self.action()
            self.count = 0
            self.queue.wake_all()
        elif not self.queue.wait(self.timeout if timeout is None else timeout, ("a barrier", self)):
            self.abort()
        if self.broken:
            raise BrokenBarrierError
        return index

    def abort(self):
        self.broken = True
        self.queue.wake_all()


class Local:
    """threading.local: attributes of the task."""

    def __getattribute__(self, name):
        if name == "__dict__":
            task = HOST.current
            if task.locals is None:
                task.locals = {}
            return task.locals.setdefault(id(self), {})
        try:
            return self.__dict__[name]
        except KeyError:
            return object.__getattribute__(self, name)

    def __setattr__(self, name, value):
        self.__dict__[name] = value

    def __delattr__(self, name):
        try:
            del self.__dict__[name]
        except KeyError:
            raise AttributeError(name)


def thread_of(task):
    if task.thread is None:
        thread = task.thread = Thread.__new__(Thread)
        thread._target, thread._args, thread._kwargs = None, (), {}
        thread._name, thread._daemon, thread._task = task.name, task.daemon, task
    return task.thread


def current_thread():
    return thread_of(HOST.current)


THREADING = {"Thread": Thread, "Timer": Timer, "Lock": Lock, "RLock": RLock, "Condition": Condition, "Event": Event,
             "Semaphore": Semaphore, "BoundedSemaphore": BoundedSemaphore, "Barrier": Barrier,
             "BrokenBarrierError": BrokenBarrierError, "local": Local, "current_thread": current_thread,
             "currentThread": current_thread, "get_ident": lambda: HOST.current.ident, "get_native_id": lambda: HOST.current.ident,
             "ThreadError": RuntimeError, "TIMEOUT_MAX": 9223372036.0, "stack_size": lambda *a: 0, "settrace": lambda f: None,
             "excepthook": lambda a: None}


@stands_in("threading")
def make_threading(node):
    def alive():
        tasks = list(node.parked)
        if HOST.current.node is node and HOST.current not in tasks:
            tasks.append(HOST.current)
        return [thread_of(t) for t in sorted(tasks, key=lambda t: t.ident)]
    main = HOST.current
    return dict(THREADING, enumerate=alive, active_count=lambda: len(alive()), activeCount=lambda: len(alive()),
                main_thread=lambda: thread_of(main))


# =============================================================================================================== queue

def queue_classes():
    import heapq
    import queue

    class BlockingQueue:
        def __init__(self, maxsize=0):
            self.maxsize, self.items, self.getters, self.putters, self.joiners = maxsize, deque(), Queue(), Queue(), Queue()
            self.unfinished_tasks = 0

        def _push(self, x):
            self.items.append(x)

        def _pop(self):
            return self.items.popleft()

        def qsize(self):
            return len(self.items)

        def empty(self):
            return not self.items

        def full(self):
            return 0 < self.maxsize <= len(self.items)

        def put(self, item, block=True, timeout=None):
            end = None if timeout is None else HOST.now / 1e9 + timeout
            while self.full():
                left = None if end is None else end - HOST.now / 1e9
                if not block or (left is not None and left <= 0):
                    raise queue.Full
                self.putters.wait(left, ("room in a queue", self) if left is None else None)
            self._push(item)
            self.unfinished_tasks += 1
            self.getters.wake()

        def get(self, block=True, timeout=None):
            end = None if timeout is None else HOST.now / 1e9 + timeout
            while not self.items:
                left = None if end is None else end - HOST.now / 1e9
                if not block or (left is not None and left <= 0):
                    raise queue.Empty
                self.getters.wait(left, None)
            item = self._pop()
            self.putters.wake()
            return item

        def put_nowait(self, item):
            self.put(item, False)

        def get_nowait(self):
            return self.get(False)

        def task_done(self):
            if self.unfinished_tasks <= 0:
                raise ValueError("task_done() called too many times")
            self.unfinished_tasks -= 1
            if not self.unfinished_tasks:
                self.joiners.wake_all()

        def join(self):
            while self.unfinished_tasks:
                self.joiners.wait(None, ("a queue's last task", self))

    class LifoQueue(BlockingQueue):
        def _pop(self):
            return self.items.pop()

    class PriorityQueue(BlockingQueue):
        def __init__(self, maxsize=0):
            BlockingQueue.__init__(self, maxsize)
            self.items = []

        def _push(self, x):
            heapq.heappush(self.items, x)

        def _pop(self):
            return heapq.heappop(self.items)
    BlockingQueue.__name__ = BlockingQueue.__qualname__ = "Queue"
    return {"Queue": BlockingQueue, "SimpleQueue": BlockingQueue, "LifoQueue": LifoQueue, "PriorityQueue": PriorityQueue,
            "Empty": queue.Empty, "Full": queue.Full}


@stands_in("queue", shared=True)
def make_queue(node):
    if "queue" not in CLASSES:
        CLASSES["queue"] = queue_classes()
    return CLASSES["queue"]


# ================================================================================================== concurrent.futures

def futures():
    """Executors of threads: at most `max_workers` pieces of work at a time, begun in the order in which they were given."""
    import concurrent.futures as real

    class Future:
        def __init__(self):
            self._state, self._value, self._error, self._queue, self._calls = "PENDING", None, None, Queue(), []

        def done(self):
            return self._state in ("DONE", "CANCELLED")

        def running(self):
            return self._state == "RUNNING"

        def cancelled(self):
            return self._state == "CANCELLED"

        def cancel(self):
            if self._state == "PENDING":
                self._end("CANCELLED")
            return self._state == "CANCELLED"

        def _end(self, state):
            self._state = state
            self._queue.wake_all()
            for call in self._calls:
                call(self)
            self._calls = []

        def set_result(self, value):
            self._value = value
            self._end("DONE")

        def set_exception(self, error):
            self._error = error
            self._end("DONE")

        def _await(self, timeout):
            end = None if timeout is None else HOST.now / 1e9 + timeout
            while not self.done():
                left = None if end is None else end - HOST.now / 1e9
                if left is not None and left <= 0:
                    raise real.TimeoutError()
                self._queue.wait(left, ("a future", self) if left is None else None)
            if self._state == "CANCELLED":
                raise real.CancelledError()

        def result(self, timeout=None):
            self._await(timeout)
            if self._error is not None:
                raise self._error
            return self._value

        def exception(self, timeout=None):
            self._await(timeout)
            return self._error

        def add_done_callback(self, call):
            if self.done():
                call(self)
            else:
                self._calls.append(call)

    class ThreadPoolExecutor:
        def __init__(self, max_workers=None, thread_name_prefix="", initializer=None, initargs=()):
            if max_workers is not None and max_workers <= 0:
                raise ValueError("max_workers must be greater than 0")
            self._limit, self._busy, self._todo, self._closed, self._made = max_workers or 32, 0, deque(), False, 0
            self._prefix, self._first, self._idle = thread_name_prefix or "ThreadPoolExecutor", (initializer, initargs), Queue()

        def submit(self, fn, *args, **kwargs):
            if self._closed:
                raise RuntimeError("cannot schedule new futures after shutdown")
            future = Future()
            self._todo.append((future, fn, args, kwargs))
            if self._busy < self._limit:
                self._busy += 1
                self._made += 1
                HOST.child(self._work, "%s_%d" % (self._prefix, self._made - 1), HOST.current.daemon)
            return future

        def _work(self):
            if self._first[0]:
                self._first[0](*self._first[1])
            while self._todo:
                future, fn, args, kwargs = self._todo.popleft()
                if future._state == "CANCELLED":
                    continue
                future._state = "RUNNING"
                try:
                    value = fn(*args, **kwargs)
                except Exception as e:
                    future.set_exception(e)
                else:
                    future.set_result(value)
            self._busy -= 1
            self._idle.wake_all()

        def map(self, fn, *iterables, timeout=None, chunksize=1):
            made = [self.submit(fn, *a) for a in zip(*iterables)]
            return (f.result(timeout) for f in made)

        def shutdown(self, wait=True, *, cancel_futures=False):
            self._closed = True
            if cancel_futures:
                for future, _, _, _ in list(self._todo):
                    future.cancel()
            while wait and self._busy:
                self._idle.wait(None, ("the workers of an executor", self))

        def __enter__(self):
            return self

        def __exit__(self, *a):
            self.shutdown()

    def some(fs, timeout, enough):
        """Waits until enough of these futures are done; false if time is up first."""
        end = None if timeout is None else HOST.now / 1e9 + timeout
        while not enough(fs):
            left = None if end is None else end - HOST.now / 1e9
            if left is not None and left <= 0:
                return False
            bell = Queue()
            for f in fs:
                if not f.done():
                    f._calls.append(lambda _f: bell.wake_all())
            bell.wait(left, ("futures", None) if left is None else None)
        return True

    def as_completed(fs, timeout=None):
        order, left = [], []
        for f in fs:
            if f not in left:
                left.append(f)
        for f in left:
            f.add_done_callback(order.append)
        end = None if timeout is None else HOST.now / 1e9 + timeout
        count = len(left)
        for k in range(count):
            if not some(left, None if end is None else max(0, end - HOST.now / 1e9), lambda fs: len(order) > k):
                raise real.TimeoutError("%d (of %d) futures unfinished" % (count - k, count))
            yield order[k]

    def wait(fs, timeout=None, return_when="ALL_COMPLETED"):
        fs = list(dict.fromkeys(fs))

        def enough(fs):
            done = [f for f in fs if f.done()]
            if return_when == "FIRST_COMPLETED":
                return bool(done)
            if return_when == "FIRST_EXCEPTION" and any(f._error is not None for f in done):
                return True
            return len(done) == len(fs)
        some(fs, timeout, enough)
        return DoneAndNot([f for f in fs if f.done()], [f for f in fs if not f.done()])
    import collections
    DoneAndNot = collections.namedtuple("DoneAndNotDoneFutures", "done not_done")
    return {"Future": Future, "ThreadPoolExecutor": ThreadPoolExecutor, "Executor": ThreadPoolExecutor,
            "as_completed": as_completed, "wait": wait, "TimeoutError": real.TimeoutError, "CancelledError": real.CancelledError,
            "ALL_COMPLETED": "ALL_COMPLETED", "FIRST_COMPLETED": "FIRST_COMPLETED", "FIRST_EXCEPTION": "FIRST_EXCEPTION"}


@stands_in("concurrent.futures", "concurrent.futures.thread", shared=True)
def make_futures(node):
    if "futures" not in CLASSES:
        CLASSES["futures"] = futures()
    return dict(CLASSES["futures"], **refused_names("concurrent.futures"))


@stands_in("concurrent", shared=True)
def make_concurrent(node):
    return {}


# ============================================================================================ multiprocessing.connection

class AuthenticationError(Exception):
    pass


RESERVED = ("call", "form", "conn", "auth", "as", "port")


def to_body(payload):
    """What goes over a connection, as a message: `(name, args, kwargs)` is a call; so is a tuple that begins with a name."""
    t = type(payload)
    if t in (tuple, list) and payload and type(payload[0]) is str:
        if len(payload) == 3 and type(payload[1]) in (tuple, list) and type(payload[2]) is dict:
            body = {"call": payload[0], "args": [enc(a) for a in payload[1]]}
            if payload[2]:
                body["kwargs"] = {str(k): enc(v) for k, v in payload[2].items()}
            if t is list:
                body["form"] = "list"
            return body
        return {"call": payload[0], "args": [enc(a) for a in payload[1:]], "form": "flat" if t is tuple else "flat-list"}
    if t is dict and "type" in payload and all(type(k) is str and k not in RESERVED for k in payload):
        return enc(payload)
    return {"call": "message", "args": [enc(payload)], "form": "one"}


def of_body(body):
    form = body.get("form")
    if "call" not in body:
        return {k: dec(v) for k, v in body.items() if k not in RESERVED}
    args = [dec(a) for a in body.get("args", [])]
    if form == "one":
        return args[0]
    if form == "flat":
        return (body["call"],) + tuple(args)
    if form == "flat-list":
        return [body["call"]] + args
    kwargs = {k: dec(v) for k, v in body.get("kwargs", {}).items()}
    return [body["call"], args, kwargs] if form == "list" else (body["call"], tuple(args), kwargs)


def packed(payload, form):
    """A payload as the program reads it from the connection."""
    if form == "pickle":
        return pickle.dumps(payload)
    if form == "json" or form == "json-bytes":
        text = json.dumps(payload)
        return text.encode() if form == "json-bytes" else text
    return payload


def unpacked(x):
    """What the program wrote to the connection: its payload, and in which form it was."""
    if type(x) is bytes or type(x) is bytearray:
        x = bytes(x)
        if x[:1] == b"\x80":
            return pickle.loads(x), "pickle"
        try:
            return json.loads(x.decode("utf-8")), "json-bytes"
        except ValueError:
            return x, "object"
    if type(x) is str and x[:1] in ("{", "["):
        try:
            return json.loads(x), "json"
        except ValueError:
            return x, "object"
    return x, "object"


def look_at_payloads(program):
    """In which form the program's servers read from connections: the first request must have it."""
    for name, tree in program.trees.values():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "loads"
                    and isinstance(node.func.value, ast.Name) and node.args):
                continue
            inner = {n.attr for n in ast.walk(node.args[0]) if isinstance(n, ast.Attribute)}
            if node.func.value.id in ("pickle", "cPickle", "_pickle"):
                return "pickle"
            if "recv_bytes" in inner:
                return "json-bytes"
            if "recv" in inner:
                return "json"
    return "object"


class Connection:
    """What both ends of a connection have in common."""

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()

    def send_bytes(self, buf, offset=0, size=None):
        self.send(bytes(buf)[offset:] if size is None else bytes(buf)[offset:offset + size])

    def recv_bytes(self, maxlength=None):
        x = self.recv()
        return x.encode() if isinstance(x, str) else x

    def fileno(self):
        return 1000

    readable = writable = property(lambda self: not self.closed)


class ServerEnd(Connection):
    """The accepted end of a connection: requests come out of it, answers go into it."""

    def __init__(self, node, once):
        self.node, self.once, self.inbox, self.asked, self.queue = node, once, deque(), deque(), Queue()
        self.closed, self.got = False, 0

    def push(self, request):
        self.inbox.append(request)
        self.queue.wake()

    def recv(self):
        if self.closed:
            raise OSError("handle is closed")
        while not self.inbox:
            if self.once and self.got:
                raise EOFError()
            self.queue.wait()
        request = self.inbox.popleft()
        self.got += 1
        self.asked.append(request)
        task = HOST.current
        task.enter(request)
        if task.ends is None:
            task.ends = [self]
        elif self not in task.ends:
            task.ends.append(self)
        body = request.body
        return packed(of_body(body), body.get("as", self.node.program.wire_form))

    def poll(self, timeout=0.0):
        if self.inbox or (self.once and self.got):
            return True
        if timeout == 0:
            return False
        self.queue.wait(timeout)
        return bool(self.inbox)

    def send(self, x):
        if self.closed:
            raise OSError("handle is closed")
        if not self.asked:
            self.node.hazard("unasked", "%s: a server writes to a connection without having been asked; the message is lost" %
                             where_is(sys._getframe()))
            return
        request = self.asked.popleft()
        value, _ = unpacked(x)
        if isinstance(value, BaseException):
            if value.__traceback__ is not None or isinstance(x, (bytes, bytearray)):
                self.node.hazard("uncaught", "%s: %s: %s (sent to the caller)" % (
                    place_of(sys.exc_info()[1] or value), type(value).__name__, value))
            request.fail("%s: %s" % (type(value).__name__, value))
        else:
            request.answer(value)

    def close(self):
        if not self.closed:
            self.closed = True
            self.hang_up()

    def hang_up(self):
        while self.asked:
            self.asked.popleft().fail("closed: the server closed the connection without an answer")
        while self.inbox:
            self.inbox.popleft().fail("closed: the server closed the connection without an answer")

    def holders(self):
        return sys.getrefcount(self)

    def broken(self):
        self.closed = True
        self.hang_up()


def unheld():
    """What `holders` says, in this version of Python, of an end that only a list of ends holds."""
    ends = [ServerEnd(None, True)]
    for end in ends:
        return end.holders()


UNHELD = unheld()


class Listener:
    """multiprocessing.connection.Listener: a queue of connections."""

    def __init__(self, address=None, family=None, backlog=1, authkey=None):
        self.node = node = HOST.current.node
        self.address = address
        self.port = address[1] if isinstance(address, tuple) and len(address) == 2 else None
        if self.port in [l.port for l in node.listeners]:
            raise OSError(98, "Address already in use")
        self.key, self.backlog, self.queue, self.ends, self.closed = authkey, deque(), Queue(), {}, False
        self.last_accepted = None
        node.lane.keys.setdefault(node.number, authkey)
        node.listeners.append(self)

    def takes(self, call, body):
        return (call is None or not HTTP.match(call)) and body.get("port") in (None, self.port) and "socket" not in body

    def deliver(self, request):
        name = request.body.get("conn")
        end = None
        if name is not None:
            end = self.ends.get((request.src, name))
        if end is None or end.closed:
            end = ServerEnd(self.node, name is None)
            if name is not None:
                self.ends[(request.src, name)] = end
            end.push(request)
            self.backlog.append(end)
            self.queue.wake()
        else:
            end.push(request)

    def accept(self):
        if self.closed:
            raise OSError("Listener is closed")
        while not self.backlog:
            self.queue.wait()
            if self.closed:
                raise OSError("Listener is closed")
        end = self.backlog.popleft()
        request = end.inbox[0]
        if self.key is not None and request.src:
            key = request.body["auth"] if "auth" in request.body else fingerprint(self.node.lane.keys.get(request.src))
            if key != fingerprint(self.key):
                end.inbox.popleft().fail("auth: digest sent was rejected")
                raise AuthenticationError("digest received was wrong")
        return end

    def shut(self):
        """The process has ended: whoever still waits is refused, whoever was accepted is cut off."""
        ends = list(self.ends.values()) + list(self.backlog)
        for end in ends:
            end.broken()

    def close(self):
        self.closed = True
        if self in self.node.listeners:
            self.node.listeners.remove(self)
        self.queue.wake_all()

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()


def fingerprint(key):
    if key is None:
        return None
    import zlib
    return "%08x" % zlib.crc32(bytes(key))


class Client(Connection):
    """multiprocessing.connection.Client: the calling end. Its first message connects."""

    def __init__(self, address, family=None, authkey=None):
        self.node = node = HOST.current.node
        self.closed = False
        self.to, self.port = node.find(address)
        node.clients += 1
        self.name, self.sent, self.waiting, self.broken = node.clients, 0, deque(), False
        own = node.lane.keys.get(node.number)
        self.auth = fingerprint(authkey) if authkey != own else None

    def send(self, x):
        if self.closed:
            raise OSError("handle is closed")
        if self.broken:
            raise BrokenPipeError(32, "Broken pipe")
        payload, form = unpacked(x)
        body = to_body(payload)
        if form != self.node.program.wire_form:
            body["as"] = form
        if self.auth is not None:
            body["auth"] = self.auth
        if self.port is not None:
            body["port"] = self.port
        if self.sent:
            body["conn"] = self.name
        self.sent += 1
        self.waiting.append((self.node.call(self.to, body), form))

    def recv(self):
        if self.closed:
            raise OSError("handle is closed")
        if not self.waiting:
            if self.broken:
                raise EOFError()
            HOST.park(HOST.current, ("a message that nobody was asked for", None))
        pending, form = self.waiting.popleft()
        pending.wait()
        if pending.ok:
            return packed(dec(pending.body.get("value")), form)
        if pending.why == "raised":
            return packed(error_of(pending.text, self.node), form)
        self.broken = True
        raise_failure(pending)

    def poll(self, timeout=0.0):
        if not self.waiting:
            return self.broken
        pending = self.waiting[0][0]
        if pending.over:
            return True
        return False if timeout == 0 else pending.wait(timeout)

    def close(self):
        self.closed = True


def error_of(text, node):
    """The exception that a server sent, made again from its name."""
    name, _, rest = text.partition(": ")
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = node.ns.get(name)
    if isinstance(kind, type) and issubclass(kind, Exception):
        try:
            return kind(rest)
        except Exception:
            pass
    return Exception(text)


def wait_for_connections(objects, timeout=None):
    """multiprocessing.connection.wait, for calling ends."""
    objects = list(objects)
    end = None if timeout is None else HOST.now / 1e9 + timeout
    while True:
        ready = [o for o in objects if o.poll(0)]
        left = None if end is None else end - HOST.now / 1e9
        if ready or (left is not None and left <= 0):
            return ready
        bell = Queue()
        queues = [o.waiting[0][0].queue if isinstance(o, Client) and o.waiting else getattr(o, "queue", bell) for o in objects]
        for q in queues[1:]:
            q.tasks.append(HOST.current)
        queues[0].wait(left)
        for q in queues:
            if HOST.current in q.tasks:
                q.tasks.remove(HOST.current)


@stands_in("multiprocessing.connection", shared=True)
def make_connection(node):
    return {"Listener": Listener, "Client": Client, "Connection": Connection, "wait": wait_for_connections,
            "AuthenticationError": AuthenticationError}


@stands_in("multiprocessing", shared=True)
def make_multiprocessing(node):
    out = dict(refused_names("multiprocessing"))
    out.update(AuthenticationError=AuthenticationError, ProcessError=Exception, TimeoutError=TimeoutError, cpu_count=lambda: 2,
               Lock=Lock, RLock=RLock, Event=Event, Condition=Condition, Semaphore=Semaphore, freeze_support=lambda: None,
               set_start_method=lambda *a, **k: None, current_process=current_thread)
    return out


# ===================================================================================== synod_kit: the transport in one line

class Functions:
    """A server of functions: every call has a thread of its own."""
    port = None

    def __init__(self, functions):
        self.functions = functions

    def takes(self, call, body):
        return call in self.functions

    def deliver(self, request):
        direct(self.functions[request.body["call"]], request)


class RemoteError(Exception):
    """A function of another node raised an error."""


@stands_in("synod_kit", "synod")
def make_synod(node):
    def serve(functions):
        if not isinstance(functions, dict):
            functions = {f.__name__: f for f in functions}
        node.listeners.append(Functions(functions))

    def call_remote(address, function, *args, timeout=None, **kwargs):
        to = address if isinstance(address, int) else node.find(address)[0]
        body = {"call": function, "args": [enc(a) for a in args]}
        if kwargs:
            body["kwargs"] = {k: enc(v) for k, v in kwargs.items()}
        pending = node.call(to, body, timeout)
        pending.wait()
        if pending.ok:
            return dec(pending.body.get("value"))
        if pending.why == "raised":
            raise RemoteError(pending.text)
        raise_failure(pending)
    return {"serve": serve, "call_remote": call_remote, "RemoteError": RemoteError, "NODE": node.number,
            "NODES": list(node.lane.nodes)}


# ============================================================================================================== xmlrpc

def xml(v, none):
    """A value as XML-RPC carries it: tuples become lists, None and large numbers are refused."""
    t = type(v)
    if t is str or t is bool or t is float:
        return v
    if v is None:
        if not none:
            raise TypeError("cannot marshal None unless allow_none is enabled")
        return v
    if t is int:
        if not -2 ** 31 <= v < 2 ** 31:
            raise OverflowError("int exceeds XML-RPC limits")
        return v
    if t is list or t is tuple:
        return [xml(y, none) for y in v]
    if isinstance(v, dict):
        for k in v:
            if not isinstance(k, str):
                raise TypeError("dictionary key must be string")
        return {k: xml(y, none) for k, y in v.items()}
    if isinstance(v, (bytes, bytearray)):
        return bytes(v)
    if hasattr(v, "__dict__"):
        return {k: xml(y, none) for k, y in v.__dict__.items()}
    raise TypeError("cannot marshal %s objects" % t)


class XmlRpcServer:
    """SimpleXMLRPCServer: each thread that serves takes one request at a time, so a server that waits promises nothing."""
    threaded = False
    allow_reuse_address = True
    timeout = None

    def __init__(self, addr, requestHandler=None, logRequests=True, allow_none=False, encoding=None, bind_and_activate=True,
                 use_builtin_types=False):
        self.node = node = HOST.current.node
        self.server_address, self.port, self.allow_none = addr, addr[1], allow_none
        if self.port in ports_of(node):
            raise OSError(98, "Address already in use")
        self.funcs, self.instance, self.backlog, self.queue, self.stopped = {}, None, deque(), Queue(), False
        node.listeners.append(self)

    def register_instance(self, instance, allow_dotted_names=False):
        self.instance = instance

    def register_function(self, function=None, name=None):
        if function is None:
            return lambda f: self.register_function(f, name)
        self.funcs[name or function.__name__] = function
        return function

    def register_introspection_functions(self):
        self.funcs.update({"system.listMethods": lambda: sorted(self.funcs)})

    def register_multicall_functions(self):
        pass

    def takes(self, call, body):
        return call is not None and not HTTP.match(call) and body.get("port") in (None, self.port) and "socket" not in body

    def deliver(self, request):
        if self.threaded:
            HOST.spawn(self.node, lambda: self.one(request), request.act, request.act.key)
        else:
            self.backlog.append(request)
            self.queue.wake()

    def one(self, request):
        if not self.threaded:
            HOST.current.enter(request)
        try:
            request.answer(xml(self._dispatch(request.body["call"], [dec(a) for a in request.body.get("args", [])]),
                               self.allow_none))
        except Exception as e:
            if place_of(e) != "the kit" or not isinstance(e, UnknownMethod):
                self.node.hazard("uncaught", "%s: %s: %s (sent to the caller as a Fault)" % (place_of(e), type(e).__name__, e))
            kind = Exception if isinstance(e, UnknownMethod) else type(e)
            request.fail("%s:%s" % (kind, e))

    def _dispatch(self, method, params):
        f = self.funcs.get(method)
        if f is None and self.instance is not None:
            own = getattr(self.instance, "_dispatch", None)
            if own is not None:
                return own(method, tuple(params))
            if not method.startswith("_"):
                f = getattr(self.instance, method, None)
        if f is None:
            raise UnknownMethod('method "%s" is not supported' % method)
        return f(*params)

    def serve_forever(self, poll_interval=0.5):
        while not self.stopped:
            if self.backlog:
                self.one(self.backlog.popleft())
            else:
                self.queue.wait()

    def handle_request(self):
        if not self.backlog and not self.queue.wait(self.timeout):
            return
        if self.backlog:
            self.one(self.backlog.popleft())

    def shut(self):
        while self.backlog:
            self.backlog.popleft().fail("refused: the program of node %d has ended" % self.node.number)

    def shutdown(self):
        self.stopped = True
        self.queue.wake_all()

    def server_close(self):
        if self in self.node.listeners:
            self.node.listeners.remove(self)

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.server_close()


class UnknownMethod(Exception):
    pass


class RequestHandler:
    rpc_paths = ()


class Transport:
    """What a program may inherit from to say a time-out."""

    class Wire:
        timeout = None

    def __init__(self, use_datetime=False, use_builtin_types=False, *, headers=(), timeout=None):
        pass

    def make_connection(self, host):
        return Transport.Wire()


class ServerProxy:
    def __init__(self, uri, transport=None, encoding=None, verbose=False, allow_none=False, use_datetime=False,
                 use_builtin_types=False, *, headers=(), context=None):
        self.__dict__["_kit"] = uri, allow_none, transport, HOST.current.node

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Method(self.__dict__["_kit"], name)

    def __call__(self, what):
        return lambda: None

    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass

    def __repr__(self):
        return "<ServerProxy for %s>" % self.__dict__["_kit"][0]


class Method:
    def __init__(self, kit, name):
        self.kit, self.name = kit, name

    def __getattr__(self, name):
        return Method(self.kit, self.name + "." + name)

    def __call__(self, *args):
        uri, none, transport, node = self.kit
        body = {"call": self.name, "args": [enc(xml(a, none)) for a in args]}
        to, port = node.find(uri)
        if port is not None:
            body["port"] = port
        timeout = node.default_timeout
        if transport is not None:
            timeout = getattr(transport.make_connection(uri), "timeout", None) or getattr(transport, "timeout", None) or timeout
        pending = node.call(to, body, timeout)
        pending.wait()
        if pending.ok:
            return dec(pending.body.get("value"))
        if pending.why == "raised":
            import xmlrpc.client
            raise xmlrpc.client.Fault(1, pending.text)
        raise_failure(pending)


@stands_in("xmlrpc.server", shared=True)
def make_xmlrpc_server(node):
    return {"SimpleXMLRPCServer": XmlRpcServer, "SimpleXMLRPCRequestHandler": RequestHandler, "DocXMLRPCServer": XmlRpcServer}


@stands_in("xmlrpc.client", shared=True)
def make_xmlrpc_client(node):
    import xmlrpc.client as real
    return {"ServerProxy": ServerProxy, "Server": ServerProxy, "Transport": Transport, "SafeTransport": Transport, "Fault": real.Fault,
            "ProtocolError": real.ProtocolError, "Error": real.Error, "ResponseError": real.ResponseError, "Binary": bytes,
            "DateTime": real.DateTime, "MAXINT": real.MAXINT, "MININT": real.MININT}


@stands_in("xmlrpc", shared=True)
def make_xmlrpc(node):
    return {}


# ==================================================================================================== flask and requests

HTTP = re.compile(r"[A-Z]+ /")


class HttpError(Exception):
    """An answer that is no 200, raised by abort()."""

    def __init__(self, code, description=None):
        Exception.__init__(self, "%s %s" % (code, description or ""))
        self.code, self.description = code, description


class HttpRequest:
    """The request that the current task works on: it belongs to the task, not to the process."""

    @property
    def _body(self):
        request = HOST.current.act.request
        if request is None or "call" not in request.body:
            raise RuntimeError("Working outside of request context.")
        return request.body

    def get_json(self, force=False, silent=False, cache=True):
        args = self._body.get("args") or []
        if not args:
            if silent:
                return None
            raise HttpError(415, "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.")
        if not force and "json" not in self.headers.get("Content-Type", ""):
            if silent:
                return None
            raise HttpError(415, "Did not attempt to load JSON data because the request Content-Type was not 'application/json'.")
        return dec(args[0])

    json = property(lambda self: self.get_json())
    is_json = property(lambda self: bool(self._body.get("args")))
    args = property(lambda self: Fields(self._body.get("query") or {}))
    form = property(lambda self: Fields(self._body.get("fields") or {}))
    values = property(lambda self: Fields(dict(self._body.get("query") or {}, **self._body.get("fields") or {})))
    method = property(lambda self: self._body["call"].partition(" ")[0])
    path = property(lambda self: self._body["call"].partition(" ")[2])
    headers = property(lambda self: Fields(said_headers({"Content-Type": JSON_TYPE}, self._body)))
    remote_addr = property(lambda self: "node%d" % HOST.current.act.request.src)
    host = property(lambda self: "node%d" % HOST.current.node.number)
    data = property(lambda self: json.dumps(self.get_json()).encode() if self.is_json else b"")

    def get_data(self, as_text=False, **k):
        return self.data.decode() if as_text else self.data


class Fields(dict):
    def get(self, key, default=None, type=None):
        value = dict.get(self, key, default)
        if type is not None and key in self:
            try:
                value = type(value)
            except ValueError:
                value = default
        return value

    def to_dict(self, flat=True):
        return dict(self)


class HttpResponse:
    """What a view returns, or what a caller gets."""

    def __init__(self, response=None, status=200, headers=None, mimetype=None, content_type=None, value=None, is_json=False):
        self.status_code = int(str(status).split()[0])
        self.value, self.is_json, self.headers = (value if is_json else response), is_json, dict(headers or {})
        if not is_json and "json" in str(mimetype or content_type or "") and isinstance(response, (str, bytes)):
            self.value, self.is_json = json.loads(response), True


def jsonify(*args, **kwargs):
    value = kwargs if kwargs else args[0] if len(args) == 1 else list(args)
    return HttpResponse(value=json.loads(json.dumps(value)), is_json=True)


def response_of(result):
    """Flask's make_response: a body, or a tuple of body, status and headers."""
    status = None
    if isinstance(result, tuple):
        if len(result) > 1 and isinstance(result[1], (int, str)):
            status = int(str(result[1]).split()[0])
        result = result[0]
    if not isinstance(result, HttpResponse):
        if result is None:
            raise TypeError("The view function did not return a valid response: it returned None")
        if isinstance(result, (dict, list)):
            result = jsonify(result)
        else:
            result = HttpResponse(result.decode() if isinstance(result, bytes) else str(result))
    if status is not None:
        result.status_code = status
    return result


RULE = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")


def compiled_rule(rule):
    at, out, kinds = 0, "", {}
    for m in RULE.finditer(rule):
        kind = m.group(1) or "string"
        out += re.escape(rule[at:m.start()]) + "(?P<%s>%s)" % (m.group(2), {"int": r"\d+", "float": r"\d+\.\d+", "path": ".+"}.get(
            kind, "[^/]+"))
        kinds[m.group(2)] = {"int": int, "float": float}.get(kind, str)
        at = m.end()
    return re.compile(out + re.escape(rule[at:]) + "$"), kinds


class Routes:
    """What Flask and Blueprint share."""

    def __init__(self, *a, **k):
        self.rules, self.errors, self.before, self.after, self.config, self.prefix = [], {}, [], [], {}, k.get("url_prefix") or ""
        self.name = a[0] if a else "app"
        self.node = HOST.current.node
        self.logger = self.node.module("logging").getLogger("app")

    def add_url_rule(self, rule, endpoint=None, view_func=None, methods=None, **k):
        pattern, kinds = compiled_rule(self.prefix + rule)
        self.rules.append((pattern, kinds, {m.upper() for m in (methods or ["GET"])}, view_func))

    def route(self, rule, methods=None, **k):
        def note(view):
            self.add_url_rule(rule, None, view, methods)
            return view
        return note

    def get(self, rule, **k):
        return self.route(rule, ["GET"])

    def post(self, rule, **k):
        return self.route(rule, ["POST"])

    def put(self, rule, **k):
        return self.route(rule, ["PUT"])

    def delete(self, rule, **k):
        return self.route(rule, ["DELETE"])

    def errorhandler(self, code):
        return lambda f: self.errors.setdefault(code, f)

    def before_request(self, f):
        self.before.append(f)
        return f

    def after_request(self, f):
        self.after.append(f)
        return f

    def teardown_request(self, f):
        return f


class Flask(Routes):
    """flask.Flask: each request has a thread of its own, unless run() says otherwise."""

    def register_blueprint(self, blueprint, url_prefix=None, **k):
        for pattern, kinds, methods, view in blueprint.rules:
            if url_prefix:
                pattern = re.compile(re.escape(url_prefix) + pattern.pattern)
            self.rules.append((pattern, kinds, methods, view))

    def run(self, host=None, port=None, debug=None, load_dotenv=True, threaded=True, **k):
        self.node, self.port, self.threaded = HOST.current.node, int(port or 5000), threaded
        if self.port in ports_of(self.node):
            raise OSError(98, "Address already in use")
        self.backlog, self.queue = deque(), Queue()
        self.node.listeners.append(self)
        while True:
            while self.backlog:
                request = self.backlog.popleft()
                HOST.current.enter(request)
                self.one(request)
            self.queue.wait()

    def takes(self, call, body):
        return call is not None and HTTP.match(call) is not None and body.get("port") in (None, self.port)

    def deliver(self, request):
        if self.threaded:
            HOST.spawn(self.node, lambda: self.one(request), request.act, request.act.key)
        else:
            self.backlog.append(request)
            self.queue.wake()

    def shut(self):
        while self.backlog:
            self.backlog.popleft().fail("refused: the program of node %d has ended" % self.node.number)

    def one(self, request):
        try:
            response = self.dispatch(request)
        except HttpError as e:
            handler = self.errors.get(e.code)
            response = response_of(handler(e)) if handler else HttpResponse(e.description or "", e.code)
        except Exception as e:
            self.node.hazard("uncaught", "%s: %s: %s (sent to the caller as 500)" % (place_of(e), type(e).__name__, e))
            response = HttpResponse("Internal Server Error", 500)
        request.answer(response.value, response.status_code, not response.is_json)

    def dispatch(self, request):
        method, _, path = request.body["call"].partition(" ")
        known = False
        for pattern, kinds, methods, view in self.rules:
            m = pattern.match(path)
            if m is None:
                continue
            known = True
            if method not in methods:
                continue
            for f in self.before:
                early = f()
                if early is not None:
                    return response_of(early)
            response = response_of(view(**{k: kinds[k](v) for k, v in m.groupdict().items()}))
            for f in self.after:
                response = f(response)
            return response
        raise HttpError(405 if known else 404, "Method Not Allowed" if known else "Not Found")


@stands_in("flask")
def make_flask(node):
    def abort(code, description=None):
        raise HttpError(code, description)
    context = Local()
    return {"Flask": Flask, "Blueprint": Routes, "request": HttpRequest(), "jsonify": jsonify, "Response": HttpResponse,
            "make_response": lambda *a: response_of(a[0] if len(a) == 1 else a), "abort": abort, "g": context}


@stands_in("flask_cors", shared=True)
def make_flask_cors(node):
    return {"CORS": lambda *a, **k: None, "cross_origin": lambda *a, **k: (lambda f: f)}


@stands_in("werkzeug", "werkzeug.serving", "werkzeug.exceptions", shared=True)
def make_werkzeug(node):
    return {"HTTPException": HttpError, "run_simple": lambda host, port, app, **k: app.run(host, port)}


class RequestException(OSError):
    """An error of `requests`."""


class HTTPError(RequestException):
    pass


class RConnectionError(RequestException):
    pass


class RTimeout(RequestException):
    pass


class ConnectTimeout(RConnectionError, RTimeout):
    pass


class ReadTimeout(RTimeout):
    pass


class JSONDecodeError(RequestException, ValueError):
    pass


for _name, _kind in (("ConnectionError", RConnectionError), ("Timeout", RTimeout)):
    _kind.__name__ = _kind.__qualname__ = _name


class Answer:
    """requests.Response"""

    def __init__(self, body, url):
        self.status_code, self.url, self._value, self._plain = body.get("status", 200), url, dec(body.get("value")), body.get("text")
        self.headers, self.reason = Fields(said_headers({}, body)), reason_of(body)
        self._content = body.get("content")

    ok = property(lambda self: self.status_code < 400)
    text = property(lambda self: self.content.decode("utf-8", "replace"))
    content = property(lambda self: dec(self._content) if self._content is not None else
                       (str(self._value) if self._plain else json.dumps(self._value)).encode("utf-8", "replace"))

    def json(self, **k):
        if not self._plain:
            return self._value
        try:
            return json.loads(self._value)
        except ValueError as e:
            raise JSONDecodeError(str(e))

    def raise_for_status(self):
        if not self.ok:
            raise HTTPError("%d Error for url: %s" % (self.status_code, self.url))

    def __bool__(self):
        return self.ok

    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass

    def close(self):
        pass


def http(method, url, params=None, data=None, json=None, timeout=None, headers=None, **k):
    node = HOST.current.node
    import json as real_json
    from urllib.parse import parse_qsl, urlsplit
    parts = urlsplit(url)
    if not parts.netloc:
        raise RequestException("Invalid URL %r: No scheme supplied. Perhaps you meant https://%s?" % (url, url))
    try:
        to, port = node.find(parts.netloc if parts.port else parts.netloc + ":80")
    except ConnectionRefusedError as e:
        raise RConnectionError("%s: %s" % (url, e))
    body = {"call": "%s %s" % (method.upper(), parts.path or "/"), "args": []}
    if json is not None:
        body["args"] = [enc(real_json.loads(real_json.dumps(json)))]
    elif isinstance(data, (str, bytes)):
        try:
            body["args"] = [enc(real_json.loads(data))]
        except ValueError:
            body["fields"] = {"data": data if isinstance(data, str) else data.decode("utf-8", "replace")}
    elif data:
        body["fields"] = {str(a): str(b) for a, b in dict(data).items()}
    query = dict(parse_qsl(parts.query), **{str(a): str(b) for a, b in dict(params or {}).items() if b is not None})
    if query:
        body["query"] = query
    usual = JSON_TYPE if body["args"] else FORM_TYPE if "fields" in body else None
    said = worth_saying(dict({"Content-Type": usual}, **{str(a).title(): str(b) for a, b in dict(headers or {}).items()}), usual)
    if said:
        body["headers"] = said
    if port is not None:
        body["port"] = port
    if isinstance(timeout, tuple):
        timeout = timeout[1]
    pending = node.call(to, body, timeout)
    pending.wait()
    if pending.ok:
        return Answer(pending.body, url)
    if pending.why == "timeout":
        raise ReadTimeout("%s: Read timed out. (read timeout=%s)" % (parts.netloc, timeout))
    raise RConnectionError("%s: %s" % (parts.netloc, {"refused": "Connection refused", "raised": pending.text}.get(
        pending.why, "Connection reset by peer")))


class Session:
    def __init__(self):
        self.headers, self.params, self.auth, self.verify = {}, {}, None, True

    def request(self, method, url, **k):
        return http(method, url, **k)

    def mount(self, prefix, adapter):
        pass

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *a):
        pass


def method_of(name):
    def call(url, *args, **k):
        if args:
            k["data" if name in ("post", "put", "patch") else "params"] = args[0]
            if len(args) > 1:
                k["json"] = args[1]
        return http(name, url, **k)
    call.__name__ = name
    return call


METHODS = {name: method_of(name) for name in ("get", "post", "put", "delete", "patch", "head")}
for _name, _call in METHODS.items():
    setattr(Session, _name, staticmethod(_call))
ERRORS = {"RequestException": RequestException, "ConnectionError": RConnectionError, "Timeout": RTimeout, "HTTPError": HTTPError,
          "ConnectTimeout": ConnectTimeout, "ReadTimeout": ReadTimeout, "JSONDecodeError": JSONDecodeError}


@stands_in("requests")
def make_requests(node):
    return dict(METHODS, exceptions=node.module("requests.exceptions"), request=http, Session=Session, session=Session,
                Response=Answer, **ERRORS)


@stands_in("requests.exceptions", shared=True)
def make_requests_exceptions(node):
    return ERRORS


# ============================================================================================ bytes, as the map sees them

FRAMES = (">I", "<I", ">Q", "<Q", ">H")
NAMES = ("type", "msg_type", "message_type", "kind", "cmd", "command", "action", "op", "operation", "method", "function", "func",
         "fn", "rpc", "call", "name", "request", "req", "message", "msg", "event", "phase")
STYLES = ({}, {"separators": (",", ":")}, {"ensure_ascii": False}, {"separators": (",", ":"), "ensure_ascii": False})
WORDS = re.compile(r"([A-Za-z_][\w-]*)(?:(\s*[,:;|/#=~]\s*|\s+)(.*))?$", re.S)
SPECIAL = {"None": None, "null": None, "True": True, "true": True, "False": False, "false": False}


class PlainUnpickler(pickle.Unpickler):
    """Reads numbers, texts, lists and the like; of a class it knows nothing, so it runs nothing."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError("no plain data")

    def persistent_load(self, pid):
        raise pickle.UnpicklingError("no plain data")


def head_of(data):
    """How the length of a message is written before it, if it is, and the message."""
    import struct
    for form in FRAMES:
        size = struct.calcsize(form)
        if len(data) > size and struct.unpack(form, data[:size])[0] == len(data) - size:
            return form, data[size:]
    m = re.match(rb"\s*\d{1,64}(?=\s|[{\[(A-Za-z\x80])\s*", data)
    if m and int(m.group()) == len(data) - m.end():
        digits = m.group().decode()
        n, width = int(digits), len(digits)
        for form in ("%d\n", "%d\r\n", "%%-%dd" % width, "%%0%dd" % width, "%%%dd" % width):
            if form % n == digits:
                return form, data[m.end():]
    return None, data


def taken_apart(data):
    """What bytes hold, and the shape from which `put_together` makes the same bytes of it."""
    shape, value = {}, None
    head, rest = head_of(data)
    if head:
        shape["head"] = head
    try:
        value = inner(rest, shape)
        if put_together(shape, value) == data:
            enc(value)
            return value, shape
    except Exception:
        value = None
        shape.pop("form", None)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return (data if value is None else value), {"bytes": enc(data)}
    form = {"form": shape["form"]} if shape.get("form") in ("words", "text") else {}
    return (text if value is None else value), dict(form, text=text)


def inner(data, shape):
    """Reads a message without its length: as a pickle, as JSON, or as words."""
    if data[:1] == b"\x80" and data[-1:] == b".":
        shape["form"], shape["protocol"] = "pickle", data[1]
        return PlainUnpickler(io.BytesIO(data)).load()
    text = data.decode("utf-8")
    body = text.rstrip("\r\n")
    if body != text:
        shape["tail"] = text[len(body):]
    try:
        value = json.loads(body, parse_constant=float_of_no_json)
    except ValueError:
        return words_of(body, shape)
    for k, style in enumerate(STYLES):
        if json.dumps(value, **style) == body:
            if k:
                shape["style"] = k
            break
    return value


def float_of_no_json(text):
    raise ValueError(text)


def words_of(text, shape):
    """`ACCEPT 11 Hello there` as a name and what comes with it: numbers first, and the rest is one text."""
    m = WORDS.match(text)
    shape["form"] = "words" if m else "text"
    if not m:
        return text
    name, between, rest = m.groups()
    if between is None:
        return [name]
    shape["between"] = between
    if between.strip():
        return [name] + [word_value(w) for w in rest.split(between)]
    out = [name]
    while rest:
        first, _, more = rest.partition(between)
        value = word_value(first)
        if type(value) is str:
            break
        out.append(value)
        rest = more
    return out + [rest] if rest else out


def word_value(text):
    if text in SPECIAL:
        return SPECIAL[text]
    return int(text) if re.match(r"-?(0|[1-9]\d{0,14})$", text) else text


def put_together(shape, value):
    """The bytes that `taken_apart` took apart."""
    if "bytes" in shape:
        return dec(shape["bytes"])
    if "text" in shape:
        return shape["text"].encode("utf-8")
    form = shape.get("form")
    if form == "pickle":
        data = pickle.dumps(value, shape.get("protocol"))
    elif form == "words":
        data = shape.get("between", "").join(str(v) for v in value).encode("utf-8")
    elif form == "text":
        data = str(value).encode("utf-8")
    else:
        data = json.dumps(value, **STYLES[shape.get("style", 0)]).encode("utf-8")
    data += shape.get("tail", "").encode("utf-8")
    head = shape.get("head")
    if head and head[0] in "<>":
        import struct
        return struct.pack(head, len(data)) + data
    return (head % len(data)).encode("ascii") + data if head else data


def name_in(fields):
    """What a message of fields is called: its type, command, method…"""
    for key in NAMES:
        if type(fields.get(key)) is str and fields[key]:
            return fields[key], key
    return (next(iter(fields)), None) if len(fields) == 1 else ("message", None)


def body_of_call(value):
    """A message that wants an answer, as a call: fields are arguments with names."""
    if type(value) is dict and value and all(type(k) is str for k in value):
        return {"call": name_in(value)[0], "kwargs": {k: enc(v) for k, v in value.items()}}
    if type(value) is dict:
        return {"call": "message", "args": [enc(value)], "form": "one"}
    return to_body(value)


def body_of_message(value):
    """A message that wants none, as a message with a type."""
    if type(value) is dict and value and all(type(k) is str and k not in ("socket", "form") for k in value):
        name, key = name_in(value)
        if key == "type":
            return {k: enc(v) for k, v in value.items()}
        if "type" not in value:
            return dict({k: enc(v) for k, v in value.items()}, type=name, form="typed")
        return {"type": name, "fields": enc(value), "form": "within"}
    body = body_of_call(value)
    body.setdefault("form", "tuple")
    body["type"] = body.pop("call")
    return body


def value_of(body):
    """What `body_of_call` and `body_of_message` wrote."""
    form = body.get("form")
    if "call" in body and "kwargs" in body and "args" not in body:
        return {k: dec(v) for k, v in body["kwargs"].items()}
    if form == "within":
        return dec(body["fields"])
    if form in ("one", "flat", "flat-list", "list", "tuple") or "call" in body:
        return of_body(body if "call" in body else dict(body, call=body["type"]))
    return {k: dec(v) for k, v in body.items() if k not in ("socket", "form") and not (k == "type" and form == "typed")}


def look_at_bytes(program):
    """In which form the program's servers read bytes, as far as its text shows it: what a client sends has this form."""
    shape = {"form": "pickle", "protocol": 4} if program.wire_form == "pickle" else {}
    for _, tree in program.trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
                text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
                m = re.match(r"([<>!=@])([IQHL])$", text)
                if m:
                    shape["head"] = ("<" if m.group(1) in "<@=" else ">") + m.group(2).replace("L", "I")
                elif text.endswith("\n") and len(text) <= 2:
                    shape.setdefault("tail", "\n")
            elif isinstance(node, ast.Attribute) and node.attr in ("readline", "rfile", "makefile", "StreamRequestHandler"):
                shape.setdefault("tail", "\n")
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("to_bytes", "from_bytes"):
                words = [a.value for a in node.args + [k.value for k in node.keywords] if isinstance(a, ast.Constant)]
                size = {2: "H", 8: "Q"}.get(next((w for w in words if type(w) is int), 4), "I")
                if node.func.attr == "to_bytes" or "head" not in shape:
                    shape["head"] = ("<" if "little" in words else ">") + size
    if "head" in shape or "form" in shape:
        shape.pop("tail", None)
    return shape


def bytes_of_client(body, program):
    """What a client sends that calls this: its one argument, as the program's servers read it."""
    args = [dec(a) for a in body.get("args", [])]
    value = args[0] if len(args) == 1 else [body["call"]] + args if args else body["call"]
    shape = dict(program.bytes_form)
    if shape.get("form") == "pickle":
        value = tuple(value) if type(value) is list else value
    elif type(value) is str:
        shape["form"] = "text"
    return put_together(shape, value)


# ==================================================================================================== HTTP, as bytes

HTTP_REQUEST = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.[01]\r?\n")
HTTP_ANSWER = re.compile(rb"HTTP/1\.[01] (\d{3}) ?([^\r\n]*)\r?\n")
OWN_HEADERS = {"host", "accept-encoding", "user-agent", "connection", "content-length", "accept", "transfer-encoding", "date", "server"}
JSON_TYPE, FORM_TYPE, TEXT_TYPE = "application/json", "application/x-www-form-urlencoded", "text/html; charset=utf-8"


def http_parts(data):
    """Headers and content of an HTTP message, without its first line."""
    head, gap, content = data.partition(b"\r\n\r\n")
    if not gap:
        head, _, content = data.partition(b"\n\n")
    headers = {}
    for line in head.decode("latin-1").splitlines()[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().title()] = value.strip()
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        content = unchunked(content)
    return headers, content


def unchunked(data):
    out = b""
    while data:
        size, _, data = data.partition(b"\r\n")
        size = int(size.split(b";")[0] or b"0", 16)
        if not size:
            break
        out, data = out + data[:size], data[size + 2:]
    return out


def content_value(data):
    """Content as a value: JSON where it is, else none."""
    try:
        return json.loads(data.decode("utf-8"), parse_constant=float_of_no_json), True
    except ValueError:
        return None, False


def worth_saying(headers, usual):
    """The headers that a message has to carry: those that nobody could guess; and that a usual type of content is missing."""
    out = {k: v for k, v in headers.items() if k.lower() not in OWN_HEADERS}
    out.setdefault("Content-Type", None)
    if out["Content-Type"] == usual:
        del out["Content-Type"]
    return out


def http_body(data):
    """The exchange that these bytes of a client ask for, as `requests` asks for it."""
    from urllib.parse import parse_qsl, urlencode, urlsplit
    method, target = [x.decode("latin-1") for x in HTTP_REQUEST.match(data).groups()]
    headers, content = http_parts(data)
    parts = urlsplit(target)
    body = {"call": "%s %s" % (method, parts.path or "/"), "args": []}
    query = dict(parse_qsl(parts.query))
    if query:
        body["query"] = query
    if (parts.path or "/") + ("?" + urlencode(query) if query else "") != target:
        body["target"] = target
    usual = None
    if content:
        value, is_json = content_value(content)
        fields = dict(parse_qsl(content.decode("latin-1"), keep_blank_values=True)) if not is_json else {}
        if is_json:
            usual, body["args"], same = JSON_TYPE, [enc(value)], json.dumps(value).encode()
        elif FORM_TYPE in headers.get("Content-Type", "") and fields and urlencode(fields).encode() == content:
            usual, body["fields"], same = FORM_TYPE, fields, content
        else:
            body["fields"], same = {"data": content.decode("utf-8", "replace")}, None
        if same != content:
            body["content"] = enc(content)
    said = worth_saying(headers, usual)
    if said:
        body["headers"] = said
    return body


def http_bytes(body, node):
    """The bytes of such an exchange, as a server reads them."""
    from urllib.parse import urlencode
    method, _, target = body["call"].partition(" ")
    if "target" in body:
        target = body["target"]
    elif body.get("query"):
        target += "?" + urlencode(body["query"])
    fields, usual = body.get("fields"), None
    if "content" in body:
        content = dec(body["content"])
    elif body.get("args"):
        content = json.dumps(dec(body["args"][0])).encode()
    elif fields:
        content = fields["data"].encode() if set(fields) == {"data"} else urlencode(fields).encode()
    else:
        content = b""
    if content:
        usual = JSON_TYPE if body.get("args") else FORM_TYPE if set(fields or ()) != {"data"} else None
    headers = {"Host": "node%d" % node.number}
    if content or method in ("POST", "PUT", "PATCH"):
        headers["Content-Length"] = str(len(content))
    if usual:
        headers["Content-Type"] = usual
    headers.update(body.get("headers") or {})
    return ("%s %s HTTP/1.1\r\n%s\r\n" % (method, target, header_lines(headers))).encode("latin-1") + content


def said_headers(usual, body):
    return {k: v for k, v in dict(usual, **body.get("headers") or {}).items() if v is not None}


def header_lines(headers):
    return "".join("%s: %s\r\n" % pair for pair in headers.items() if pair[1] is not None)


def http_answer_of(data):
    """What a server's bytes answer: value, status, whether it is a text, and what else the message carries."""
    from http.client import responses
    status, reason = [x.decode("latin-1") for x in HTTP_ANSWER.match(data).groups()]
    status = int(status)
    headers, content = http_parts(data)
    value, is_json = content_value(content)
    more = {}
    if not is_json:
        value = content.decode("utf-8", "replace")
    if (json.dumps(value) if is_json else value).encode() != content:
        more["content"] = enc(content)
    said = worth_saying(headers, JSON_TYPE if is_json else TEXT_TYPE if content else None)
    if said:
        more["headers"] = said
    if reason != responses.get(status, ""):
        more["reason"] = reason
    return value, status, not is_json, more


def reason_of(body):
    from http.client import responses
    return body.get("reason", responses.get(body.get("status", 200), ""))


def http_answer_bytes(body):
    """The bytes of an answer, as a client reads them."""
    value, text, status = dec(body.get("value")), body.get("text"), body.get("status", 200)
    if "content" in body:
        content = dec(body["content"])
    elif text:
        content = ("" if value is None else str(value)).encode()
    else:
        content = json.dumps(value).encode()
    headers = {"Content-Type": (TEXT_TYPE if text else JSON_TYPE) if content else None}
    headers.update(body.get("headers") or {})
    headers.update({"Content-Length": str(len(content)), "Connection": "close"})
    return ("HTTP/1.1 %d %s\r\n%s\r\n" % (status, reason_of(body), header_lines(headers))).encode("latin-1") + content


# =========================================================================================================== sockets

class Flow:
    """An end of a connection of bytes. What was written leaves as one message when its writer waits, closes or ends."""

    def __init__(self, node):
        self.node, self.epoch, self.queue = node, node.epoch, Queue()
        self.out, self.there, self.closed, self.shut = bytearray(), b"", False, False

    def live(self):
        """Whether the program that made it still runs: what is collected later says nothing."""
        return self.epoch is self.node.epoch and not HOST.muted

    def write(self, data):
        if self.shut or self.closed:
            raise BrokenPipeError(32, "Broken pipe")
        self.out += data

    def cut(self, size, keep):
        data = self.there[:size]
        if not keep:
            self.there = self.there[size:]
        return data

    def read(self, size, limit, sock, keep=False):
        end = None if limit is None else HOST.now + nanoseconds(limit)
        while True:
            data = self.take(size, limit, sock, keep)
            if data is not None:
                return data
            if limit == 0:
                raise BlockingIOError(11, "Resource temporarily unavailable")
            self.wait(end)

    def wait(self, end):
        left = None if end is None else (end - HOST.now) / 1e9
        if left is not None and left <= 0 or not self.queue.wait(left):
            raise timed_out()


class Calling(Flow):
    """The end that connected. Its first message makes the connection."""

    def __init__(self, node, address):
        Flow.__init__(self, node)
        self.to, self.port = node.find(address)
        self.name = node.fresh()
        node.flows[self.name] = self
        self.waiting, self.sent, self.heard = deque(), 0, False
        self.ended = self.broken = self.late = self.lasting = False

    def write(self, data):
        if self.broken or self.ended:
            raise BrokenPipeError(32, "Broken pipe")
        Flow.write(self, data)

    def take(self, size, limit, sock, keep):
        self.heard = True
        while True:
            if self.there:
                return self.cut(size, keep)
            if self.out or (self.shut and not self.sent) or not (self.sent or self.ended):
                self.leave(True, limit)
            if not (self.waiting and self.waiting[0][0].over):
                break
            self.settle(self.waiting.popleft())
        if self.ended and not self.waiting:
            return b""
        if self.closed:
            raise OSError(9, "Bad file descriptor")
        if self.late and not self.waiting:
            self.late = False
            self.node.hazard("late", "%s: waits again where a time-out has passed: that call is over, and its answer is lost" %
                             where_is(sys._getframe()))
        return None

    def wait(self, end):
        """The engine ends a call whose time is up."""
        timed = self.waiting and self.waiting[0][2]
        Flow.wait(self, None if timed else end)

    def settle(self, call):
        pending, is_http, _ = call
        why = pending.why
        if pending.ok:
            body, said = pending.body, pending.body.get("socket") or {}
            if is_http:
                self.there, self.ended = http_answer_bytes(body), True
            else:
                self.there = put_together(said.get("as") or {}, dec(body.get("value")))
                self.ended = not said.get("open")
        elif why == "closed":
            self.ended = True
        elif why == "timeout":
            self.late = True
            raise timed_out()
        else:
            self.broken = self.ended = True
            if why == "raised":
                self.node.hazard("raised", "node %d: %s" % (self.to, pending.text))
            raise_failure(pending)

    def pushed(self, body):
        """What the other end has written without having been asked."""
        said = body["socket"]
        self.there += put_together(said.get("as") or {}, value_of(body))
        self.ended = self.ended or bool(said.get("eof"))
        self.queue.wake_all()

    def refused(self):
        """Waits for the first answer; whether nobody listens there."""
        if self.out:
            self.leave(True, self.limit)
        while self.waiting and not self.waiting[0][0].over:
            self.queue.wait()
        return bool(self.waiting) and self.waiting[0][0].why == "refused"

    limit = None

    def leave(self, call, limit=None, eof=False):
        """Sends what was written, as a call if an answer is waited for."""
        if not self.live():
            return
        data, self.out = bytes(self.out), bytearray()
        is_http = HTTP_REQUEST.match(data) is not None
        said = {"conn": self.name}
        if self.sent:
            said["n"] = self.sent
        if eof or self.shut:
            said["eof"] = 1
        if is_http:
            body = http_body(data)
            if not self.sent:
                said = None
        else:
            value, shape = taken_apart(data) if data else ("", {"text": ""})
            body = body_of_call(value) if call else body_of_message(value)
            if not data:
                body = {"call" if call else "type": "connect" if call else "close"}
            if shape:
                said["as"] = shape
        if said is not None:
            body["socket"] = said
        if self.port is not None:
            (body if is_http else said)["port"] = self.port
        self.sent += 1
        self.lasting = self.lasting or self.sent > 1 or not (data and call or eof or is_http)
        if call or is_http:
            pending = self.node.call(self.to, body, limit or None)
            pending.queue = self.queue
            self.waiting.append((pending, is_http, bool(limit)))
        else:
            self.node.emit({"send": self.to, "body": body})

    def part(self):
        """The writer waits for something else, or has ended."""
        if self.out:
            self.leave(self.heard)

    def close(self):
        if self.closed or not self.live():
            return
        self.closed = True
        if self.out or (self.lasting and not self.ended):
            self.leave(False, None, True)
        elif not self.sent and not self.ended and not self.node.unused:
            self.node.unused = True
            self.node.hazard("unused", "%s: a connection is closed over which nothing was sent: connect() makes none, so it tells "
                             "nothing about the other node" % where_is(sys._getframe()))
        self.node.flows.pop(self.name, None)
        self.queue.wake_all()

    def shut_down(self):
        self.shut = True
        if self.sent and not self.out and not self.ended:
            self.leave(False, None, True)


class Called(Flow):
    """The accepted end: requests come out of it as bytes, and bytes go into it as their answers."""

    def __init__(self, listener, src, name):
        Flow.__init__(self, listener.node)
        self.listener, self.src, self.name, self.inbox, self.asked = listener, src, name, deque(), deque()
        self.eof = self.opened = self.told = self.left = False
        self.got = 0
        self.once = True

    def push(self, request, data, eof):
        first = not (self.inbox or self.got)
        self.once = self.once and first and request.kind != "message" and bool(data or eof)
        self.inbox.append((request, data, eof))
        self.queue.wake()

    def leave_alone(self):
        """Whoever has asked once and has his answer is taken to have closed, as most do; nobody says so over the wire."""
        self.left = True
        self.queue.wake_all()

    def is_left(self, limit):
        if not (self.once and self.got and not self.asked):
            return False
        return self.left or limit is not None or bool(self.listener.backlog) and not len(self.listener.queue)

    def take(self, size, limit, sock, keep):
        while not self.there:
            if self.inbox:
                request, self.there, self.eof = self.inbox.popleft()
                self.got += 1
                self.begin(request, sock)
                continue
            if self.out:
                self.leave()
            if self.eof or self.is_left(limit) or self.closed:
                self.told = True
                return b""
            return None
        return self.cut(size, keep)

    def begin(self, request, sock):
        if request.kind != "message":
            self.asked.append(request)
        task = HOST.current
        task.enter(request)
        if task.ends is None:
            task.ends = [sock]
        elif sock not in task.ends:
            task.ends.append(sock)

    def leave(self, closing=False):
        if not self.live():
            return
        data, self.out = bytes(self.out), bytearray()
        if data and not self.asked and self.inbox:       # it answers without having read
            request, unread, self.eof = self.inbox.popleft()
            self.there += unread
            self.got += 1
            if request.kind != "message":
                self.asked.append(request)
        if data and self.asked:
            self.opened = not closing
            self.reply(self.asked.popleft(), data, closing)
        elif data:
            self.unasked(data, closing)

    def part(self):
        if self.out:
            self.leave()

    def reply(self, request, data, closing):
        is_http = HTTP.match(str(request.body.get("call"))) and HTTP_ANSWER.match(data)
        if is_http:
            request.answer(*http_answer_of(data))
            return
        value, shape = taken_apart(data)
        if request.kind == "request":
            said = {} if closing else {"open": 1}
            if shape:
                said["as"] = shape
            request.answer(value, more={"socket": said} if said else None)
        else:
            is_text = shape.get("form") in ("words", "text")
            request.answer(plain(head_of(data)[1]).rstrip("\r\n") if is_text else value)

    def unasked(self, data, closing):
        """Bytes that no request asked for travel as a message of their own."""
        if not self.src:
            self.node.hazard("unasked", "%s: a server writes to a client that has its answer already; the bytes are lost" %
                             where_is(sys._getframe()))
            return
        said = {"conn": self.name, "back": 1}
        if closing:
            said["eof"] = 1
        value, shape = taken_apart(data) if data else ("", {"text": ""})
        body = body_of_message(value) if data else {"type": "close"}
        if shape:
            said["as"] = shape
        body["socket"] = said
        self.node.emit({"send": self.src, "body": body})

    def shut_down(self):
        """Nothing more is written: who still waits for an answer reads the end of the file."""
        if self.shut:
            return
        self.shut = True
        if not self.live():
            return
        knows = bool(self.asked or self.out) or self.told or self.eof
        lasting = self.opened or not self.once
        self.leave(True)
        while self.asked:
            self.asked.popleft().fail("closed: the server closed the connection without an answer")
        if self.src and lasting and not knows:
            self.unasked(b"", True)

    def close(self):
        if self.closed:
            return
        self.shut_down()
        self.closed = True
        while self.inbox and self.live():
            self.inbox.popleft()[0].fail("closed: the server closed the connection without an answer")
        self.queue.wake_all()


class SocketListener:
    """A socket that listens: a queue of connections."""

    def __init__(self, node, port):
        self.node, self.port, self.backlog, self.queue, self.ends, self.closed = node, port, deque(), Queue(), {}, False
        node.listeners.append(self)

    def takes(self, call, body):
        return type(body) is dict and port_of(body) in (None, self.port)

    def deliver(self, request):
        body, said = request.body, request.body.get("socket") or {}
        name, eof, call = said.get("conn"), bool(said.get("eof")), body.get("call")
        if call is not None and HTTP.match(call):
            data = http_bytes(body, self.node)
        elif "socket" in body:
            data = put_together(said.get("as") or {}, value_of(body))
        else:
            data, eof = bytes_of_client(body, self.node.program), True
        flow = self.ends.get((request.src, name)) if said.get("n") else None
        if flow is None:
            self.leave_alone(request.src)
        if flow is not None and not flow.closed:
            flow.push(request, data, eof)
        elif said.get("n", 0) > 1 or (said.get("n") and eof and not data):
            request.fail("reset: the connection is gone")
        else:
            flow = Called(self, request.src, name)
            self.ends[(request.src, name)] = flow
            flow.push(request, data, eof)
            self.backlog.append(flow)
            self.queue.wake()

    def leave_alone(self, src):
        """A node that connects anew has closed the connections over which it has asked; so has everybody if a server without
        threads waits for more on one of them."""
        busy = not len(self.queue)
        for (other, _), flow in self.ends.items():
            if (busy or other == src) and flow.once and flow.got and not flow.asked and not flow.left:
                flow.leave_alone()

    def accept(self, limit):
        end = None if limit is None else HOST.now + nanoseconds(limit)
        while not self.backlog:
            if self.closed:
                raise OSError(9, "Bad file descriptor")
            if limit == 0:
                raise BlockingIOError(11, "Resource temporarily unavailable")
            left = None if end is None else (end - HOST.now) / 1e9
            if left is not None and left <= 0 or not self.queue.wait(left):
                raise timed_out()
        return self.backlog.popleft()

    def shut(self):
        """The process has ended: whoever still waits is refused, whoever was accepted is cut off."""
        for flow in list(self.ends.values()):
            flow.close()

    def close(self):
        if self.closed:
            return
        self.closed = True
        if self in self.node.listeners:
            self.node.listeners.remove(self)
        for flow in self.backlog:
            flow.close()
        self.queue.wake_all()


class Socket:
    """socket.socket, for TCP."""

    def __init__(self, family=-1, type=-1, proto=0, fileno=None):
        self._flow = self._listener = self._bound = None
        self._files, self._closed = 0, False
        if fileno is not None:
            raise Refused("the kit does not stand in for sockets of numbers of files: accept() and connect() give sockets")
        if family not in (-1, 2) or type not in (-1, 1):
            raise Refused("the kit stands in for socket.socket(socket.AF_INET, socket.SOCK_STREAM) only: " + UDP)
        self._node = HOST.current.node
        self._limit = self._node.default_timeout
        self.family, self.type, self.proto = 2, 1, proto

    timeout = property(lambda self: self._limit)

    @classmethod
    def _accepted(cls, flow):
        sock = cls()
        sock._flow = flow
        return sock

    # ---- a server

    def bind(self, address):
        self._check()
        host, port = address[0], int(address[1])
        if not port:
            port = 30000 + self._node.fresh()
        if port in ports_of(self._node):
            raise OSError(98, "Address already in use")
        self._bound = (host or "0.0.0.0", port)

    def listen(self, backlog=128):
        self._check()
        if self._bound is None:
            self.bind(("0.0.0.0", 0))
        if self._listener is None:
            if self._bound[1] in ports_of(self._node):
                raise OSError(98, "Address already in use")
            self._listener = SocketListener(self._node, self._bound[1])

    def accept(self):
        self._check()
        if self._listener is None:
            raise OSError(22, "Invalid argument")
        flow = self._listener.accept(self._limit)
        return Socket._accepted(flow), self._peer(flow)

    def _peer(self, flow):
        if isinstance(flow, Calling):
            return flow.address
        return place_of_node(self._node, flow.src)[0] if flow.src else "127.0.0.1", 40000 + (flow.name or 0) % 20000

    # ---- a client

    def connect(self, address):
        self._check()
        if self._flow is not None:
            raise OSError(106, "Transport endpoint is already connected")
        self._flow = Calling(self._node, address)
        self._flow.address = (address[0], int(address[1]))

    def connect_ex(self, address):
        try:
            self.connect(address)
        except OSError as e:
            return e.errno
        return 0

    # ---- bytes

    def _check(self):
        if self._closed:
            raise OSError(9, "Bad file descriptor")

    def _connected(self):
        self._check()
        if self._flow is None:
            raise OSError(107, "Transport endpoint is not connected")
        return self._flow

    def sendall(self, data, flags=0):
        self._check()
        flow = self._flow
        if flow is None:
            raise BrokenPipeError(32, "Broken pipe")
        data = memoryview(data).tobytes()
        flow.write(data)
        task = HOST.current
        if task.unsent is None:
            task.unsent = [self]
        elif self not in task.unsent:
            task.unsent.append(self)

    def send(self, data, flags=0):
        self.sendall(data)
        return len(data)

    def recv(self, size, flags=0):
        if size < 0:
            raise ValueError("negative buffersize in recv")
        return self._connected().read(size, self._limit, self, bool(flags & 2)) if size else b""

    def recv_into(self, buffer, nbytes=0, flags=0):
        view = memoryview(buffer).cast("B")
        data = self.recv(nbytes or len(view), flags)
        view[:len(data)] = data
        return len(data)

    def recvfrom(self, size, flags=0):
        return self.recv(size, flags), self.getpeername()

    def makefile(self, mode="r", buffering=None, *, encoding=None, errors=None, newline=None):
        if not set(mode) <= set("rwb"):
            raise ValueError("invalid mode %r (only r, w, b allowed)" % mode)
        self._connected()
        raw = SocketFile(self, mode, -1 if buffering is None else buffering)
        if "b" in mode:
            return raw
        text = io.TextIOWrapper(raw, encoding=encoding or "utf-8", errors=errors, newline=newline, line_buffering=buffering == 1)
        text.mode = mode
        return text

    def sendfile(self, file, offset=0, count=None):
        data = file.read() if count is None else file.read(count)
        self.sendall(data)
        return len(data)

    # ---- its end

    def shutdown(self, how):
        flow = self._connected()
        if how in (1, 2):
            flow.shut_down()

    def close(self):
        if not self._closed:
            self._closed = True
            if not self._files:
                self._end()

    def _end(self):
        if self._listener is not None:
            self._listener.close()
        elif self._flow is not None:
            self._flow.close()

    def detach(self):
        raise Refused("the kit does not stand in for socket.detach: close the socket")

    def fileno(self):
        if self._closed:
            return -1
        raise Refused("the kit does not stand in for socket.fileno: " + SOCKETS)

    def holders(self):
        return sys.getrefcount(self)

    def hang_up(self):
        self.close()

    def broken(self):
        """Its thread ended with an error: Python closes it, unless somebody else holds it."""
        self.close()

    def part(self):
        if self._flow is not None:
            self._flow.part()

    def __enter__(self):
        return self

    def __exit__(self, *a):
        self.close()

    # ---- settings

    def settimeout(self, seconds):
        if seconds is not None and seconds < 0:
            raise ValueError("Timeout value out of range")
        self._limit = seconds

    def gettimeout(self):
        return self._limit

    def setblocking(self, flag):
        self._limit = None if flag else 0.0

    def getblocking(self):
        return self._limit != 0

    def setsockopt(self, *a):
        pass

    def getsockopt(self, *a):
        return 0

    def getsockname(self):
        if self._bound:
            return self._bound
        return place_of_node(self._node, self._node.number)[0], (self._flow.name or 0) % 20000 + 40000 if self._flow else 0

    def getpeername(self):
        return self._peer(self._connected())

    def set_inheritable(self, flag):
        pass

    def __repr__(self):
        return "<socket%s>" % (" [closed]" if self._closed else "")


def place_of_node(node, number):
    """Where a node is, as [python] addresses says it; else by its name."""
    for place, (n, port) in node.program.places.items():
        if n == number and port is None:
            return place
    return "node%d" % number, 0


class SocketFile(io.BufferedIOBase):
    """What makefile() gives, and what TextIOWrapper stands on."""

    def __init__(self, sock, mode, buffering):
        self.sock, self.mode, self.at_once = sock, mode, buffering == 0
        self.kept, self.written, self.shut = b"", bytearray(), False
        sock._files += 1

    def readable(self):
        return "r" in self.mode

    def writable(self):
        return "w" in self.mode

    def seekable(self):
        return False

    name = property(lambda self: -1)
    closed = property(lambda self: self.shut)

    def more(self):
        """Reads once more; false at the end of the file."""
        flow = self.sock._flow
        data = flow.read(1 << 16, self.sock._limit, self.sock)
        self.kept += data
        return bool(data)

    def given(self, size):
        data, self.kept = self.kept[:size], self.kept[size:]
        return data

    def read(self, size=-1):
        if size is None or size < 0:
            while self.more():
                pass
            return self.given(len(self.kept))
        while len(self.kept) < size and self.more():
            pass
        return self.given(size)

    def read1(self, size=-1):
        if not self.kept:
            self.more()
        return self.given(len(self.kept) if size is None or size < 0 else size)

    def readinto(self, buffer):
        data = self.read(len(buffer))
        buffer[:len(data)] = data
        return len(data)

    def readinto1(self, buffer):
        data = self.read1(len(buffer))
        buffer[:len(data)] = data
        return len(data)

    def peek(self, size=0):
        if not self.kept:
            self.more()
        return self.kept

    def readline(self, size=-1):
        limit = 1 << 62 if size is None or size < 0 else size
        at = self.kept.find(b"\n")
        while at < 0 and len(self.kept) < limit:
            if not self.more():
                return self.given(limit)
            at = self.kept.find(b"\n")
        return self.given(min(limit, at + 1) if at >= 0 else limit)

    def write(self, data):
        data = memoryview(data).tobytes()
        self.written += data
        if self.at_once or len(self.written) > 8192:
            self.flush()
        return len(data)

    def flush(self):
        data, self.written = bytes(self.written), bytearray()
        if data:
            self.sock._flow and self.sendall(data)

    def sendall(self, data):
        closed, self.sock._closed = self.sock._closed, False
        try:
            self.sock.sendall(data)
        finally:
            self.sock._closed = closed

    def close(self):
        if self.shut:
            return
        flow = self.sock._flow
        if HOST.current is None or flow is None or not flow.live() or HOST.current.node is not flow.node:
            self.shut = True             # collected after its run
            return
        try:
            self.flush()
        finally:
            self.shut = True
            self.sock._files -= 1
            if self.sock._closed and not self.sock._files:
                self.sock._end()

    def fileno(self):
        return self.sock.fileno()

    def isatty(self):
        return False


NO_LIMIT = object()


def create_connection(address, timeout=NO_LIMIT, source_address=None, **k):
    sock = Socket()
    if timeout is not NO_LIMIT:
        sock.settimeout(timeout)
    sock.connect(address)
    return sock


def create_server(address, *, family=2, backlog=None, reuse_port=False, dualstack_ipv6=False):
    sock = Socket(family)
    sock.bind(address)
    sock.listen()
    return sock


def host_name(*a):
    return "node%d" % HOST.current.node.number


def host_by_name(name):
    return "127.0.0.1" if name == host_name() else name


def address_info(host, port, family=0, type=0, proto=0, flags=0):
    return [(2, 1, 6, "", (host or "0.0.0.0", int(port or 0)))]


def set_default_timeout(seconds):
    HOST.current.node.default_timeout = seconds


@stands_in("socket", shared=True)
def make_socket(node):
    import socket as real
    out = dict(refused_names("socket"), timeout=real.timeout, error=OSError, gaierror=real.gaierror, herror=real.herror,
               socket=Socket, SocketType=Socket, create_connection=create_connection, create_server=create_server,
               gethostname=host_name, getfqdn=lambda name="": name if name not in ("", "0.0.0.0", "::") else host_name(),
               gethostbyname=host_by_name, gethostbyname_ex=lambda name: (name, [], [host_by_name(name)]),
               getaddrinfo=address_info, setdefaulttimeout=set_default_timeout, has_ipv6=False,
               getdefaulttimeout=lambda: HOST.current.node.default_timeout, _GLOBAL_DEFAULT_TIMEOUT=NO_LIMIT)
    out.update(AF_INET=2, AF_UNSPEC=0, SOCK_STREAM=1, SOL_SOCKET=1, SO_REUSEADDR=2, SO_KEEPALIVE=9, SO_REUSEPORT=15, SO_LINGER=13,
               SO_RCVBUF=8, SO_SNDBUF=7, SO_ERROR=4, IPPROTO_TCP=6, TCP_NODELAY=1, SHUT_RD=0, SHUT_WR=1, SHUT_RDWR=2, MSG_PEEK=2,
               MSG_WAITALL=256, MSG_DONTWAIT=64, SOMAXCONN=4096, INADDR_ANY=0)
    for name in ("htons", "htonl", "ntohs", "ntohl", "inet_aton", "inet_ntoa", "inet_pton", "inet_ntop"):
        out[name] = getattr(real, name)
    return out


# =============================================================== socketserver, http.server, http.client, urllib.request

class NodeStream:
    """stderr of whoever runs."""
    encoding, errors = "utf-8", "strict"

    def write(self, text):
        HOST.current.node.module("sys").stderr.write(text)
        return len(text)

    def flush(self):
        pass


def told_traceback(*a, **k):
    """Python's own servers print what a handler raises, and go on."""
    error = sys.exc_info()[1]
    node = HOST.current.node
    if error is not None:
        node.hazard("uncaught", "%s: %s: %s (the connection is closed)" % (place_of(error), type(error).__name__, error))
    node.module("traceback").print_exc()


class Copies:
    """Python's own modules over the stand-ins, each loaded once: what they do is what they do elsewhere."""
    NAMES = ("socketserver", "http.client", "http.server", "urllib.request")

    def __init__(self):
        self.made, self.under = {}, {}

    def get(self, name):
        if name not in self.made:
            import importlib.util
            module = self.made[name] = types.ModuleType(name)
            module.__dict__["__builtins__"] = dict(vars(builtins), __import__=self.import_)
            module.__dict__["__package__"] = name.rpartition(".")[0]
            exec(importlib.util.find_spec(name).loader.get_code(name), module.__dict__)
            CHANGES[name](module)
        return self.made[name]

    def below(self, name):
        """What such a module finds where it imports something that waits, reads a clock or touches the outside."""
        if name not in self.under:
            module = self.under[name] = types.ModuleType(name)
            module.__dict__.update(UNDER[name]())
        return self.under[name]

    def import_(self, name, globals=None, locals=None, fromlist=(), level=0):
        if level or name in ("ssl", "_ssl"):
            raise ImportError(name)
        if name in UNDER:
            return self.below(name)
        if name in self.NAMES:
            module = self.get(name)
            if fromlist or "." not in name:
                return module
            head, _, last = name.partition(".")
            top = self.below(head)
            setattr(top, last, module)
            return top
        module = builtins.__import__(name, None, None, fromlist or ())
        if not fromlist and name.partition(".")[0] in ("http", "urllib"):
            head, _, last = name.partition(".")
            setattr(self.below(head), last, sys.modules[name])
            return self.below(head)
        return module


def package(name):
    def make():
        real = __import__(name)
        return {k: v for k, v in vars(real).items() if not isinstance(v, types.ModuleType)}
    return make


UNDER = {
    "socket": lambda: STAND_INS["socket"](None), "time": lambda: STAND_INS["time"](None), "threading": lambda: dict(THREADING),
    "sys": lambda: dict({k: v for k, v in vars(sys).items() if k[0] != "_"}, stderr=NodeStream(), stdout=NodeStream()),
    "os": lambda: dict({k: v for k, v in vars(os).items() if k != "fork"}, environ={}),
    "traceback": lambda: {"print_exc": told_traceback}, "http": package("http"), "urllib": package("urllib"),
}


def change_socketserver(module):
    """Servers wait for connections without a selector, so that no clock ticks while they do."""
    base = module.BaseServer
    stop, stopped = "_BaseServer__shutdown_request", "_BaseServer__is_shut_down"

    def waits(self, limit):
        listener = self.socket._listener
        if listener is None or listener.closed:
            raise OSError(9, "Bad file descriptor")
        return bool(listener.backlog) or listener.queue.wait(limit) and bool(listener.backlog)

    def serve_forever(self, poll_interval=0.5):
        getattr(self, stopped).clear()
        try:
            while not getattr(self, stop):
                if waits(self, None) and not getattr(self, stop):
                    self._handle_request_noblock()
                self.service_actions()
        finally:
            setattr(self, stop, False)
            getattr(self, stopped).set()

    def shutdown(self):
        setattr(self, stop, True)
        if self.socket._listener is not None:
            self.socket._listener.queue.wake_all()
        getattr(self, stopped).wait()

    def handle_request(self):
        limits = [t for t in (self.socket.gettimeout(), self.timeout) if t is not None]
        if waits(self, min(limits) if limits else None):
            return self._handle_request_noblock()
        return self.handle_timeout()
    base.serve_forever, base.shutdown, base.handle_request = serve_forever, shutdown, handle_request
    module.ThreadingMixIn.threaded = True


def change_client(module):
    """A request that nobody takes fails as one that cannot connect; headers are read without the parser of mails."""
    connection = module.HTTPConnection
    real = connection._send_request

    def send_request(self, *a, **k):
        real(self, *a, **k)
        flow = self.sock and self.sock._flow
        if flow is not None:
            flow.limit = self.sock.gettimeout()
            if flow.refused():
                self.close()
                raise ConnectionRefusedError(111, "Connection refused")
    connection._send_request = send_request

    def parse_headers(fp, _class=module.HTTPMessage):
        lines = []
        while True:
            line = fp.readline(65537)
            if line in (b"\r\n", b"\n", b""):
                break
            lines.append(line.decode("iso-8859-1").rstrip("\r\n"))
        message = _class()
        for line in lines:
            name, colon, value = line.partition(":")
            if colon:
                message[name] = value.strip()
        message.set_payload("")
        return message
    module.parse_headers = parse_headers


def change_server(module):
    pass


def change_request(module):
    def outside(self, request):
        raise Refused("the kit does not stand in for %s: open() reads the node's own files" % request.full_url)
    module.FileHandler.file_open = outside
    module.FTPHandler.ftp_open = outside


CHANGES = {"socketserver": change_socketserver, "http.client": change_client, "http.server": change_server,
           "urllib.request": change_request}
COPIES = Copies()


def copy_of(name):
    @stands_in(name)
    def make(node):
        return dict({k: v for k, v in vars(COPIES.get(name)).items() if not k.startswith("__")}, **refused_names(name))


for _name in Copies.NAMES:
    copy_of(_name)


@stands_in("http", shared=True)
def make_http(node):
    return package("http")()


@stands_in("urllib")
def make_urllib(node):
    import urllib.error
    import urllib.parse
    import urllib.response
    return {"parse": urllib.parse, "error": urllib.error, "response": urllib.response}


# ================================================================================================= the look for races

def look_for_races(program):
    """Where a thread can be overtaken between a check and the set that relies on it, no lock held; and `x += 1` on what
    threads share."""
    found = []
    for name, tree in sorted(program.trees.values(), key=lambda t: t[0] != program.name):
        found.extend(Races(name, tree).found)
    return found


class Races:
    def __init__(self, name, tree):
        self.file, self.found = name, []
        self.locks = {target_name(t) for n in ast.walk(tree) if isinstance(n, ast.Assign) and makes_lock(n.value) for t in n.targets}
        self.locks |= {"self." + n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and "lock" in n.attr.lower()}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name != "__init__":
                shared = {n for s in ast.walk(node) if isinstance(s, ast.Global) for n in s.names}
                self.block(node.body, False, node.name, shared, {})

    def is_lock(self, expr):
        name = target_name(expr.func.value if isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute) else expr)
        return name is not None and (name in self.locks or any(w in name.lower() for w in ("lock", "mutex", "cond", "sem")))

    def is_shared(self, name, shared):
        return name is not None and (name in shared or name.startswith("self."))

    def block(self, body, locked, fn, shared, checked):
        """`checked`: names that an earlier statement of this block has looked at, with the line, and left if they did not suit."""
        checked = dict(checked)
        for s in body:
            call = s.value if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) else None
            if call is not None and isinstance(call.func, ast.Attribute) and self.is_lock(call.func.value):
                if call.func.attr == "acquire":
                    locked = True
                elif call.func.attr == "release":
                    locked, checked = False, {}
            if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            self.sets(s, locked, fn, shared, checked)
            if isinstance(s, (ast.With, ast.AsyncWith)):
                inside = any(self.is_lock(i.context_expr) for i in s.items)
                self.block(s.body, locked or inside, fn, shared, {} if inside else checked)
            elif isinstance(s, ast.If):
                reads = {target_name(n): s.lineno for n in ast.walk(s.test)} if not locked else {}
                reads = {n: at for n, at in reads.items() if self.is_shared(n, shared)}
                self.block(s.body, locked, fn, shared, dict(checked, **reads))
                self.block(s.orelse, locked, fn, shared, dict(checked, **reads))
                if s.body and isinstance(s.body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)) and not s.orelse:
                    checked.update(reads)
            else:
                for part in ("body", "orelse", "finalbody"):
                    if getattr(s, part, None):
                        self.block(getattr(s, part), locked, fn, shared, checked)
                for handler in getattr(s, "handlers", ()):
                    self.block(handler.body, locked, fn, shared, checked)

    def sets(self, s, locked, fn, shared, checked):
        if locked or not isinstance(s, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
            return
        names = []
        for t in (s.targets if isinstance(s, ast.Assign) else [s.target]):
            names.extend(target_name(e) for e in (t.elts if isinstance(t, (ast.Tuple, ast.List)) else [t]))
        for name in names:
            if not self.is_shared(name, shared):
                continue
            if name in checked:
                self.note(s.lineno, name, fn, "check-and-set", "%s checks `%s` in line %d and sets it in line %d, with no lock held" % (
                    fn, name, checked[name], s.lineno))
            elif isinstance(s, ast.AugAssign):
                self.note(s.lineno, name, fn, "read-and-set", "%s reads and sets `%s` in line %d, with no lock held" % (
                    fn, name, s.lineno))

    def note(self, line, name, fn, kind, why):
        row = {"line": line, "name": name, "why": why, "file": self.file, "function": fn, "kind": kind}
        if row not in self.found:
            self.found.append(row)


def target_name(x):
    if isinstance(x, ast.Name):
        return x.id
    if isinstance(x, ast.Attribute) and isinstance(x.value, ast.Name) and x.value.id == "self":
        return "self." + x.attr
    if isinstance(x, ast.Subscript):
        return target_name(x.value)
    return None


def makes_lock(x):
    if not isinstance(x, ast.Call):
        return False
    name = x.func.attr if isinstance(x.func, ast.Attribute) else getattr(x.func, "id", "")
    return name in ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore")


def print_races(paths):
    for path in paths:
        try:
            HOST.program = program = Program(path, {})
        except Refusal as e:
            sys.stderr.write("%s\n" % e)
            return 2
        for row in look_for_races(program):
            print(dumps(row))
    return 0


# ======================================================================================================== the beginning

def greeting(hello):
    """The answer to the engine's first line."""
    try:
        if hello.get("protocol") != PROTOCOL:
            raise Refusal("this kit speaks protocol %d, the engine %s: take the kit that came with it (synod node kit python)" % (
                PROTOCOL, shown(hello.get("protocol"))))
        HOST.program = Program(PATH[0], hello)
    except Refusal as e:
        return {"protocol": PROTOCOL, "refused": str(e)}
    used = set()
    for _, tree in HOST.program.trees.values():
        for n in ast.walk(tree):
            if isinstance(n, ast.Import):
                used.update(a.name for a in n.names)
            elif isinstance(n, ast.ImportFrom) and not n.level:
                used.update([n.module] + [n.module + "." + a.name for a in n.names])
    return {"protocol": PROTOCOL, "kit": KIT, "runtime": "%s %d.%d.%d" % ((sys.implementation.name.replace("cpython", "CPython"),)
            + tuple(sys.version_info[:3])), "style": "blocking", "lanes": LANES,
            "stand_ins": sorted(u for u in used if u in STAND_INS)}


PATH = []
USAGE = "usage: python3 synod_kit.py server.py | python3 synod_kit.py --races server.py…\n"


def main(args):
    if args[:1] == ["--races"] and len(args) > 1:
        return print_races(args[1:])
    if len(args) != 1 or args[0].startswith("-"):
        sys.stderr.write(USAGE)
        return 2
    PATH.append(args[0])
    here = (os.path.dirname(os.path.abspath(__file__)), os.getcwd())
    sys.path[:] = [p for p in sys.path if os.path.abspath(p or ".") not in here]      # what lies beside is the nodes' alone
    HOST.input, HOST.output = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)                    # what C code prints goes where people look, not into the answers
    sys.stdin, sys.stdout = open(os.devnull), sys.stderr
    import faulthandler
    import gc
    import signal
    faulthandler.enable(all_threads=False)
    if hasattr(signal, "SIGUSR2"):
        faulthandler.register(signal.SIGUSR2, all_threads=True)
    gc.set_threshold(20000, 20, 50)
    sys.setswitchinterval(10)        # only one thread can run: the interpreter need not look for others
    stack_size(1 << 20)
    HOST.worker_main(First())
    return 0


class First(Worker):
    """The process's first thread: it begins by reading."""
    __slots__ = ()

    def __init__(self):
        Worker.__init__(self, HOST.pick())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
