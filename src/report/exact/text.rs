//! The output of `synod exact`.
//!
//! Absent on purpose: how a number is written (`number`).

use std::fmt::{Result, Write};

use super::number::{one_digit_up, plain, time};
use super::{ExactView, fails, misled};
use crate::check::ClientOutcome;
use crate::report::numbers::grouped;
use crate::run::{Answered, Answers, Extent, Figure, Joint};
use crate::scenario::printable;

/// Lengths of duels and joint outcomes that are told one by one; JSON tells all.
const TOLD: usize = 12;

/// Exact figures, for people.
pub fn exact_text(view: &ExactView<'_>) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write_all(&mut out, view);
    out
}

fn write_all(out: &mut String, view: &ExactView<'_>) -> Result {
    if !view.scenario.title.is_empty() {
        writeln!(out, "{}", printable(&view.scenario.title))?;
    }
    for label in view.scenario.labels() {
        writeln!(out, "{label}")?;
    }
    let exact = view.exact;
    writeln!(out, "chain      {}", extent(&exact.extent))?;
    for (name, figure) in view.names().iter().zip(&exact.winners) {
        writeln!(out, "winner     {}: {}", printable(name), plain(figure))?;
    }
    writeln!(out, "nobody     {}", plain(&exact.nothing))?;
    match &exact.first {
        None => writeln!(out, "first      never: nothing is chosen")?,
        Some(first) => {
            let of =
                if exact.nothing.value > exact.nothing.bound { ", over the runs that choose" } else { "" };
            writeln!(out, "first      mean {}{of}", time(&first.mean, first.unit_ns))?;
            for (share, figure) in &first.quantiles {
                writeln!(out, "           {} {}", quantile(*share), time(figure, 1))?;
            }
        }
    }
    for (at, figure) in &exact.by {
        let at = crate::scenario::Duration::from_ns(*at).to_string();
        writeln!(out, "by {at:<7} nothing is chosen yet: {}", plain(figure))?;
    }
    duel(out, view)?;
    match &exact.answers {
        Ok(answers) => told(out, view, answers)?,
        Err(why) => writeln!(out, "told       not known: {why}")?,
    }
    let horizon = view.scenario.run.horizon;
    writeln!(
        out,
        "horizon    a run lasts beyond {horizon} with a probability of at most {}",
        one_digit_up(exact.beyond)
    )
}

/// How large a chain is, and what of it was cut off.
pub fn extent(extent: &Extent) -> String {
    let cut = match extent.cut {
        0.0 => "nothing was cut off".to_owned(),
        cut => format!("{} of the probability was cut off, which the bounds hold", one_digit_up(cut)),
    };
    let partial = if extent.is_partial { "NOT all there is, interrupted: " } else { "" };
    let (states, moves) = (grouped(extent.states as u64), grouped(extent.moves as u64));
    format!("{partial}{states} states, {moves} moves; {cut}")
}

fn duel(out: &mut String, view: &ExactView<'_>) -> Result {
    let duel = &view.exact.duel;
    writeln!(out, "duel       mean {} pre-emptions before the first choice", plain(&duel.mean))?;
    let bound = view.exact.extent.cut + view.exact.extent.rounding;
    let figure = |value| Figure { value, bound, fraction: None };
    for (length, share) in duel.lengths.iter().enumerate().take(TOLD) {
        writeln!(out, "           {length}: {}", plain(&figure(*share)))?;
    }
    let further: f64 = duel.lengths.iter().skip(TOLD).sum();
    if further > 0.0 {
        writeln!(out, "           longer: {}", plain(&figure(further)))?;
    }
    if let Some(tail) = &duel.tail {
        writeln!(out, "tail       a duel of {} goes on with {}", tail.from, plain(&tail.ratio))?;
    }
    Ok(())
}

/// When a client has its answer.
fn answer_time(out: &mut String, name: &str, it: &Answered) -> Result {
    let name = printable(name);
    let Some(mean) = &it.mean else {
        let ever = if it.share.value > 0.0 { "hardly ever, if at all" } else { "never" };
        return writeln!(out, "answered   {name}: {ever}");
    };
    let is_sure = 1.0 - it.share.value <= it.share.bound;
    let of = if is_sure { "" } else { ", over the runs in which it is" };
    writeln!(out, "answered   {name}: mean {}{of}", time(mean, it.unit_ns))?;
    for (share, figure) in &it.quantiles {
        writeln!(out, "           {} {}", quantile(*share), time(figure, 1))?;
    }
    for (at, figure) in &it.by {
        writeln!(out, "           by {}: {}", crate::scenario::Duration::from_ns(*at), plain(figure))?;
    }
    Ok(())
}

/// What a quantile of this share is called.
fn quantile(share: f64) -> String {
    if share == 0.5 { "median".to_owned() } else { format!("p{:.0}", 100.0 * share) }
}

fn told(out: &mut String, view: &ExactView<'_>, answers: &Answers) -> Result {
    let names = view.names();
    let extent = &answers.extent;
    let is_silent = |joint: &Joint| joint.told.iter().all(|told| *told == ClientOutcome::None);
    if answers.joint.iter().all(is_silent) {
        return writeln!(out, "told       nobody is told anything before a run ends (`run.stop`)");
    }
    writeln!(out, "answers    {}", self::extent(extent))?;
    for (client, name) in names.iter().enumerate() {
        for told in answers.told(client) {
            let share = answers.share(&|joint| joint.told[client] == told);
            writeln!(out, "told       {} {}: {}", printable(name), told, plain(&share))?;
        }
    }
    for (name, times) in names.iter().zip(&answers.times) {
        answer_time(out, name, times)?;
    }
    for joint in answers.joint.iter().take(TOLD) {
        let chosen = joint.winner.map_or_else(|| "nothing".to_owned(), |p| printable(names[p]).to_string());
        let together = printable(&view.joint(joint)).to_string();
        writeln!(out, "together   {together}, {chosen} chosen: {}", plain(&joint.share))?;
    }
    if answers.joint.len() > TOLD {
        let rest: f64 = answers.joint.iter().skip(TOLD).map(|joint| joint.share.value).sum();
        let bound = answers.extent.cut + answers.extent.rounding;
        let rest = Figure { value: rest, bound, fraction: None };
        writeln!(out, "           and {} others: {}", answers.joint.len() - TOLD, plain(&rest))?;
    }
    for client in misled(answers, names.len()) {
        let (failed, chosen) =
            (|joint: &Joint| fails(joint.told[client]), |joint: &Joint| joint.winner == Some(client));
        let name = printable(names[client]);
        if let Some(figure) = answers.given(&failed, &chosen) {
            writeln!(out, "given      that {name} is chosen, it is told FAILED: {}", plain(&figure))?;
        }
        if let Some(figure) = answers.given(&chosen, &failed) {
            writeln!(out, "given      that {name} is told FAILED, it is chosen: {}", plain(&figure))?;
        }
    }
    Ok(())
}
