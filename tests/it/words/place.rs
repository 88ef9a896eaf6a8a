//! The places of the address space by their meaning, read through the engine and, by position, from the bare cipher.

use chacha20::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use synod::sim::{Address, Region, Slot, Words};

/// The key of layout 1.
const KEY: [u8; 32] = *b"synod: addressed words, layout 1";

/// What a word is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A start, a back-off or the fate of a message.
    Attempt { caller: u8, attempt: u32, slot: Slot },
    /// The tie key of a message.
    Tie { caller: u8, attempt: u32, slot: Slot },
    /// The fate of an announcement.
    Announcement { caller: u8, attempt: u32, node: u8 },
    /// The tie key of an announcement.
    AnnouncementTie { caller: u8, attempt: u32, node: u8 },
    /// The tie key of a submission (kind 0) or of a read (kind 1) for the `time`-th time.
    Agenda { kind: u8, number: u32, time: u16 },
    /// A rare draw.
    Rare { caller: u8, attempt: u32, index: u16 },
}

impl Place {
    /// Some of every kind, among them the first and the last.
    pub fn all(nodes: usize) -> Vec<Place> {
        let mut slots = vec![Slot::START, Slot::START_TIE, Slot::BACKOFF, Slot::TIMER_TIE];
        for node in [1, 2, nodes / 2, nodes].into_iter().filter(|n| (1..=nodes).contains(n)) {
            let of_node = |phase, reply| Slot::message(phase, node as u8, reply);
            slots.extend([of_node(1, false), of_node(1, true), of_node(2, false), of_node(2, true)]);
        }
        slots.sort_by_key(|slot| index(*slot));
        slots.dedup_by_key(|slot| index(*slot));
        let mut ends = vec![1, nodes as u8];
        ends.dedup();
        let mut places = Vec::new();
        for caller in [0, 1, 2, 62, 63] {
            for attempt in [1, 2, 3, 256, u32::MAX] {
                for &slot in &slots {
                    places.push(Place::Attempt { caller, attempt, slot });
                    places.push(Place::Tie { caller, attempt, slot });
                }
                for &node in &ends {
                    places.push(Place::Announcement { caller, attempt, node });
                    places.push(Place::AnnouncementTie { caller, attempt, node });
                }
                places.push(Place::Rare { caller, attempt, index: 0 });
                places.push(Place::Rare { caller, attempt, index: 8191 });
            }
        }
        for (kind, number, time) in
            [(0, 0, 0), (0, 999, 0), (1, 0, 0), (1, 0, 31), (1, 0, 32), (1, 9_999, 8191)]
        {
            places.push(Place::Agenda { kind, number, time });
        }
        places
    }

    /// Through the engine.
    pub fn by_engine(self, nodes: usize, seed: u64) -> u64 {
        let mut words = Words::new(1, nodes);
        words.begin_run(seed);
        match self {
            Place::Attempt { caller, attempt, slot } => words.of_attempt(caller, attempt, slot),
            Place::Tie { caller, attempt, slot } => words.message_tie(caller, attempt, slot),
            Place::Announcement { caller, attempt, node } => words.announcement(caller, attempt, node),
            Place::AnnouncementTie { caller, attempt, node } => words.announcement_tie(caller, attempt, node),
            Place::Agenda { kind, number, time } => {
                let address = Address { region: Region::Agenda, caller: kind, attempt: number };
                words.rare(address, usize::from(time))
            }
            Place::Rare { caller, attempt, index } => {
                words.rare(Address { region: Region::Rare, caller, attempt }, usize::from(index))
            }
        }
    }

    /// From the other implementation, at the position that the layout's description names.
    pub fn by_layout(self, nodes: usize, seed: u64) -> u64 {
        let (refill, index) = self.position(nodes);
        let mut cipher = ChaCha8Rng::from_seed(KEY);
        cipher.set_stream(seed);
        // 4 blocks to a refill, 8 words to a block.
        cipher.set_block_pos(4 * refill + index / 8);
        (0..index % 8).for_each(|_| _ = cipher.next_u64());
        cipher.next_u64()
    }

    /// The refill, and the word counted from its first.
    fn position(self, nodes: usize) -> (u64, u64) {
        let refill = |region: u64, caller: u8, attempt: u32| {
            region << 58 | u64::from(caller) << 50 | u64::from(attempt) << 8
        };
        let (refill, index) = match self {
            Place::Attempt { caller, attempt: 1, slot } if nodes <= 3 => {
                return (u64::from(caller / 2), 16 * u64::from(caller % 2) + index(slot));
            }
            Place::Attempt { caller, attempt, slot } => (refill(1, caller, attempt), index(slot)),
            Place::Tie { caller, attempt, slot } => (refill(2, caller, attempt), index(slot)),
            Place::Announcement { caller, attempt, node } => (refill(3, caller, attempt), u64::from(node)),
            Place::AnnouncementTie { caller, attempt, node } => {
                (refill(3, caller, attempt), 64 + u64::from(node))
            }
            Place::Agenda { kind, number, time } => (refill(4, kind, number), u64::from(time)),
            Place::Rare { caller, attempt, index } => (refill(5, caller, attempt), u64::from(index)),
        };
        (refill + index / 32, index % 32)
    }
}

/// A slot's number by the layout's description: four words of the attempt, then four a node.
fn index(slot: Slot) -> u64 {
    let named = [Slot::START, Slot::START_TIE, Slot::BACKOFF, Slot::TIMER_TIE];
    if let Some(at) = named.iter().position(|known| *known == slot) {
        return at as u64;
    }
    let order = [(1, false), (1, true), (2, false), (2, true)];
    let mut index = 4;
    for node in 1..=63 {
        for (phase, reply) in order {
            if Slot::message(phase, node, reply) == slot {
                return index;
            }
            index += 1;
        }
    }
    unreachable!("no such slot")
}
