//! Opening a link, beside a static page.

use super::Bench;
use crate::load::over_http;
use crate::numbers::{figure, float, median, milliseconds, percentile};
use crate::static_page::{Page, StaticPages};
use crate::table::Table;
use crate::{Engine, Outcome, client, founding};

const CONNECTIONS: [usize; 3] = [1, 16, 256];

/// How many links are opened, one after the other.
const PEOPLE: usize = 1000;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let links = founding::links(&trust, &mut bench.sink, 1, PEOPLE)?;
    let link = links.first().ok_or("there is no link")?;
    let http = site.server.http()?;
    let mut pages = Vec::new();
    for path in ["/s", "/v1/survey"] {
        pages.push(Page::like(&http.send("GET", &format!("{path}/{link}"), &[], None)?.with(200)?));
    }
    let fixed = StaticPages::start(&pages)?;
    let sizes: Vec<usize> = pages.iter().map(Page::size).collect();

    let mut table = Table::new(&[
        "connections, what is opened",
        "per second",
        "p50",
        "p99",
        "service / this",
        "processor time of the server",
        "of the database server",
        "of the load generator",
    ]);
    let service = site.address()?;
    let contenders = [
        ("**`GET /s/{link}`**", service, site.meter()?, "/s/"),
        ("static page of the same size", fixed.address(), fixed.meter(), "/0"),
        ("**`GET /v1/survey/{link}`**", service, site.meter()?, "/v1/survey/"),
        ("static document of the same size", fixed.address(), fixed.meter(), "/1"),
    ];
    for connections in CONNECTIONS {
        let mut figures: Vec<Vec<[f64; 6]>> = vec![Vec::new(); contenders.len()];
        for _ in 0..bench.options.rounds {
            for ((_, address, meter, path), figures) in contenders.iter().zip(&mut figures) {
                let before = meter.read()?;
                let paths: Vec<Vec<u8>> = if path.ends_with('/') {
                    links.iter().map(|link| client::get(&format!("{path}{link}"), None)).collect()
                } else {
                    vec![client::get(path, None)]
                };
                let run = over_http(&[*address], connections, bench.limit(), move |at| paths.get(at % paths.len()).cloned())?;
                if run.refused > 0 {
                    return Err(format!("{} of {} pages were refused", run.refused, run.begun).into());
                }
                let done = float(run.done) / 1000.0;
                let spent = meter.since(before)?;
                let (p50, p99) = (percentile(&run.latencies, 50), percentile(&run.latencies, 99));
                figures.push([run.rate(), p50, p99, spent.service / done, spent.database / done, spent.own / done]);
            }
        }
        let medians: Vec<[f64; 6]> = figures
            .iter()
            .map(|rounds| std::array::from_fn(|at| median(rounds.iter().filter_map(|round| round.get(at).copied()))))
            .collect();
        for (at, ((name, ..), [rate, p50, p99, server, database, own])) in contenders.iter().zip(&medians).enumerate() {
            let ours = at.checked_sub(1).filter(|_| at % 2 == 1).and_then(|ours| medians.get(ours)).map(|ours| figure(ours[0] / rate));
            table.row(&[
                &format!("{connections}, {name}"),
                &figure(*rate),
                &milliseconds(*p50),
                &milliseconds(*p99),
                &ours.unwrap_or_default(),
                &milliseconds(*server),
                &milliseconds(*database),
                &milliseconds(*own),
            ]);
        }
    }
    bench.paper.heading(&format!("Opening a link, {}", engine.title()));
    bench.paper.table(&table);
    bench.paper.paragraph(&format!("The page has {} bytes, the document {}.", sizes.first().unwrap_or(&0), sizes.get(1).unwrap_or(&0)));
    Ok(())
}
