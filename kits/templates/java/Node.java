import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;

/**
 * Single-decree Paxos as handlers: reads a line, answers a line. One process plays all nodes, of many runs side by side.
 *
 * <p>`Node lab`: the lab's server. Its own acceptor by a direct call, then one call to each peer in turn; all answers are
 * collected before they are counted, and nothing is tried twice. `Node w2`: messages to all at once, gives up at the first
 * rejection or after 200 ms, and tries again after a random wait of up to 100 ms.
 *
 * <p>An acceptor is the same in both. What Synod wants to hear is at the end of the class: `turn` and `main`. JSON is in
 * `Json`, as Java has none of its own: objects are maps, numbers are `Long` or `Double`.
 */
public final class Node {
    static final long PHASE_TIMEOUT = 200_000_000; // ns
    static final long LONGEST_WAIT = 100_000_000;

    record Vote(long n, Object value) {}

    record Submission(Object client, Object value) {}

    final boolean isLab;
    final long me;
    final List<Long> nodes;
    // What a crash does not take: the rules of Paxos rest on it.
    Long promised;
    Vote accepted;
    long counter;
    // Names of calls and timers are unique within a run, so they outlive a crash too.
    long names;
    /** Effects, in the order in which they are to happen. */
    List<Object> out = new ArrayList<>();

    // The attempt at hand, and who waits.
    String phase;
    long ballot;
    Object value;
    Vote best;
    Set<Long> heard = new HashSet<>();
    Deque<Submission> waiting = new ArrayDeque<>();
    /** Whom a sequential proposer has still to call, and the call that it waits for. */
    Deque<Long> peers = new ArrayDeque<>();
    long calling;
    Long timer;

    Node(boolean isLab, long me, List<Long> nodes) {
        this.isLab = isLab;
        this.me = me;
        this.nodes = nodes;
    }

    void restart() {
        phase = null;
        waiting.clear();
        timer = null;
    }

    // The acceptor.

    Map<String, Object> handle(Map<String, Object> body) {
        long n = (Long) body.get("n");
        return body.get("type").equals("prepare") ? prepare(n) : accept(n, body.get("v"));
    }

    Map<String, Object> prepare(long n) {
        if (promised != null && n <= promised) {
            return Json.of("type", "reject", "of", "prepare", "n", n, "promised", promised);
        }
        promised = n;
        store();
        return Json.of("type", "promise", "n", n, "vote", voteAsList());
    }

    Map<String, Object> accept(long n, Object of) {
        if (promised != null && n < promised) {
            return Json.of("type", "reject", "of", "accept", "n", n, "promised", promised);
        }
        promised = n;
        accepted = new Vote(n, of);
        store();
        return Json.of("type", "accepted", "n", n);
    }

    List<Object> voteAsList() {
        return accepted == null ? null : List.of(accepted.n, accepted.value);
    }

    /** Says what is stored, before anything leaves that rests on it. */
    void store() {
        out.add(Json.of("state", Json.of("promised", promised, "accepted", voteAsList(), "counter", counter)));
    }

    // The proposer.

    void submit(Object client, Object of) {
        waiting.add(new Submission(client, of));
        if (waiting.size() == 1) {
            begin();
        }
    }

    void begin() {
        if (waiting.isEmpty()) {
            return;
        }
        counter++;
        store();
        value = waiting.peek().value;
        ballot = counter * 10 + me;
        best = null;
        open("prepare");
    }

    Map<String, Object> request() {
        return phase.equals("accept")
                ? Json.of("type", "accept", "n", ballot, "v", value)
                : Json.of("type", "prepare", "n", ballot);
    }

    void open(String next) {
        phase = next;
        heard.clear();
        if (!isLab) {
            for (long node : nodes) {
                out.add(Json.of("send", node, "body", request()));
            }
            setTimer(Json.of("after", PHASE_TIMEOUT, "name", "phase"));
            return;
        }
        peers.clear();
        for (long node : nodes) {
            if (node != me) {
                peers.add(node);
            }
        }
        take(me, handle(request()));
    }

    boolean isYes(Map<String, Object> answer) {
        return answer.get("type").equals(phase.equals("prepare") ? "promise" : "accepted");
    }

    /** Takes a yes of this phase, and the highest vote that a promise reports. */
    void count(long from, Map<String, Object> answer) {
        heard.add(from);
        if (answer.get("vote") instanceof List<?> vote && (best == null || (Long) vote.get(0) > best.n)) {
            best = new Vote((Long) vote.get(0), vote.get(1));
        }
    }

    boolean hasMajority() {
        return heard.size() > nodes.size() / 2;
    }

    /** The phase has its majority. */
    void advance() {
        if (phase.equals("prepare")) {
            value = best == null ? value : best.value;
            open("accept");
            return;
        }
        if (timer != null) {
            out.add(Json.of("cancel", timer));
            timer = null;
        }
        tell("SUCCEEDED. Chosen value = " + value);
    }

    void tell(String text) {
        phase = null;
        Object client = waiting.remove().client;
        out.add(Json.of("told", client, "body", "Proposal Num: " + counter + ", SubmitValue " + text));
        begin();
    }

    /** A sequential proposer's answer, if there is one, and the next call. */
    void take(long from, Map<String, Object> answer) {
        if (answer != null && isYes(answer)) {
            count(from, answer);
        }
        if (!peers.isEmpty()) {
            calling = ++names;
            out.add(Json.of("call", calling, "to", peers.peek(), "body", request()));
        } else if (hasMajority()) {
            advance();
        } else if (phase.equals("prepare")) {
            tell("FAILED in Phase 1 (only " + heard.size() + " promises).");
        } else {
            tell("FAILED in Phase 2 (only " + heard.size() + " accepts).");
        }
    }

    /** A call has ended; without an answer it came to nothing. */
    void onReply(long call, Map<String, Object> answer) {
        if (phase != null && call == calling && !peers.isEmpty()) {
            take(peers.remove(), answer);
        }
    }

    void setTimer(Map<String, Object> when) {
        if (timer != null) {
            out.add(Json.of("cancel", timer));
        }
        timer = ++names;
        when.put("timer", timer);
        out.add(when);
    }

    void fail() {
        phase = null;
        setTimer(Json.of("between", List.of(0L, LONGEST_WAIT), "name", "retry"));
    }

    void onMessage(long from, Map<String, Object> body) {
        Object type = body.get("type");
        if (type.equals("prepare") || type.equals("accept")) {
            out.add(Json.of("send", from, "body", handle(body)));
        } else if (phase == null || (Long) body.get("n") != ballot) {
            return; // an answer to an attempt that is over
        } else if (type.equals("reject")) {
            fail();
        } else if (isYes(body)) {
            count(from, body);
            if (hasMajority()) {
                advance();
            }
        }
    }

    void onTimer(Object id) {
        if (!id.equals(timer)) {
            return;
        }
        timer = null;
        if (phase == null) {
            begin();
        } else {
            fail();
        }
    }

    /** One input; what the node has to say to it. */
    List<Object> turn(Map<String, Object> line) {
        out = new ArrayList<>();
        if (line.get("submit") instanceof Map<?, ?> it) {
            submit(it.get("id"), it.get("value"));
        } else if (line.get("message") instanceof Map<?, ?> it) {
            onMessage((Long) it.get("from"), Json.object(it.get("body")));
        } else if (line.get("request") instanceof Map<?, ?> it) {
            Object answer = handle(Json.object(it.get("body")));
            out.add(Json.of("answer", it.get("id"), "body", answer));
        } else if (line.get("reply") instanceof Map<?, ?> it) {
            onReply((Long) it.get("call"), Json.object(it.get("body")));
        } else if (line.get("failed") instanceof Map<?, ?> it) {
            onReply((Long) it.get("call"), null);
        } else if (line.get("timer") instanceof Map<?, ?> it) {
            onTimer(it.get("id"));
        } else if (line.get("read") instanceof Map<?, ?> it) {
            out.add(Json.of("value", it.get("id"), "body", accepted == null ? null : accepted.value));
        } else if (line.containsKey("restart")) {
            restart();
        }
        return out;
    }

    @SuppressWarnings("unchecked")
    public static void main(String[] args) throws IOException {
        String style = args.length > 0 ? args[0] : "lab";
        if (!style.equals("lab") && !style.equals("w2")) {
            throw new IllegalArgumentException(style + " is neither lab nor w2");
        }
        Map<Object, Map<Long, Node>> runs = new HashMap<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16);
        Writer writer = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), 1 << 16);
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            Map<String, Object> line = Json.object(new Json(text).value());
            Object lane = line.get("lane");
            Map<String, Object> answer = Json.of("lane", lane, "effects", List.of());
            if (line.containsKey("hello")) {
                answer = Json.of("hello", Json.of("protocol", 1L, "style", "handlers", "lanes", 64L));
            } else if (line.containsKey("reset")) {
                List<Long> nodes = (List<Long>) Json.object(line.get("reset")).get("nodes");
                Map<Long, Node> run = new HashMap<>();
                nodes.forEach(me -> run.put(me, new Node(style.equals("lab"), me, nodes)));
                runs.put(lane, run);
            } else if (line.containsKey("end")) {
                runs.remove(lane);
            } else {
                answer.put("effects", runs.get(lane).get(line.get("node")).turn(line));
            }
            StringBuilder written = new StringBuilder();
            Json.write(answer, written);
            writer.append(written).append('\n');
            // Nobody waits for an answer while there is more to read.
            if (!in.ready()) {
                writer.flush();
            }
        }
    }

    /** JSON, as far as the wire needs it. */
    static final class Json {
        private final String text;
        private int at;

        Json(String text) {
            this.text = text;
        }

        static Map<String, Object> of(Object... namesAndValues) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                map.put((String) namesAndValues[i], namesAndValues[i + 1]);
            }
            return map;
        }

        @SuppressWarnings("unchecked")
        static Map<String, Object> object(Object value) {
            return (Map<String, Object>) value;
        }

        private char next() {
            while (Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            return text.charAt(at);
        }

        Object value() {
            switch (next()) {
                case '{':
                    Map<String, Object> map = new LinkedHashMap<>();
                    for (at++; next() != '}'; at += next() == ',' ? 1 : 0) {
                        String name = string();
                        next();
                        at++; // the colon
                        map.put(name, value());
                    }
                    at++;
                    return map;
                case '[':
                    List<Object> list = new ArrayList<>();
                    for (at++; next() != ']'; at += next() == ',' ? 1 : 0) {
                        list.add(value());
                    }
                    at++;
                    return list;
                case '"':
                    return string();
                default:
                    int begin = at;
                    while (at < text.length() && ",]} \t".indexOf(text.charAt(at)) < 0) {
                        at++;
                    }
                    String word = text.substring(begin, at);
                    return switch (word) {
                        case "null" -> null;
                        case "true" -> true;
                        case "false" -> false;
                        default -> word.matches("-?\\d+") ? (Object) Long.valueOf(word) : Double.valueOf(word);
                    };
            }
        }

        private String string() {
            next();
            StringBuilder all = new StringBuilder();
            for (at++; text.charAt(at) != '"'; at++) {
                char c = text.charAt(at);
                if (c == '\\') {
                    c = text.charAt(++at);
                    if (c == 'u') {
                        c = (char) Integer.parseInt(text.substring(at + 1, at + 5), 16);
                        at += 4;
                    } else {
                        int known = "bfnrt".indexOf(c);
                        c = known < 0 ? c : "\b\f\n\r\t".charAt(known);
                    }
                }
                all.append(c);
            }
            at++;
            return all.toString();
        }

        static void write(Object value, StringBuilder out) {
            String comma = "";
            if (value instanceof Map<?, ?> map) {
                out.append('{');
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.append(comma);
                    write(entry.getKey(), out);
                    write(entry.getValue(), out.append(':'));
                    comma = ",";
                }
                out.append('}');
            } else if (value instanceof List<?> list) {
                out.append('[');
                for (Object item : list) {
                    write(item, out.append(comma));
                    comma = ",";
                }
                out.append(']');
            } else if (value instanceof String string) {
                out.append('"');
                for (char c : string.toCharArray()) {
                    if (c == '"' || c == '\\') {
                        out.append('\\').append(c);
                    } else if (c < ' ') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
                out.append('"');
            } else {
                out.append(value);
            }
        }
    }
}
