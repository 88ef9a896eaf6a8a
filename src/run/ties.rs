//! Who comes first within an instant.
//!
//! Absent on purpose: time itself, which the agenda compares.

use crate::sim::{Rank, Slot, TieBreak, Tied};

use super::packet::Packet;
use super::seat::Alarm;
use super::world::Cast;

/// The rule for events of one instant.
impl TieBreak<Packet> for Cast<'_> {
    #[cold]
    #[inline(never)]
    fn rank(&mut self, event: Tied<'_, Packet>) -> Rank {
        let proposers = self.seats.len();
        match event {
            Tied::Alarm(owner, _) if owner == 2 * proposers => self.calendar.next_rank(),
            Tied::Arrival(_, order) if self.plan.fifo_ties => (0, order),
            Tied::Alarm(_, order) if self.plan.fifo_ties => (0, order),
            Tied::Arrival(packet, order) => (self.tie_of(packet), order),
            Tied::Alarm(owner, order) if owner >= proposers => (self.start_ties[owner - proposers], order),
            Tied::Alarm(owner, order) => {
                let seat = &self.seats[owner];
                let tie = match (seat.alarm, seat.call_deadline.lost) {
                    (Alarm::Start, _) => self.words.current(owner, Slot::START_TIE),
                    (Alarm::Call, Some(lost)) => self.words.message_tie(owner as u8, seat.attempt, lost),
                    _ => self.words.timer_tie(owner),
                };
                (tie, order)
            }
        }
    }
}

impl Cast<'_> {
    /// The tie key of a message.
    pub fn tie_of(&mut self, packet: &Packet) -> u64 {
        let (caller, attempt) = (packet.proposer(), packet.attempt());
        match packet.phase() {
            3 => self.words.announcement_tie(caller, attempt, packet.node()),
            _ => self.words.message_tie(caller, attempt, packet.slot()),
        }
    }
}
