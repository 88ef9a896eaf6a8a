//! Known answers: nodes, seed, place, word.

use super::place::Place::{self, Agenda, Announcement, AnnouncementTie, Attempt, Rare, Tie};
use synod::sim::Slot;

const MAX: u64 = u64::MAX;

/// Made by an implementation of ChaCha8 that shares no code with either of the two that the tests compare.
pub const ANSWERS: &[(usize, u64, Place, u64)] = &[
    // The opening: first attempts of small clusters, two callers to a refill.
    (3, 0, Attempt { caller: 0, attempt: 1, slot: Slot::START }, 0x01cf_746b_cf7f_289d),
    (3, 0, Attempt { caller: 0, attempt: 1, slot: Slot::message(1, 2, false) }, 0x3fd5_d1ec_40fd_4c84),
    (3, 0, Attempt { caller: 1, attempt: 1, slot: Slot::message(2, 3, true) }, 0xd864_dbae_d642_7472),
    (1, 1, Attempt { caller: 0, attempt: 1, slot: Slot::BACKOFF }, 0x3753_f170_a6a6_d1a0),
    (2, 1, Attempt { caller: 5, attempt: 1, slot: Slot::START_TIE }, 0x8b3e_9683_2ceb_2ee9),
    (3, MAX, Attempt { caller: 0, attempt: 1, slot: Slot::START }, 0x1d7e_fac4_0f94_eec9),
    (3, MAX, Attempt { caller: 63, attempt: 1, slot: Slot::message(1, 1, true) }, 0x1208_6b5d_5ba4_e228),
    // Later attempts, and first ones of larger clusters.
    (3, 0, Attempt { caller: 0, attempt: 2, slot: Slot::START }, 0x7a0f_d0ae_a041_9225),
    (3, 1, Attempt { caller: 1, attempt: 2, slot: Slot::message(1, 3, false) }, 0x5b0d_cb9f_3fcf_c639),
    (
        3,
        MAX,
        Attempt { caller: 255, attempt: u32::MAX, slot: Slot::message(2, 3, true) },
        0x1e4f_8385_ec15_10d9,
    ),
    (4, 0, Attempt { caller: 0, attempt: 1, slot: Slot::START }, 0x2ef3_df09_62d1_160c),
    // Node 7 ends the first part of an attempt, node 8 begins the second, node 63 ends the eighth.
    (7, 1, Attempt { caller: 2, attempt: 1, slot: Slot::message(2, 7, true) }, 0x06f0_0e5c_429f_2816),
    (9, 1, Attempt { caller: 2, attempt: 1, slot: Slot::message(1, 8, false) }, 0xf63a_6d27_5945_76b3),
    (63, 1, Attempt { caller: 2, attempt: 3, slot: Slot::message(2, 63, true) }, 0xd453_19b0_09e2_97bf),
    // Ties.
    (3, 0, Tie { caller: 0, attempt: 1, slot: Slot::message(1, 2, false) }, 0x8baa_89d3_a81f_ea2e),
    (9, 1, Tie { caller: 1, attempt: 7, slot: Slot::message(2, 9, true) }, 0x8e75_0ef6_07e2_bb67),
    (3, MAX, Tie { caller: 3, attempt: 2, slot: Slot::TIMER_TIE }, 0x7289_9914_4782_f689),
    // Announcements.
    (3, 0, Announcement { caller: 0, attempt: 1, node: 1 }, 0x9365_6026_1c3e_8ccb),
    (63, 1, Announcement { caller: 1, attempt: 3, node: 63 }, 0x945f_b2dc_aad5_cd60),
    (3, MAX, AnnouncementTie { caller: 0, attempt: 1, node: 2 }, 0x24c5_72b1_d647_1f10),
    // Submissions and reads.
    (3, 0, Agenda { kind: 0, number: 0, time: 0 }, 0x695c_1b29_5045_0b55),
    (3, 1, Agenda { kind: 0, number: 9, time: 0 }, 0xceae_fde1_cf02_a727),
    (3, 0, Agenda { kind: 1, number: 0, time: 33 }, 0xf55b_d214_ed8f_ce96),
    (3, MAX, Agenda { kind: 1, number: 2, time: 8191 }, 0xc154_8af6_2477_8cd6),
    // What is reserved for duplicates, faults and service times.
    (3, 0, Rare { caller: 0, attempt: 0, index: 0 }, 0xb2f6_c6f2_f0d3_3049),
];
