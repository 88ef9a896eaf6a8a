// Single-decree Paxos as handlers: reads a line, answers a line. One process plays all nodes, of many runs side by side.
//
// `node lab`: the lab's server. Its own acceptor by a direct call, then one call to each peer in turn; all answers are
// collected before they are counted, and nothing is tried twice.
// `node w2`: messages to all at once, gives up at the first rejection or after 200 ms, and tries again after a random wait of
// up to 100 ms.
//
// An acceptor is the same in both. What Synod wants to hear is at the end of the file: `turn` and `main`. Go walks over maps in
// another order each time: never send in the order of a map.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
)

const (
	phaseTimeout = 200_000_000 // ns
	longestWait  = 100_000_000
)

// Body is what a message says.
type Body struct {
	Type     string `json:"type"`
	Of       string `json:"of,omitempty"`
	N        int    `json:"n"`
	V        any    `json:"v,omitempty"`
	Promised int    `json:"promised,omitempty"`
	Vote     *Vote  `json:"vote,omitempty"`
}

// Vote is a ballot and its value, on the wire a list of two.
type Vote struct {
	N int
	V any
}

func (vote Vote) MarshalJSON() ([]byte, error) { return json.Marshal([]any{vote.N, vote.V}) }

func (vote *Vote) UnmarshalJSON(text []byte) error {
	parts := []any{&vote.N, &vote.V}
	return json.Unmarshal(text, &parts)
}

// Effect is one thing that a node wants or tells: the wire's names and their values.
type Effect map[string]any

type submission struct {
	client int
	value  any
}

// Node is acceptor and proposer. Effects go to `out`, in the order in which they are to happen.
type Node struct {
	style string
	me    int
	nodes []int
	// What a crash does not take: the rules of Paxos rest on it.
	promised *int
	accepted *Vote
	counter  int
	// Names of calls and timers are unique within a run, so they outlive a crash too.
	names int
	out   []Effect
	attempt
}

// The attempt at hand, and who waits.
type attempt struct {
	phase   string // "", "prepare" or "accept"
	ballot  int
	value   any
	best    *Vote
	heard   map[int]bool
	waiting []submission
	// Whom a sequential proposer has still to call, and the call that it waits for.
	peers   []int
	calling int
	timer   int
}

func (node *Node) say(effect Effect) { node.out = append(node.out, effect) }

// The acceptor.

func (node *Node) handle(body Body) Body {
	if body.Type == "prepare" {
		return node.prepare(body.N)
	}
	return node.accept(body.N, body.V)
}

func (node *Node) prepare(n int) Body {
	if node.promised != nil && n <= *node.promised {
		return Body{Type: "reject", Of: "prepare", N: n, Promised: *node.promised}
	}
	node.promised = &n
	node.store()
	return Body{Type: "promise", N: n, Vote: node.accepted}
}

func (node *Node) accept(n int, value any) Body {
	if node.promised != nil && n < *node.promised {
		return Body{Type: "reject", Of: "accept", N: n, Promised: *node.promised}
	}
	node.promised, node.accepted = &n, &Vote{n, value}
	node.store()
	return Body{Type: "accepted", N: n}
}

// Says what is stored, before anything leaves that rests on it.
func (node *Node) store() {
	node.say(Effect{"state": Effect{"promised": node.promised, "accepted": node.accepted, "counter": node.counter}})
}

// The proposer.

func (node *Node) submit(client int, value any) {
	node.waiting = append(node.waiting, submission{client, value})
	if len(node.waiting) == 1 {
		node.begin()
	}
}

func (node *Node) begin() {
	if len(node.waiting) == 0 {
		return
	}
	node.counter++
	node.store()
	node.ballot, node.value, node.best = node.counter*10+node.me, node.waiting[0].value, nil
	node.open("prepare")
}

func (node *Node) request() Body {
	if node.phase == "accept" {
		return Body{Type: "accept", N: node.ballot, V: node.value}
	}
	return Body{Type: "prepare", N: node.ballot}
}

func (node *Node) open(phase string) {
	node.phase, node.heard = phase, map[int]bool{}
	if node.style == "w2" {
		for _, to := range node.nodes {
			node.say(Effect{"send": to, "body": node.request()})
		}
		node.setTimer(Effect{"after": phaseTimeout, "name": "phase"})
		return
	}
	node.peers = nil
	for _, peer := range node.nodes {
		if peer != node.me {
			node.peers = append(node.peers, peer)
		}
	}
	answer := node.handle(node.request())
	node.take(node.me, &answer)
}

func (node *Node) isYes(answer Body) bool {
	return answer.Type == map[string]string{"prepare": "promise", "accept": "accepted"}[node.phase]
}

// Takes a yes of this phase, and the highest vote that a promise reports.
func (node *Node) count(from int, answer Body) {
	node.heard[from] = true
	if answer.Vote != nil && (node.best == nil || answer.Vote.N > node.best.N) {
		node.best = answer.Vote
	}
}

func (node *Node) hasMajority() bool { return len(node.heard) > len(node.nodes)/2 }

// The phase has its majority.
func (node *Node) advance() {
	if node.phase == "prepare" {
		if node.best != nil {
			node.value = node.best.V
		}
		node.open("accept")
		return
	}
	if node.timer != 0 {
		node.say(Effect{"cancel": node.timer})
		node.timer = 0
	}
	node.tell(fmt.Sprintf("SUCCEEDED. Chosen value = %v", node.value))
}

func (node *Node) tell(text string) {
	client := node.waiting[0].client
	node.phase, node.waiting = "", node.waiting[1:]
	node.say(Effect{"told": client, "body": fmt.Sprintf("Proposal Num: %d, SubmitValue %s", node.counter, text)})
	node.begin()
}

func (node *Node) name() int {
	node.names++
	return node.names
}

// A sequential proposer's answer, if there is one, and the next call.
func (node *Node) take(from int, answer *Body) {
	if answer != nil && node.isYes(*answer) {
		node.count(from, *answer)
	}
	if len(node.peers) > 0 {
		node.calling = node.name()
		node.say(Effect{"call": node.calling, "to": node.peers[0], "body": node.request()})
	} else if node.hasMajority() {
		node.advance()
	} else if node.phase == "prepare" {
		node.tell(fmt.Sprintf("FAILED in Phase 1 (only %d promises).", len(node.heard)))
	} else {
		node.tell(fmt.Sprintf("FAILED in Phase 2 (only %d accepts).", len(node.heard)))
	}
}

// A call has ended; without an answer it came to nothing.
func (node *Node) onReply(call int, answer *Body) {
	if node.phase == "" || call != node.calling || len(node.peers) == 0 {
		return
	}
	from := node.peers[0]
	node.peers = node.peers[1:]
	node.take(from, answer)
}

func (node *Node) setTimer(when Effect) {
	if node.timer != 0 {
		node.say(Effect{"cancel": node.timer})
	}
	node.timer = node.name()
	when["timer"] = node.timer
	node.say(when)
}

func (node *Node) fail() {
	node.phase = ""
	node.setTimer(Effect{"between": []int{0, longestWait}, "name": "retry"})
}

func (node *Node) onMessage(from int, body Body) {
	switch {
	case body.Type == "prepare" || body.Type == "accept":
		node.say(Effect{"send": from, "body": node.handle(body)})
	case node.phase == "" || body.N != node.ballot:
		// An answer to an attempt that is over.
	case body.Type == "reject":
		node.fail()
	case node.isYes(body):
		node.count(from, body)
		if node.hasMajority() {
			node.advance()
		}
	}
}

func (node *Node) onTimer(timer int) {
	if timer != node.timer {
		return
	}
	node.timer = 0
	if node.phase == "" {
		node.begin()
	} else {
		node.fail()
	}
}

// Line is what is asked: one of its parts is there.
type Line struct {
	Hello   any  `json:"hello"`
	Lane    int  `json:"lane"`
	End     bool `json:"end"`
	Restart bool `json:"restart"`
	Node    int  `json:"node"`
	Reset   *struct {
		Nodes []int `json:"nodes"`
	} `json:"reset"`
	Submit *struct {
		ID    int `json:"id"`
		Value any `json:"value"`
	} `json:"submit"`
	Message, Request, Reply, Failed, Timer, Read *Part
}

// Part is what a line says of the thing that happens.
type Part struct {
	ID   int  `json:"id"`
	Call int  `json:"call"`
	From int  `json:"from"`
	Body Body `json:"body"`
}

// One input; what the node has to say to it.
func turn(node *Node, line *Line) []Effect {
	node.out = []Effect{}
	switch {
	case line.Submit != nil:
		node.submit(line.Submit.ID, line.Submit.Value)
	case line.Message != nil:
		node.onMessage(line.Message.From, line.Message.Body)
	case line.Request != nil:
		answer := node.handle(line.Request.Body)
		node.say(Effect{"answer": line.Request.ID, "body": answer})
	case line.Reply != nil:
		node.onReply(line.Reply.Call, &line.Reply.Body)
	case line.Failed != nil:
		node.onReply(line.Failed.Call, nil)
	case line.Timer != nil:
		node.onTimer(line.Timer.ID)
	case line.Read != nil:
		value := any(nil)
		if node.accepted != nil {
			value = node.accepted.V
		}
		node.say(Effect{"value": line.Read.ID, "body": value})
	case line.Restart:
		node.attempt = attempt{}
	}
	return node.out
}

func main() {
	style := "lab"
	if len(os.Args) > 1 {
		style = os.Args[1]
	}
	if style != "lab" && style != "w2" {
		log.Fatalf("%q is neither lab nor w2", style)
	}
	runs := map[int]map[int]*Node{}
	in, out := bufio.NewReaderSize(os.Stdin, 1<<16), bufio.NewWriterSize(os.Stdout, 1<<16)
	for {
		text, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var line Line
		if err := json.Unmarshal(text, &line); err != nil {
			log.Fatal(err)
		}
		answer := Effect{"lane": line.Lane, "effects": []Effect{}}
		switch {
		case line.Hello != nil:
			answer = Effect{"hello": Effect{"protocol": 1, "style": "handlers", "lanes": 64}}
		case line.Reset != nil:
			runs[line.Lane] = map[int]*Node{}
			for _, me := range line.Reset.Nodes {
				runs[line.Lane][me] = &Node{style: style, me: me, nodes: line.Reset.Nodes}
			}
		case line.End:
			delete(runs, line.Lane)
		default:
			answer["effects"] = turn(runs[line.Lane][line.Node], &line)
		}
		written, err := json.Marshal(answer)
		if err != nil {
			log.Fatal(err)
		}
		out.Write(append(written, '\n'))
		// Nobody waits for an answer while there is more to read.
		if in.Buffered() == 0 {
			out.Flush()
		}
	}
}
