//! x
mod reference;
use reference::*;
use synod::scenario::model::*;
use synod::scenario::units::{Duration, Probability};

fn ms(x: f64) -> Duration { Duration::from_ns((x*1e6) as u64) }
fn scen(nodes: &[u8], start: Delay) -> Scenario {
    let mut s: Scenario = serde_json::from_value(serde_json::json!({"proposer": []})).unwrap();
    for (i, &n) in nodes.iter().enumerate() {
        s.proposer.push(Proposer{name: ["A","B","C","D","E"][i].into(), node: n, value: None, start: start.clone(), initial_round: 0});
    }
    s
}
fn uni(a: f64, b: f64) -> Delay { Delay::Uniform(UniformDelay{min: ms(a), max: ms(b)}) }

#[test]
fn nine() {
    let mut s = scen(&[1,2,3], uni(0.0, 20.0));
    s.network.delay = Delay::Constant(ms(10.0));
    s.protocol.retry = Retry::Fixed(RetryFixed{delay: ms(0.0)});
    s.run.stop = Stop::Chosen;
    s.run.horizon = ms(10000.0);
    let n = 2000u64;
    for ballots in [Ballots::PastHighest, Ballots::PastSeen, Ballots::Lab] {
      for give in [GiveUp::QuorumImpossible, GiveUp::FirstReject] {
      for ties in [Ties::Seeded, Ties::Fifo] {
        for bits in 0..16u8 {
            let r = Reading{ teaches_in_back_off: bits&1>0, own_rejection_teaches: bits&2>0, late_rejection_ends: bits&4>0, late_rejection_counts: bits&8>0};
            if give==GiveUp::FirstReject && bits & 8 > 0 || give!=GiveUp::FirstReject && bits&4>0 {continue}
            s.protocol.ballots = ballots; s.protocol.give_up = give; s.run.ties = ties;
            let live = (0..n).filter(|&seed| simulate_as(&s, r, &mut Sampler::new(&s, seed)).verdict == Verdict::Undecided).count();
            println!("{ballots:?} {give:?} {ties:?} backoff={} own={} lateEnds={} lateCounts={}: {:.4}", bits&1, bits>>1&1, bits>>2&1, bits>>3, live as f64/n as f64);
        }
      }}
    }
}

#[test]
fn w() {
    for (w, reference) in [(1,[0.4768,2.703,762.3,1520.6,28.66]),(2,[0.2167,3.787,79.57,319.7,36.99]),(3,[0.0355,22.46,137.0,778.2,338.0])] {
        let mut s = if w==3 { scen(&[1,2,3,4,5], Delay::zero()) } else { scen(&[1,3], if w==1 {uni(0.0,2000.0)} else {Delay::zero()}) };
        if w==3 {s.cluster.nodes=5;}
        s.network.delay = if w==2 {Delay::Exponential(ExponentialDelay{mean: ms(20.0)})} else {uni(5.0,50.0)};
        let loss: Probability = serde_json::from_value(serde_json::json!(if w==2 {0.1} else {0.05})).unwrap();
        s.network.loss = loss;
        s.protocol.ballots=Ballots::Lab; s.protocol.give_up=GiveUp::FirstReject; s.protocol.retry=Retry::Uniform(RetryUniform{max: ms(100.0)});
        s.protocol.phase_timeout=Some(ms(200.0)); s.protocol.own_messages=OwnMessages::Network;
        for late in [true,false] {
            let r = Reading{late_rejection_ends: late, ..Reading::DECIDED};
            let n=if w==3 {40000} else {200000u64};
            let t0=std::time::SystemTime::now();
            let mut m=[0.0f64;5]; let mut q=[0.0f64;5]; let mut v=0;
            for seed in 0..n {
                let o=simulate_as(&s, r, &mut Sampler::new(&s, seed));
                v+=o.agreement_violations;
                let x=[f64::from(o.winner==Some(0)), o.attempts as f64, o.chosen_at_ns.unwrap_or(0) as f64/1e6, o.ended_at_ns as f64/1e6, o.events as f64];
                for i in 0..5 {m[i]+=x[i]; q[i]+=x[i]*x[i];}
            }
            let el=t0.elapsed().unwrap().as_nanos() as f64/n as f64;
            for i in 0..5 { let mean=m[i]/n as f64; let sd=(q[i]/n as f64-mean*mean).sqrt()/(n as f64).sqrt();
                println!("W{w} late={late} stat{i}: {mean:.4} +- {sd:.4}  ref {}  z={:.2}", reference[i], (mean-reference[i])/sd);}
            println!("violations {v}; {el:.0} ns/run");
        }
    }
}
