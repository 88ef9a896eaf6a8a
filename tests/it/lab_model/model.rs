//! The lab as its write-up describes it, in a few lines: three servers, two clients that submit once, blocking calls.
//!
//! Written from the description of the lab alone. Shares nothing with `src/`: no protocol, no queue, no random words.

/// A deliberate mistake, to show that the comparison would notice one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    None,
    /// The peers are called in descending order.
    PeersBackwards,
    /// Phase 1 ends at the second promise.
    StopsEarly,
    /// A lost reply is noticed when the request arrives.
    LossSeenAtOnce,
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// SUCCEEDED with this client's value: 0 for A, 1 for B.
    Succeeded(usize),
    /// FAILED in this phase with so many promises or accepts.
    Failed(u8, u8),
}

/// Times in ns.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub last_start: u64,
    pub delay: (u64, u64),
    pub loss: f64,
    pub slip: Slip,
}

/// Steele, Lea and Flood's SplitMix64.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }
    /// Uniform on [0, 1).
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
    fn between(&mut self, (from, to): (u64, u64)) -> u64 {
        from + (self.share() * (to - from) as f64) as u64
    }
}

#[derive(Clone, Copy, Default)]
struct Server {
    promised_n: u64,
    accepted_n: u64,
    accepted_value: usize,
}

/// A server is asked at this time, and its answer comes after `back`, or not at all.
#[derive(Clone, Copy)]
struct Visit {
    at: u64,
    server: usize,
    back: u64,
    answered: bool,
}

struct Client {
    number: u64,
    value: usize,
    /// Own server first, then the peers.
    order: [usize; 3],
    now: u64,
    phase: u8,
    called: usize,
    yes: u8,
    best: (u64, usize),
    told: Option<Told>,
}

impl Client {
    /// The next time that this client's calls touch a server; none when it has its answer.
    fn next_visit(&mut self, random: &mut Random, setting: &Setting) -> Option<Visit> {
        while self.told.is_none() {
            if self.called == 3 || self.is_enough(setting) {
                self.end_phase();
                continue;
            }
            let server = self.order[self.called];
            self.called += 1;
            if self.called == 1 {
                return Some(Visit { at: self.now, server, back: 0, answered: true });
            }
            let (there, back) = (random.between(setting.delay), random.between(setting.delay));
            let (lost_there, lost_back) = (random.share() < setting.loss, random.share() < setting.loss);
            if lost_there {
                self.now += there;
                continue;
            }
            let at_once = lost_back && setting.slip == Slip::LossSeenAtOnce;
            let back = if at_once { 0 } else { back };
            return Some(Visit { at: self.now + there, server, back, answered: !lost_back });
        }
        None
    }

    fn is_enough(&self, setting: &Setting) -> bool {
        setting.slip == Slip::StopsEarly && self.phase == 1 && self.yes == 2
    }

    fn end_phase(&mut self) {
        if self.yes < 2 {
            self.told = Some(Told::Failed(self.phase, self.yes));
        } else if self.phase == 2 {
            self.told = Some(Told::Succeeded(self.value));
        } else {
            if self.best.0 > 0 {
                self.value = self.best.1;
            }
            (self.phase, self.called, self.yes) = (2, 0, 0);
        }
    }

    fn visit(&mut self, visit: Visit, server: &mut Server) {
        let yes = if self.phase == 1 {
            let yes = self.number > server.promised_n;
            if yes {
                server.promised_n = self.number;
            }
            yes
        } else {
            let yes = self.number >= server.promised_n;
            if yes {
                *server =
                    Server { promised_n: self.number, accepted_n: self.number, accepted_value: self.value };
            }
            yes
        };
        self.now = visit.at + visit.back;
        if yes && visit.answered {
            self.yes += 1;
            if self.phase == 1 && server.accepted_n > self.best.0 {
                self.best = (server.accepted_n, server.accepted_value);
            }
        }
    }
}

/// One run: what A and B are told.
pub fn run(random: &mut Random, setting: &Setting) -> (Told, Told) {
    let client = |random: &mut Random, value, number, order| Client {
        number,
        value,
        order,
        now: random.between((0, setting.last_start)),
        phase: 1,
        called: 0,
        yes: 0,
        best: (0, 0),
        told: None,
    };
    let backwards = setting.slip == Slip::PeersBackwards;
    let mut clients = [
        client(random, 0, 11, if backwards { [0, 2, 1] } else { [0, 1, 2] }),
        client(random, 1, 13, if backwards { [2, 1, 0] } else { [2, 0, 1] }),
    ];
    let mut servers = [Server::default(); 3];
    let mut visits = [None; 2];
    for i in 0..2 {
        visits[i] = clients[i].next_visit(random, setting);
    }
    loop {
        let at = |i: usize| visits[i].map_or(u64::MAX, |visit: Visit| visit.at);
        let first = usize::from(at(1) < at(0));
        let Some(visit) = visits[first] else { break };
        clients[first].visit(visit, &mut servers[visit.server]);
        visits[first] = clients[first].next_visit(random, setting);
    }
    let told = |client: &Client| client.told.unwrap_or(Told::Failed(0, 0));
    (told(&clients[0]), told(&clients[1]))
}
