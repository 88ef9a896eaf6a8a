// Single-decree Paxos as handlers: reads a line, answers a line. One process plays all nodes, of many runs side by side.
//
// `node node.js lab`: the lab's server. Its own acceptor by a direct call, then one call to each peer in turn; all answers
// are collected before they are counted, and nothing is tried twice.
// `node node.js w2`: messages to all at once, gives up at the first rejection or after 200 ms, and tries again after a
// random wait of up to 100 ms.
//
// An acceptor is the same in both. What Synod wants to hear is at the end of the file: `turn` and the loop below it.
'use strict';
const fs = require('fs');

const PHASE_TIMEOUT = 200_000_000; // ns
const LONGEST_WAIT = 100_000_000;

// One node: acceptor and proposer. Effects go to `out`, in the order in which they are to happen.
class Node {
  constructor(me, nodes) {
    this.me = me;
    this.nodes = nodes;
    this.majority = Math.floor(nodes.length / 2) + 1;
    // What a crash does not take: the rules of Paxos rest on it.
    this.promised = null;
    this.accepted = null;
    this.counter = 0;
    // Names of calls and timers are unique within a run, so they outlive a crash too.
    this.names = 0;
    this.out = [];
    this.restart();
  }

  restart() {
    this.phase = null;
    this.waiting = [];
    this.timer = null;
  }

  // The acceptor.

  prepare(n) {
    if (this.promised !== null && n <= this.promised) {
      return { type: 'reject', of: 'prepare', n, promised: this.promised };
    }
    this.promised = n;
    this.store();
    return { type: 'promise', n, vote: this.accepted };
  }

  accept(n, value) {
    if (this.promised !== null && n < this.promised) {
      return { type: 'reject', of: 'accept', n, promised: this.promised };
    }
    this.promised = n;
    this.accepted = [n, value];
    this.store();
    return { type: 'accepted', n };
  }

  // Says what is stored, before anything leaves that rests on it.
  store() {
    this.out.push({ state: { promised: this.promised, accepted: this.accepted, counter: this.counter } });
  }

  handle(body) {
    return body.type === 'prepare' ? this.prepare(body.n) : this.accept(body.n, body.v);
  }

  // The proposer, as far as both have it.

  submit(client, value) {
    this.waiting.push([client, value]);
    if (this.waiting.length === 1) this.attempt();
  }

  attempt() {
    [this.client, this.value] = this.waiting[0];
    this.counter += 1;
    this.store();
    this.ballot = this.counter * 10 + this.me;
    this.best = null;
    this.open('prepare', { type: 'prepare', n: this.ballot });
  }

  // Takes a yes, and the highest vote that a promise reports.
  count(answer) {
    this.yes += 1;
    const vote = answer.vote;
    if (vote && (this.best === null || vote[0] > this.best[0])) this.best = vote;
  }

  secondPhase() {
    if (this.best !== null) this.value = this.best[1];
    this.open('accept', { type: 'accept', n: this.ballot, v: this.value });
  }

  tell(text) {
    this.phase = null;
    this.out.push({ told: this.client, body: `Proposal Num: ${this.counter}, SubmitValue ${text}` });
    this.waiting.shift();
    if (this.waiting.length > 0) this.attempt();
  }

  succeed() {
    this.tell(`SUCCEEDED. Chosen value = ${this.value}`);
  }

  name() {
    this.names += 1;
    return this.names;
  }

  onMessage() {}
  onReply() {}
  onTimer() {}
}

// One call at a time; all answers are collected.
class Lab extends Node {
  open(phase, body) {
    this.phase = phase;
    this.request = body;
    this.yes = 0;
    this.peers = this.nodes.filter((node) => node !== this.me);
    this.take(this.handle(body));
  }

  take(answer) {
    if (answer !== null && (answer.type === 'promise' || answer.type === 'accepted')) this.count(answer);
    if (this.peers.length > 0) {
      this.calling = this.name();
      this.out.push({ call: this.calling, to: this.peers.shift(), body: this.request });
    } else if (this.yes >= this.majority) {
      if (this.phase === 'prepare') this.secondPhase();
      else this.succeed();
    } else {
      const [number, what] = this.phase === 'prepare' ? [1, 'promises'] : [2, 'accepts'];
      this.tell(`FAILED in Phase ${number} (only ${this.yes} ${what}).`);
    }
  }

  // A call has ended; without a body it came to nothing.
  onReply(call, body) {
    if (this.phase !== null && call === this.calling) this.take(body);
  }
}

// To all at once; the first rejection ends the attempt.
class W2 extends Node {
  open(phase, body) {
    this.phase = phase;
    this.yes = 0;
    this.heard = new Set();
    for (const node of this.nodes) this.out.push({ send: node, body });
    this.setTimer({ after: PHASE_TIMEOUT, name: 'phase' });
  }

  setTimer(when) {
    if (this.timer !== null) this.out.push({ cancel: this.timer });
    this.timer = this.name();
    this.out.push({ timer: this.timer, ...when });
  }

  fail() {
    this.phase = null;
    this.setTimer({ between: [0, LONGEST_WAIT], name: 'retry' });
  }

  onMessage(from, body) {
    if (body.type === 'prepare' || body.type === 'accept') {
      const answer = this.handle(body);
      this.out.push({ send: from, body: answer });
      return;
    }
    if (this.phase === null || body.n !== this.ballot) return; // an answer to an attempt that is over
    if (body.type === 'reject') {
      this.fail();
    } else if (body.type === (this.phase === 'prepare' ? 'promise' : 'accepted') && !this.heard.has(from)) {
      this.heard.add(from);
      this.count(body);
      if (this.yes < this.majority) return;
      if (this.phase === 'prepare') {
        this.secondPhase();
        return;
      }
      this.out.push({ cancel: this.timer });
      this.timer = null;
      this.succeed();
    }
  }

  onTimer(timer) {
    if (timer !== this.timer) return;
    this.timer = null;
    if (this.phase === null) this.attempt();
    else this.fail();
  }
}

// One input; what the node has to say to it.
function turn(node, line) {
  node.out = [];
  if ('submit' in line) node.submit(line.submit.id, line.submit.value);
  else if ('message' in line) node.onMessage(line.message.from, line.message.body);
  else if ('request' in line) {
    const body = node.handle(line.request.body);
    node.out.push({ answer: line.request.id, body });
  } else if ('reply' in line) node.onReply(line.reply.call, line.reply.body);
  else if ('failed' in line) node.onReply(line.failed.call, null);
  else if ('timer' in line) node.onTimer(line.timer.id);
  else if ('read' in line) {
    const body = node.accepted === null ? null : node.accepted[1];
    node.out.push({ value: line.read.id, body });
  } else if ('restart' in line) node.restart();
  return node.out;
}

const Kind = { lab: Lab, w2: W2 }[process.argv[2] || 'lab'];
const lanes = new Map();

function answer(line) {
  if ('hello' in line) return { hello: { protocol: 1, style: 'handlers', lanes: 64 } };
  if ('reset' in line) {
    const nodes = line.reset.nodes;
    lanes.set(line.lane, new Map(nodes.map((me) => [me, new Kind(me, nodes)])));
    return { lane: line.lane, effects: [] };
  }
  if ('end' in line) {
    lanes.delete(line.lane);
    return { lane: line.lane, effects: [] };
  }
  return { lane: line.lane, effects: turn(lanes.get(line.lane).get(line.node), line) };
}

// Blocking reads and writes: a line in, a line out.
const buffer = Buffer.alloc(1 << 16);
let rest = Buffer.alloc(0);

function read() {
  for (;;) {
    try {
      return fs.readSync(0, buffer, 0, buffer.length, null);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

function write(text) {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(fs.writeSync(1, bytes));
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

for (let count = read(); count > 0; count = read()) {
  rest = Buffer.concat([rest, buffer.subarray(0, count)]);
  let answers = '';
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    answers += JSON.stringify(answer(JSON.parse(rest.toString('utf8', 0, end)))) + '\n';
    rest = rest.subarray(end + 1);
  }
  write(answers);
}
