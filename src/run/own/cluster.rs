//! Where nodes come from: clusters that are started when a run needs one, and used again by the next.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::own::{Body, Cluster, Map, Trouble};

/// Starts clusters of somebody's nodes.
pub trait Clusters: Send + Sync + fmt::Debug {
    /// Another one, ready for its first run.
    ///
    /// # Errors
    /// When its program cannot be started, or says that it cannot begin.
    fn start(&self) -> Result<Box<dyn Cluster>, Trouble>;

    /// One more for a comparison of twins, which keeps the last lines: as the first of them or as the second, which differs from it
    /// in whatever may not matter.
    ///
    /// # Errors
    /// As [`Clusters::start`].
    fn start_twin(&self, _twin: u32) -> Result<Box<dyn Cluster>, Trouble> {
        self.start()
    }
}

/// Somebody's nodes, for any number of runs and threads.
#[derive(Clone)]
pub struct OwnNodes {
    clusters: Arc<dyn Clusters>,
    idle: Arc<Mutex<Vec<Box<dyn Cluster>>>>,
    /// A fingerprint of their files and of what their messages mean.
    identity: u128,
    /// What their messages mean.
    pub(super) map: Map,
    /// The value of each submission.
    pub(super) values: Vec<Body>,
}

impl fmt::Debug for OwnNodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnNodes").field("clusters", &self.clusters).finish_non_exhaustive()
    }
}

impl OwnNodes {
    /// Nodes that come from there, of this identity, whose messages mean this; `values` are those of the submissions, in their
    /// order.
    pub fn new(clusters: Arc<dyn Clusters>, identity: u128, map: Map, values: Vec<Body>) -> OwnNodes {
        OwnNodes { clusters, idle: Arc::default(), identity, map, values }
    }

    /// The same nodes, asked for other values.
    pub fn with_values(&self, map: Map, values: Vec<Body>) -> OwnNodes {
        OwnNodes { map, values, ..self.clone() }
    }

    /// The same with a cluster that is there already.
    pub fn stocked(self, cluster: Box<dyn Cluster>) -> OwnNodes {
        self.give_back(cluster);
        self
    }

    /// Which nodes they are: a hash of whatever makes them differ from others.
    pub(in crate::run) fn identity(&self) -> u128 {
        self.identity
    }

    /// A cluster for a comparison of twins.
    pub(super) fn start_twin(&self, twin: u32) -> Result<Box<dyn Cluster>, Trouble> {
        self.clusters.start_twin(twin)
    }

    /// A cluster that nobody uses, or another one.
    pub(super) fn take(&self) -> Result<Box<dyn Cluster>, Trouble> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| self.clusters.start(), Ok)
    }

    /// Ends the clusters that nobody uses: nothing more will be asked of them.
    ///
    /// # Errors
    /// When one has said more than it was asked for; so nobody knows which of its answers belongs to which question.
    pub fn close(&self) -> Result<(), Trouble> {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        idle.into_iter().try_for_each(|mut cluster| cluster.close())
    }

    /// A cluster whose last run went well.
    pub(super) fn give_back(&self, cluster: Box<dyn Cluster>) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(cluster);
    }
}
