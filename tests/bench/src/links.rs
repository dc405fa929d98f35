//! Links that are used up as answers are sent.

use std::net::SocketAddr;
use std::rc::Rc;

use crate::client;
use crate::load::{Limit, Run, over_http};
use crate::{Outcome, questionnaire};

/// Links that have not been used yet, and answers to send through them.
pub(crate) struct Links {
    unused: Vec<String>,
    sheets: Rc<Vec<String>>,
}

impl Links {
    /// Links from emails.
    pub(crate) fn new(unused: Vec<String>) -> Self {
        Self { unused, sheets: Rc::new(questionnaire::answer_sheets()) }
    }

    /// Links that stay unused, to look at.
    pub(crate) fn set_aside(&mut self, count: usize) -> Vec<String> {
        self.unused.split_off(self.unused.len().saturating_sub(count))
    }

    /// Sends answers through them until the limit.
    pub(crate) fn submit(&mut self, addresses: &[SocketAddr], connections: usize, limit: Limit) -> Outcome<Run> {
        let count = limit.count.min(self.unused.len());
        if count == 0 {
            return Err("no link is left to answer through".into());
        }
        let mut links = self.set_aside(count);
        let (chosen, sheets) = (links.clone(), Rc::clone(&self.sheets));
        let run = over_http(addresses, connections, limit, move |at| {
            let sheet = sheets.get(at % sheets.len())?;
            Some(client::put(&format!("/v1/survey/{}/response", chosen.get(at)?), sheet))
        })?;
        self.unused.extend(links.drain(run.begun..));
        if run.refused > 0 {
            return Err(format!("{} of {} submissions were refused", run.refused, run.begun).into());
        }
        Ok(run)
    }
}
