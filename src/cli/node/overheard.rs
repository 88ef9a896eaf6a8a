//! A program to whose conversation somebody listens.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::child::{Command, Process};
use crate::own::{Ask, Cluster, Conversation, Effects, Trouble};
use crate::run::Clusters;

/// Who listens.
pub trait Hears: Default + Send + 'static {
    /// Some questions were answered.
    fn hear(&mut self, process: &Process, asks: &[(u16, Ask<'_>)], answers: &[Effects]);
}

/// The conversation as lines.
impl Hears for String {
    fn hear(&mut self, process: &Process, _asks: &[(u16, Ask<'_>)], _answers: &[Effects]) {
        for (question, answer) in process.last_steps(0) {
            self.push_str(&format!("> {question}\n< {answer}\n"));
        }
    }
}

impl Hears for Conversation {
    fn hear(&mut self, _process: &Process, asks: &[(u16, Ask<'_>)], answers: &[Effects]) {
        asks.iter().zip(answers).for_each(|((_, ask), effects)| Conversation::hear(self, ask, effects));
    }
}

/// The program, started anew for each plan that it plays.
pub struct Overheard<H> {
    command: Command,
    heard: Arc<Mutex<H>>,
}

impl<H> fmt::Debug for Overheard<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overheard").field("command", &self.command).finish_non_exhaustive()
    }
}

impl<H: Hears> Overheard<H> {
    /// This program, with somebody who has heard nothing yet.
    pub fn new(command: Command) -> Arc<Overheard<H>> {
        Arc::new(Overheard { command, heard: Arc::default() })
    }

    /// What was heard so far; it is forgotten.
    pub fn take(&self) -> H {
        std::mem::take(&mut *self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<H: Hears> Clusters for Overheard<H> {
    fn start(&self) -> Result<Box<dyn Cluster>, Trouble> {
        let process = Process::start(&Command { keep: 1, ..self.command.clone() })?;
        Ok(Box::new(Tapped { process, heard: Arc::clone(&self.heard) }))
    }
}

struct Tapped<H> {
    process: Process,
    heard: Arc<Mutex<H>>,
}

impl<H: Hears> Cluster for Tapped<H> {
    fn lanes(&self) -> u16 {
        1
    }

    fn ask(&mut self, asks: &[(u16, Ask<'_>)], answers: &mut Vec<Effects>) -> Result<(), Trouble> {
        Process::ask(&mut self.process, asks, answers)?;
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).hear(&self.process, asks, answers);
        Ok(())
    }

    fn close(&mut self) -> Result<(), Trouble> {
        self.process.close()
    }

    fn blame(&self, lane: u16, what: String) -> Trouble {
        self.process.blame(lane, what)
    }
}
