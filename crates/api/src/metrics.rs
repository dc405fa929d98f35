//! Counters for a monitoring system. Per route pattern and per kind of work, never per round or person.

use actix_web::http::Method;
use prometheus::{Encoder, IntCounterVec, Opts, Registry, TextEncoder};

/// The counters of one process.
pub struct Metrics {
    registry: Registry,
    requests: Option<IntCounterVec>,
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
        let requests =
            counters("candour_http_requests_total", "Requests by method, route pattern and status.", &["method", "route", "status"]);
        let jobs = counters("candour_jobs_total", "Pieces of work by kind and outcome.", &["kind", "outcome"]);
        Self { registry, requests, jobs }
    }

    /// Counts a request.
    pub fn request(&self, method: &Method, route: &str, status: u16) {
        if let Some(requests) = &self.requests {
            requests.with_label_values(&[method.as_str(), route, &status.to_string()]).inc();
        }
    }

    /// Counts a finished piece of work; `outcome` is `done`, `retried` or `dead`.
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
