//! The worker threads: how many is theirs to say who start them.

/// Worker threads, which wait until something is done on them.
#[derive(Debug)]
pub struct Threads(rayon::ThreadPool);

impl Threads {
    /// Starts so many, each with a stack of so many bytes.
    ///
    /// # Errors
    /// When the system has no room for them.
    pub fn start(count: usize, stack: usize) -> Result<Threads, String> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(count).stack_size(stack).build();
        pool.map(Threads).map_err(|error| error.to_string())
    }

    /// Does this with all that a [`Driver`](super::Driver) drives in it on these threads.
    pub fn on<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.0.install(work)
    }
}
