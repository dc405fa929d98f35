//! The launch of a large round, and its emails beside a bare loop that sends as many.

use std::time::Instant;

use candour_tests::Trust;

use super::Bench;
use crate::founding::Site;
use crate::letters::{CONNECTIONS, Letters};
use crate::numbers::{figure, float, median, milliseconds};
use crate::sink::{Acknowledges, Sink};
use crate::table::Table;
use crate::{Engine, Outcome, founding, letters};

/// How many rounds are launched, of how many people, where the sink is quick and where it is not. The bare loop sends
/// as many emails.
const QUICK: (usize, usize) = (3, 5_000);
const SLOW: (usize, usize) = (1, 1_000);

/// The figures of every launch.
#[derive(Default)]
struct Figures {
    /// Milliseconds until the request is answered.
    request: Vec<f64>,
    /// Seconds until the last email has arrived.
    last: Vec<f64>,
    /// Emails per second after the request.
    rate: Vec<f64>,
    /// Bytes of an email.
    size: Vec<f64>,
    /// Milliseconds of processor time of an email.
    cost: Vec<f64>,
    /// Emails per second of the bare loop.
    anew: Vec<f64>,
    same: Vec<f64>,
}

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    bench.paper.heading(&format!("Launch and emails, {}", engine.title()));
    for (manner, (launches, people)) in [(Acknowledges::AtOnce, QUICK), (Acknowledges::Lazily, SLOW)] {
        let mut sink = Sink::start(manner)?;
        let site = bench.site_with(engine, &sink, &[])?;
        let trust = founding::trust(&site.server)?;
        let mut figures = Figures::default();
        for _ in 0..launches {
            figures.launch(&site, &trust, &mut sink, people)?;
            let sample = sink.sample()?;
            figures.anew.push(letters::send(sink.port(), &sample, Letters::Anew, people + 1)?);
            figures.same.push(letters::send(sink.port(), &sample, Letters::Same, people + 1)?);
            sink.links()?;
        }
        bench.paper.add(&figures.tell(manner, people));
    }
    Ok(())
}

impl Figures {
    fn launch(&mut self, site: &Site, trust: &Trust<'_>, sink: &mut Sink, people: usize) -> Outcome {
        let round = founding::draft(trust, 1, people)?;
        let emails = people + 1;
        let (received, meter) = (sink.received()?, site.meter()?);
        let (before, started) = (meter.read()?, Instant::now());
        round.launch()?;
        self.request.push(started.elapsed().as_secs_f64() * 1000.0);
        let (already, launched) = (sink.received()?.emails - received.emails, Instant::now());
        sink.wait_for(received.emails + emails)?;
        self.last.push(started.elapsed().as_secs_f64());
        self.rate.push(float(emails - already) / launched.elapsed().as_secs_f64());
        let spent = meter.since(before)?;
        self.cost.push((spent.service + spent.database) * 1000.0 / float(emails));
        self.size.push(float(sink.received()?.bytes - received.bytes) / float(emails));
        Ok(())
    }

    fn tell(&self, manner: Acknowledges, people: usize) -> String {
        let middle = |values: &[f64]| median(values.iter().copied());
        let rate = middle(&self.rate);
        let mut table = Table::new(&["emails", "per second", "service / this"]);
        table.row(&["**the service**, after the launch", &figure(rate), ""]);
        for (name, rates) in
            [("each put together by itself", &self.anew), ("one put together and sent again and again", &self.same)]
        {
            let theirs = middle(rates);
            table.row(&[
                &format!("bare lettre loop, {CONNECTIONS} connections, {name}"),
                &figure(theirs),
                &figure(rate / theirs),
            ]);
        }
        let sink = match manner {
            Acknowledges::AtOnce => "at once",
            Acknowledges::Lazily => "when the system pleases",
        };
        format!(
            "A round of {} invitations into a sink that acknowledges {sink}, medians of {}: the request to launch it \
             is answered after {}, and the \
             last email has arrived {} s after the request. One email has {} bytes and costs, with its part of the \
             launch, {} of processor time.\n\n{table}",
            figure(float(people)),
            self.rate.len(),
            milliseconds(middle(&self.request)),
            figure(middle(&self.last)),
            figure(middle(&self.size)),
            milliseconds(middle(&self.cost)),
        )
    }
}
