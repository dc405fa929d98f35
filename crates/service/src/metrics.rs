//! Counters for a monitoring system. Per route pattern and per kind of work, never per round or person.
//!
//! Raters' requests are not among them, unless they fail: a number that moves when somebody sends tells anybody who
//! watches the office who has answered. What is said of them is said once an hour, by [`crate::rater_requests`].

use prometheus::{Encoder, IntCounter, IntCounterVec, Opts, Registry, TextEncoder};

/// The counters of one process.
pub struct Metrics {
    registry: Registry,
    requests: Option<IntCounterVec>,
    rater_failures: Option<IntCounter>,
    jobs: Option<IntCounterVec>,
}

impl Metrics {
    /// Counters at zero.
    #[must_use]
    pub fn new() -> Self {
        let registry = Registry::new();
        let counters = |name: &str, help: &str, labels: &[&str]| {
            let counters = IntCounterVec::new(Opts::new(name, help), labels).ok()?;
            registry.register(Box::new(counters.clone())).ok()?;
            Some(counters)
        };
        let help = "Requests by method, route pattern and status. Requests of raters are not counted.";
        let requests = counters("candour_http_requests_total", help, &["method", "route", "status"]);
        let jobs = counters("candour_jobs_total", "Jobs by kind and outcome.", &["kind", "outcome"]);
        let help = "Requests of raters that failed with a status of 500 or above, whatever they asked for.";
        let rater_failures = IntCounter::new("candour_rater_failures_total", help).ok();
        let rater_failures = rater_failures.filter(|counter| registry.register(Box::new(counter.clone())).is_ok());
        Self { registry, requests, rater_failures, jobs }
    }

    /// Counts a request that is not a rater's. `method` is one of a fixed set, so that no client makes up labels.
    pub fn request(&self, method: &'static str, route: &str, status: u16) {
        if let Some(requests) = &self.requests {
            requests.with_label_values(&[method, route, &status.to_string()]).inc();
        }
    }

    /// Counts a request of a rater that failed.
    pub fn rater_failure(&self) {
        if let Some(failures) = &self.rater_failures {
            failures.inc();
        }
    }

    /// Counts a finished job; `outcome` is `done`, `retried` or `dead`.
    pub fn job(&self, kind: &str, outcome: &str) {
        if let Some(jobs) = &self.jobs {
            jobs.with_label_values(&[kind, outcome]).inc();
        }
    }

    /// The counters in Prometheus' text format.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = Vec::new();
        match TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            Ok(()) => String::from_utf8(text).unwrap_or_default(),
            Err(_broken) => String::new(),
        }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}
