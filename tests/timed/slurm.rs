//! A sweep on a real Slurm of four nodes, started for the test on this machine's loopback.
//!
//! Skipped, with the reason, where Slurm, munge or the script that starts them is missing (Debian: slurmctld slurmd
//! slurm-client munge; `SYNOD_SLURM` names the script's folder, by default `../shared/slurm`). `SYNOD_SLURM_KILL=1` also
//! kills a node and waits until Slurm notices, which takes minutes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::child::wait;
use crate::support::command::{Place, ended, files};
use crate::support::env;
use sha2::{Digest, Sha256};

/// A private Slurm, which ends with the test.
struct Cluster {
    folder: PathBuf,
    scripts: PathBuf,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = Command::new("bash").arg(self.scripts.join("down.sh")).arg(&self.folder).output();
    }
}

impl Cluster {
    /// Starts one in a folder; or why not.
    fn start(folder: PathBuf) -> Result<Cluster, String> {
        let named = env::folder("SYNOD_SLURM");
        let scripts = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/slurm"));
        if !scripts.join("up.sh").is_file() {
            return Err(format!("{} is not there", scripts.join("up.sh").display()));
        }
        for program in ["/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged", "/usr/bin/sbatch"] {
            if !Path::new(program).exists() {
                return Err(format!("{program} is not installed"));
            }
        }
        if std::net::TcpStream::connect("127.0.0.1:17000").is_ok() {
            return Err("port 17000 is in use, perhaps by another such test".to_owned());
        }
        let cluster = Cluster { folder, scripts };
        let log = std::fs::File::create(cluster.folder.with_extension("log")).expect("a log");
        // Its daemons inherit what is open: with a pipe it would never be seen to end.
        let mut up = Command::new("bash");
        up.arg(cluster.scripts.join("up.sh")).arg(&cluster.folder).arg("4");
        up.stdin(std::process::Stdio::null()).stderr(log.try_clone().expect("a log")).stdout(log);
        let is_up = up.status().is_ok_and(|status| status.success());
        let nodes = cluster.run("sinfo", &["-h", "-t", "idle", "-o", "%D"]);
        let idle = String::from_utf8_lossy(&nodes.stdout).trim() == "4";
        if is_up && idle { Ok(cluster) } else { Err("it does not start on this machine".to_owned()) }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        command.args(arguments).env("SLURM_CONF", self.folder.join("slurm.conf"));
        command.output().expect("it runs")
    }

    /// Waits until no job is left.
    fn drain(&self) {
        for _ in 0..1200 {
            if self.run("squeue", &["-h"]).stdout.is_empty() {
                return;
            }
            wait(250);
        }
        panic!("jobs are left: {}", String::from_utf8_lossy(&self.run("squeue", &[]).stdout));
    }
}

fn fingerprints(folder: &Path) -> BTreeMap<String, String> {
    files(folder).into_iter().map(|(name, bytes)| (name, format!("{:x}", Sha256::digest(&bytes)))).collect()
}

/// Processes whose command line has all these words, and whose environment has this line if it is given.
fn processes(words: &[&str], variable: Option<&str>) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").expect("Linux").flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let read = |name: &str| {
            String::from_utf8_lossy(&std::fs::read(entry.path().join(name)).unwrap_or_default())
                .replace('\0', "\n")
        };
        let (line, environment) = (read("cmdline"), read("environ"));
        let named = words.iter().all(|word| line.contains(word));
        if named && variable.is_none_or(|variable| environment.lines().any(|line| line == variable)) {
            found.push(id);
        }
    }
    found
}

fn kill(ids: &[u32]) {
    for id in ids {
        let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
    }
}

/// Submits a sweep as an array, with these variables; its script can be run again.
fn submit(place: &Place, cluster: &Cluster, sweep: &[&str], shards: &str, out: &str) -> String {
    let arguments = [&["slurm"], sweep, &["--shards", shards, "--out", out]].concat();
    let script = place.synod(&arguments).exits(0).out;
    place.write(&format!("{out}.sh"), &script);
    let mut command = place.command();
    command.args(&arguments).arg("--submit").env("SLURM_CONF", cluster.folder.join("slurm.conf"));
    let submitted = ended(command.output().expect("it runs")).exits(0);
    assert!(submitted.out.starts_with("array "), "{}", submitted.out);
    script
}

fn logs(place: &Place, out: &str) -> String {
    let all = files(&place.path(&format!("{out}.logs"))).into_iter();
    all.map(|(name, bytes)| format!("== {name}\n{}", String::from_utf8_lossy(&bytes))).collect()
}

#[test]
fn a_cluster_writes_the_bytes_of_one_machine() {
    let place = Place::new();
    let cluster = match Cluster::start(place.path("cluster")) {
        Ok(cluster) => cluster,
        Err(why) => return eprintln!("not tested: no Slurm: {why}"),
    };
    let sweep = ["delay-sweep", "--seeds", "40000"];
    place.synod(&[&["sweep"], &sweep[..], &["--out", "whole"]].concat()).exits(0);
    let whole = fingerprints(&place.path("whole"));
    for shards in ["8", "100"] {
        let out = format!("array{shards}");
        submit(&place, &cluster, &sweep, shards, &out);
        cluster.drain();
        assert!(place.path(&out).is_dir(), "{}", logs(&place, &out));
        assert_eq!(fingerprints(&place.path(&out)), whole, "{}", logs(&place, &out));
        println!("an array of {shards}: {} files are the same", whole.len());
    }
    a_crashed_shard(&place, &cluster);
    match env::is_long("SYNOD_SLURM_KILL") {
        false => eprintln!("not tested: a killed node; set SYNOD_SLURM_KILL=1"),
        true => a_killed_node(&place, &cluster),
    }
}

/// Long enough to be caught in the act.
const LONG: [&str; 3] = ["lab2", "--seeds", "40000000"];

fn running(place: &Place, shard: &str, out: &str) -> Vec<u32> {
    for _ in 0..4_000 {
        let shares = format!("{out}.shares");
        let found = processes(&["synod\nsweep", &format!("--shard\n{shard}"), &shares], None);
        let journal = place.path(&format!("{shares}/shard-{}.journal", shard.replace('/', "-of-")));
        if !found.is_empty() && std::fs::metadata(journal).is_ok_and(|file| file.len() > 10_000) {
            return found;
        }
        wait(50);
    }
    panic!("shard {shard} never ran: {}", logs(place, out));
}

fn a_crashed_shard(place: &Place, cluster: &Cluster) {
    place.synod(&[&["sweep"], &LONG[..], &["--out", "long"]].concat()).exits(0);
    submit(place, cluster, &LONG, "8", "crashed");
    kill(&running(place, "3/8", "crashed"));
    cluster.drain();
    assert!(!place.path("crashed").exists(), "the merge does not run: {}", logs(place, "crashed"));
    let refused = place.synod(&["merge", "crashed.shares", "--out", "crashed"]).exits(5);
    assert_eq!(refused.last_line(), "rerun with --array=3");
    let mut again = Command::new("sh");
    again.arg("crashed.sh").env("ARRAY", "3").env("SLURM_CONF", cluster.folder.join("slurm.conf"));
    ended(again.current_dir(place.path("")).output().expect("it runs")).exits(0);
    cluster.drain();
    assert!(place.path("crashed").is_dir(), "{}", logs(place, "crashed"));
    assert_eq!(fingerprints(&place.path("crashed")), fingerprints(&place.path("long")));
    println!("a crashed shard: merge exit 5, `{}`, the rerun completes", refused.last_line());
}

/// A node dies with all that runs on it; Slurm notices after its time-out and gives the shard to another.
fn a_killed_node(place: &Place, cluster: &Cluster) {
    submit(place, cluster, &LONG, "8", "killed");
    let on_node = running(place, "2/8", "killed");
    let environ =
        String::from_utf8_lossy(&std::fs::read(format!("/proc/{}/environ", on_node[0])).expect("a process"))
            .into_owned();
    let value = |name: &str| {
        environ.split('\0').find_map(|line| line.strip_prefix(name)).expect("set by Slurm").to_owned()
    };
    let (node, job) = (value("SLURMD_NODENAME="), value("SLURM_JOB_ID="));
    let daemon = std::fs::read_to_string(cluster.folder.join(format!("spool/{node}.pid"))).expect("a daemon");
    kill(&[daemon.trim().parse().expect("a process")]);
    kill(&processes(&["slurmstepd", &format!("[{job}.")], None));
    kill(&processes(&[], Some(&format!("SLURM_JOB_ID={job}"))));
    cluster.drain();
    let state = cluster.run("sinfo", &["-h", "-N", "-o", "%N %t"]);
    let said = logs(place, "killed");
    assert!(place.path("killed").is_dir(), "{said}\n{}", String::from_utf8_lossy(&state.stdout));
    assert_eq!(fingerprints(&place.path("killed")), fingerprints(&place.path("long")));
    println!("node {node} was killed: {}", String::from_utf8_lossy(&state.stdout).replace('\n', "; "));
    assert!(said.contains("going on: "), "the shard went on where it was: {said}");
}
