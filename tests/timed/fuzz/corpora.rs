//! What the mutator begins with: everything that is shipped, everything that is known to be refused, and what synod writes.
//!
//! Absent on purpose: mutation.

use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, OnceLock};

use synod::run::{Deviations, Plan, Token};
use synod::scenario::{Baseline, Bases, Scenario, hash, shipped};
use synod::sim::EPOCH;
use synod::sweep::journal::{Header, encode};
use synod::sweep::{CHUNK, Coverage, Job, Keeper, Ledger, Pairing, Part, Request, Shard, Silent, sweep_part};

use super::mutate::Corpus;

/// Seeds of the sweep whose journal is mutated.
pub const SEEDS: u64 = 9_000;

pub fn scenario(name: &str) -> Scenario {
    let shipped = shipped::find(name).expect("shipped");
    Scenario::parse(shipped.text, name).expect("valid")
}

/// Shipped scenarios, without comments and with them, as TOML and as JSON; and those that are refused.
pub fn scenarios() -> &'static Corpus {
    static CORPUS: OnceLock<Corpus> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let mut texts = Vec::new();
        for shipped in shipped::ALL {
            let bare: Vec<&str> = shipped.text.lines().filter(|line| !line.starts_with('#')).collect();
            texts.push((bare.join("\n") + "\n").into_bytes());
            texts.push(texts[texts.len() - 1].clone());
            let scenario = Scenario::parse(shipped.text, "shipped").expect("valid");
            texts.push(serde_json::to_vec(&scenario).expect("JSON"));
        }
        let mut refused: Vec<_> = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/errors"))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|end| end == "toml" || end == "json"))
            .collect();
        refused.sort();
        texts.extend(refused.iter().map(|path| std::fs::read(path).expect("a file")));
        texts.retain(|text| text.len() < 20_000);
        Corpus::new(texts, &[])
    })
}

/// Tokens as synod prints them, with every kind of deviation.
pub fn tokens() -> &'static Corpus {
    static CORPUS: OnceLock<Corpus> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let deviations = [
            "-",
            "2.1.1a.1=lost",
            "1.1.1b.2=late,2.1.1a.1=kept",
            "calm,ties,faults,1.start=3ms,2.4.wait=0.25ms",
            "calm,1.1.1a.3=copy@1ms",
            "1.2.2a.3.2=drawn,1.1.2b.1=1.5ms,2.12.1b.2=lost",
        ];
        let (scenario, mut texts) = (scenario("duel"), Vec::new());
        let outcome = synod::run::simulate(&scenario, 7, &mut synod::trace::Blind).expect("plans");
        for deviations in deviations {
            let deviations: Deviations = deviations.parse().unwrap_or_default();
            for seed in [0, 7, u64::MAX] {
                let token = Token::new(hash(&scenario), EPOCH, seed, deviations.clone(), &outcome);
                texts.push(token.to_string().into_bytes());
            }
        }
        let more = [
            "calm", "ties", "faults", "start=", "wait=", "copy@", "lost", "kept", "late", "drawn", "1a", "2b",
        ];
        Corpus::new(texts, &[&more[..], &["synod1", "synod2", "4294967296", ",", ":", "="]].concat())
    })
}

/// What the lab's clients print, with labels, colours and prompts.
pub fn lab() -> &'static Corpus {
    static CORPUS: OnceLock<Corpus> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let texts = [
            "A: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises).\nB: Proposal Num: 1, SubmitValue \
             SUCCEEDED. Chosen value = Hello from clientB\n",
            "Proposal Num: 1, SubmitValue FAILED in Phase 2 (only 1 accepts).\nProposal Num: 1, SubmitValue SUCCEEDED. \
             Chosen value = Hello from clientA\n",
            "client A  Proposal Num: 1, SubmitValue FAILED in Phase 2 (only 1 accepts).  (at 439.391506 ms)\nclient B  \
             Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientA  (at 440.081388 ms)\n",
            "node 1:\n\u{1b}[32m$ python client.py\u{1b}[0m\r\nProposal Num: 2, SubmitValue SUCCEEDED. Chosen value = x\r\n\
             node 3:\nProposal Num: 3, SubmitValue FAILED in Phase 1 (only 0 promises).\n",
            "A: Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = Hello from clientA\nA: Proposal Num: 2, SubmitValue \
             SUCCEEDED. Chosen value = Hello from clientA\nB: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 \
             promises).\n",
        ];
        Corpus::new(texts.map(|text| text.as_bytes().to_vec()).to_vec(), &["A:", "B:", "node 2:", "client", "promises"])
    })
}

/// Conditions: those of the help, and combinations.
pub fn conditions() -> &'static Corpus {
    static CORPUS: OnceLock<Corpus> = OnceLock::new();
    CORPUS.get_or_init(|| {
        let texts = [
            "winner = \"B\" && duel >= 3",
            "not (verdict = decided or chosen_at > 10ms) and messages < 1000",
            "client.A = failed/2/1 || client.B = own",
            "hazard.unchosen-read > 0 && violation.agreement = 1",
            "winner = none && (preemptions >= 2 || timeouts != 0) && !(lost <= 3)",
            "ended_at <= 1.5s && attempts == 4 && events > 20 && duplicates = 0 && violations = 0 && hazards < 2",
        ];
        let more = ["undecided", "livelock-proved", "starved", "other", "failed", "and", "or", "not", "<", ">=", "!="];
        Corpus::new(texts.map(|text| text.as_bytes().to_vec()).to_vec(), &more)
    })
}

/// A sweep, with the payloads of its journal's records.
pub struct Swept {
    pub jobs: Vec<Job>,
    pub pairing: Option<Pairing>,
    pub header: Vec<u8>,
    pub parts: Vec<Vec<u8>>,
}

impl Swept {
    pub fn ledger(&self) -> Ledger {
        Ledger::paired(&self.jobs, SEEDS, self.pairing.as_ref())
    }
}

/// A sweep of one cell, and one of cells that are compared.
pub fn journals() -> &'static [Swept; 2] {
    static JOURNALS: OnceLock<[Swept; 2]> = OnceLock::new();
    JOURNALS.get_or_init(|| {
        let axis = "\n[sweep.axes]\n\"network.loss\" = [0.0, 0.1]\n";
        let duel = shipped::find("duel").expect("shipped").text;
        let duel = &duel[..duel.find("[sweep").unwrap_or(duel.len())];
        [swept(duel), swept(&format!("{duel}{axis}"))]
    })
}

fn swept(text: &str) -> Swept {
    struct Kept(Mutex<Vec<Vec<u8>>>);
    impl Keeper for Kept {
        fn keep(&self, part: &Part) -> std::io::Result<()> {
            self.0.lock().expect("nobody panics").push(encode(part));
            Ok(())
        }
    }
    let document = synod::scenario::Document::parse(text, "fuzz.toml").expect("valid");
    let cells: Vec<_> = document.cells().expect("cells").iter().map(|cell| cell.expect("valid")).collect();
    let job = |cell: &synod::scenario::Cell| Job {
        plan: Plan::new(&cell.scenario).expect("plans"),
        scenario_hash: hash(&cell.scenario).0,
    };
    let jobs: Vec<Job> = cells.iter().map(job).collect();
    let pairing = Pairing::new(&cells, Bases::cell(0));
    let (ledger, kept) = (Ledger::paired(&jobs, SEEDS, pairing.as_ref()), Kept(Mutex::default()));
    for task in 0..ledger.tasks() {
        let (coverage, tasks) = (Coverage::Sample, task..task + 1);
        let what = Request {
            jobs: &jobs,
            first: 0,
            coverage,
            tasks,
            pairing: pairing.as_ref(),
            until: None,
            bound_ns: None,
        };
        sweep_part(&what, &ledger, &Silent, &kept, &AtomicBool::new(false)).expect("runs");
    }
    let header = Header {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        epoch: EPOCH,
        arguments: "fuzz.toml".to_owned(),
        name: "fuzz.toml".to_owned(),
        text: text.to_owned(),
        sets: vec![("network.loss".to_owned(), "0.1".to_owned())],
        samples: document.samples(),
        scenario_hash: hash(&cells[0].scenario).to_string(),
        cells: jobs.len() as u64,
        cells_hash: "0".repeat(32),
        first_seed: 0,
        seeds: SEEDS,
        digests_all: false,
        checks_all: false,
        baseline: Baseline::default(),
        until: String::new(),
        horizon: String::new(),
        nodes: None,
        chunk: CHUNK,
        shard: Shard::WHOLE,
    };
    let parts = kept.0.into_inner().expect("nobody panics");
    Swept { jobs, pairing, header: header.to_bytes(), parts }
}
