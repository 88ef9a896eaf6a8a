//! The cases of `synod explore`: what a state does not hold is refused by its key, and nobody's file is touched.

use super::cases::{Case, case, with};

pub const EXPLORE: &[Case] = &[
    case(
        2,
        "explore-restart-mutant",
        "explore duel --attempts 1 --set protocol.mutant=\"forgets-vote-on-restart\"",
    ),
    case(
        2,
        "explore-atomic-mutant",
        "explore duel --attempts 1 --set protocol.mutant=\"prepare-not-atomic\"",
    ),
    case(
        2,
        "explore-read-mutant",
        "explore duel --attempts 1 --set protocol.mutant=\"read-returns-accepted\"",
    ),
    case(2, "explore-announce", "explore duel --set protocol.announce=true"),
    case(2, "explore-duplicates", "explore duplicates"),
    case(2, "explore-later-crash", "explore crash"),
    case(2, "explore-restart", "explore crash-restart"),
    case(2, "explore-split-handlers", "explore duel --attempts 1 --set protocol.handlers.split.gap=1ms"),
    with(5, "explore-resume-other", "explore duel --attempts 1 --resume notes.txt", |place| {
        place.write("notes.txt", "What I found out today.\n");
    }),
    case(2, "explore-from", "explore duel --attempts 1 --from vote.4=none"),
    case(2, "explore-from-unpacked", "explore lab2 --from vote.1=none"),
    case(2, "explore-dot-twice", "explore duel --attempts 1 --out duel.dot --dot duel.dot"),
    case(4, "explore-resume-nowhere", "explore duel --attempts 1 --resume no/such/kept"),
    with(2, "explore-resume-folder", "explore duel --attempts 1 --resume kept", |place| {
        std::fs::create_dir(place.path("kept")).expect("a folder");
    }),
    case(
        6,
        "explore-open",
        "--quiet explore duel --attempts 2 --set protocol.ballots=past-highest --memory 10MiB --never attempts=5",
    ),
    with(2, "explore-out-is-there", "explore duel --attempts 1 --out bug.toml", |place| {
        place.write("bug.toml", "mine");
    }),
    case(2, "explore-unwatched", "explore duel --until safe-at"),
    case(2, "explore-reach", "explore duel --reach verdict=decided"),
    case(2, "explore-reach-node", "explore duel --reach vote.4=none"),
    case(6, "explore-never", "--quiet explore duel --attempts 1 --never winner=B"),
    case(2, "explore-memory", "explore duel --memory 4"),
    case(2, "explore-exact-unpacked", "explore lab2 --attempts 1 --exact"),
    case(2, "explore-dot-too-many", "explore duel --attempts 2 --dot duel.dot"),
    case(2, "explore-no-script", "explore duel --after-script"),
    case(2, "explore-invariant", "explore duel --until agreeing"),
    case(2, "explore-rounds", "explore duel --set proposer.A.initial_round=1000"),
];
