//! Counters and histograms with labels, and how they are written out.
//!
//! The kept crates leave out what has not been counted yet; here a name and its meaning are there from the start.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fmt::Write,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// The values of a family's labels, in the order of their names.
type Labels<const N: usize> = [Cow<'static, str>; N];

/// The members of a family, by their labels. Reading shares; only a new member is written alone.
struct Members<const N: usize, T> {
    names: [&'static str; N],
    members: RwLock<BTreeMap<Labels<N>, Arc<T>>>,
}

impl<const N: usize, T> Members<N, T> {
    fn new(names: [&'static str; N]) -> Self {
        Self {
            names,
            members: RwLock::default(),
        }
    }

    fn member(&self, labels: Labels<N>, make: impl FnOnce() -> T) -> Arc<T> {
        let known = self.members.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(member) = known.get(&labels) {
            return member.clone();
        }
        drop(known);
        let mut members = self.members.write().unwrap_or_else(PoisonError::into_inner);
        members
            .entry(labels)
            .or_insert_with(|| Arc::new(make()))
            .clone()
    }

    fn each(&self, mut write: impl FnMut(&str, &T)) {
        let members = self.members.read().unwrap_or_else(PoisonError::into_inner);
        for (values, member) in &*members {
            let pairs = self.names.iter().zip(values);
            let pairs: Vec<String> = pairs
                .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
                .collect();
            write(&pairs.join(","), member);
        }
    }
}

/// Things that are counted.
pub(super) struct Counters<const N: usize>(Members<N, AtomicU64>);

impl<const N: usize> Counters<N> {
    pub(super) fn new(names: [&'static str; N]) -> Self {
        Self(Members::new(names))
    }

    pub(super) fn add(&self, labels: Labels<N>, count: u64) {
        let member = self.0.member(labels, AtomicU64::default);
        member.fetch_add(count, Ordering::Relaxed);
    }

    pub(super) fn write(&self, text: &mut String, name: &str, help: &str) {
        describe(text, name, "counter", help);
        self.0.each(|labels, count| {
            sample(text, name, labels, count.load(Ordering::Relaxed));
        });
    }
}

/// Times, and how many of them were how long.
pub(super) struct Histograms<const N: usize> {
    members: Members<N, Histogram>,
    bounds: &'static [f64],
}

struct Histogram {
    /// How many fell under each bound and above the one before it; the last under none.
    buckets: Box<[AtomicU64]>,
    sum_nanos: AtomicU64,
}

impl Histogram {
    fn new(bounds: usize) -> Self {
        Self {
            buckets: (0..=bounds).map(|_| AtomicU64::default()).collect(),
            sum_nanos: AtomicU64::default(),
        }
    }

    fn count(&self) -> u64 {
        let buckets = self.buckets.iter();
        buckets.map(|it| it.load(Ordering::Relaxed)).sum()
    }
}

impl<const N: usize> Histograms<N> {
    pub(super) fn new(names: [&'static str; N], bounds: &'static [f64]) -> Self {
        Self {
            members: Members::new(names),
            bounds,
        }
    }

    /// There will be times of these labels; so far there are none.
    pub(super) fn expect(&self, labels: Labels<N>) {
        let bounds = self.bounds.len();
        self.members.member(labels, || Histogram::new(bounds));
    }

    pub(super) fn observe(&self, labels: Labels<N>, time: Duration) {
        let bounds = self.bounds;
        let member = self.members.member(labels, || Histogram::new(bounds.len()));
        let seconds = time.as_secs_f64();
        let bucket = bounds.partition_point(|bound| *bound < seconds);
        member.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        member.sum_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    pub(super) fn write(&self, text: &mut String, name: &str, help: &str) {
        describe(text, name, "histogram", help);
        self.members.each(|labels, histogram| {
            let mut below = 0;
            let comma = if labels.is_empty() { "" } else { "," };
            for (index, bucket) in histogram.buckets.iter().enumerate() {
                below += bucket.load(Ordering::Relaxed);
                let bound = self
                    .bounds
                    .get(index)
                    .map_or_else(|| "+Inf".to_owned(), ToString::to_string);
                let labels = format!("{labels}{comma}le=\"{bound}\"");
                sample(text, &format!("{name}_bucket"), &labels, below);
            }
            let sum = Duration::from_nanos(histogram.sum_nanos.load(Ordering::Relaxed));
            sample(text, &format!("{name}_sum"), labels, sum.as_secs_f64());
            sample(text, &format!("{name}_count"), labels, below);
        });
    }

    /// How many times there were, as a counter of its own.
    pub(super) fn write_counts(&self, text: &mut String, name: &str, help: &str) {
        describe(text, name, "counter", help);
        self.members.each(|labels, histogram| {
            sample(text, name, labels, histogram.count());
        });
    }
}

pub(super) fn describe(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing into a string does not fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

pub(super) fn sample(text: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _ = if labels.is_empty() {
        writeln!(text, "{name} {value}")
    } else {
        writeln!(text, "{name}{{{labels}}} {value}")
    };
}

fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_described_before_anything_was_counted() {
        let mut text = String::new();

        Counters::<1>::new(["kind"]).write(&mut text, "things_total", "Things.");

        assert_eq!(
            text,
            "# HELP things_total Things.\n# TYPE things_total counter\n"
        );
    }

    #[test]
    fn a_time_is_counted_under_every_bound_that_it_keeps() {
        let times = Histograms::new(["route"], &[0.1, 1.0]);
        for millis in [100, 200, 5_000] {
            times.observe(["a\"b".into()], Duration::from_millis(millis));
        }
        let mut text = String::new();

        times.write(&mut text, "t_seconds", "Times.");

        let lines: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                r#"t_seconds_bucket{route="a\"b",le="0.1"} 1"#,
                r#"t_seconds_bucket{route="a\"b",le="1"} 2"#,
                r#"t_seconds_bucket{route="a\"b",le="+Inf"} 3"#,
                r#"t_seconds_sum{route="a\"b"} 5.3"#,
                r#"t_seconds_count{route="a\"b"} 3"#,
            ]
        );
    }
}
