//! How far a rendering is, and whether it is to go on.
//!
//! A report of many cells takes seconds to render: whoever waits wants to see that, and to be able to stop it. Absent on
//! purpose: bars and signals, which are whoever asks'.

use super::error::ReportError;

/// Is told steps done, and of how many; ends the rendering by `false`.
pub type Watch<'a> = dyn FnMut(u64, u64) -> bool + 'a;

/// The steps of a rendering.
pub struct Steps<'a> {
    done: u64,
    all: u64,
    watch: &'a mut Watch<'a>,
}

impl<'a> Steps<'a> {
    /// So many are to be done.
    pub fn new(all: u64, watch: &'a mut Watch<'a>) -> Self {
        Steps { done: 0, all, watch }
    }

    /// So many more are done.
    ///
    /// # Errors
    /// [`ReportError::Stopped`] if that was enough.
    pub fn done(&mut self, more: u64) -> Result<(), ReportError> {
        self.done = (self.done + more).min(self.all);
        if (self.watch)(self.done, self.all) { Ok(()) } else { Err(ReportError::Stopped) }
    }
}
